"""Secrets in one file under a passphrase, for machines without a keyring."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

import msgspec

from ecrtui.errors import VaultDamaged, WrongPassphrase
from ecrtui.model.ports import SealedBytes
from ecrtui.model.typed import decoded
from ecrtui.vault import sealing

AskPassphrase = Callable[[bool], str]
"""Asks for the passphrase; True when it is a new one. Raises VaultLocked where nobody can be
asked."""

_Entries = dict[str, dict[str, str]]


AskAgent = Callable[[str], bytes | None]
"""The key that an agent holds for a file with this fingerprint; None where there is none."""


class SealedFile:
    """Entries of the file. The passphrase is asked for once and not kept: the key is.

    Where an agent has the key nobody is asked, and the key is the agent's: it is asked for it each
    time, so that to lock it locks what runs already.
    """

    def __init__(
        self, file: SealedBytes, ask: AskPassphrase, agent: AskAgent = lambda _: None
    ) -> None:
        self._file = file
        self._ask = ask
        self._agent = agent
        self._lock = threading.RLock()
        self._key: tuple[sealing.Derivation, bytes] | None = None
        self._borrowed = False

    def get(self, service: str, user: str) -> str | None:
        """An entry; None when there is none."""
        with self._alone():
            data = self._file.read()
            return None if data is None else self._opened(data).get(service, {}).get(user)

    def set(self, service: str, user: str, secret: str) -> None:
        """Put an entry."""

        def put(entries: _Entries) -> None:
            entries.setdefault(service, {})[user] = secret

        self._change(put)

    def delete(self, service: str, user: str) -> None:
        """Remove an entry that may be gone already."""

        def remove(entries: _Entries) -> None:
            entries.get(service, {}).pop(user, None)
            if not entries.get(service):
                entries.pop(service, None)

        if self.get(service, user) is not None:
            self._change(remove)

    def locked(self) -> bool:
        """Whether the passphrase would be asked for. Raises VaultError for a damaged file."""
        data = self._file.read()
        if data is None:
            return False
        how = sealing.derivation(data)
        known = self._key
        return (known is None or known[0] != how) and self._agent(how.fingerprint) is None

    def opening(self, passphrase: str) -> tuple[sealing.Derivation, bytes] | None:
        """What opens the file, for an agent to hold; None when there is no file.

        Raises WrongPassphrase, VaultDamaged.
        """
        data = self._file.read()
        if data is None:
            return None
        how = sealing.derivation(data)
        key = how.key(passphrase)
        sealing.unseal(data, key)
        return how, key

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One thread at a time; an agent's key is given back afterwards."""
        with self._lock:
            try:
                yield
            finally:
                if self._borrowed:
                    self._key, self._borrowed = None, False

    def _change(self, change: Callable[[_Entries], None]) -> None:
        with self._alone():
            self._prepare(self._file.read())  # a question must not be asked under the file's lock
            self._file.update(lambda data: self._changed(data, change))

    def _prepare(self, data: bytes | None) -> None:
        if data is not None:
            self._opened(data)
        elif self._key is None:
            how = sealing.Derivation.fresh()
            self._key = (how, how.key(self._ask(True)))

    def _changed(self, data: bytes | None, change: Callable[[_Entries], None]) -> bytes:
        entries = {} if data is None else self._opened(data)
        change(entries)
        if self._key is None:
            raise VaultDamaged("the encrypted file came and went")
        how, key = self._key
        return sealing.seal(msgspec.json.encode(entries), key, how)

    def _opened(self, data: bytes) -> _Entries:
        how = sealing.derivation(data)
        if self._key is None or self._key[0] != how:
            lent = self._agent(how.fingerprint)
            if lent is None:
                passphrase = self._ask(False)
                lent = self._agent(how.fingerprint)  # who asked may have unlocked it for all
                self._key = (how, lent or how.key(passphrase))
            else:
                self._key = (how, lent)
            self._borrowed = lent is not None
        try:
            return decoded(sealing.unseal(data, self._key[1]), _Entries)
        except WrongPassphrase:
            self._key = None  # ask anew
            raise
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            raise VaultDamaged("the encrypted file holds what nobody can read") from None
