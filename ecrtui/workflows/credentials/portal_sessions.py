"""Portals' sessions as values in the vault: who signs, and who signs in, finds them here."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ecrtui.errors import NotFound, VaultDamaged
from ecrtui.model.kept import Kept
from ecrtui.model.signing_in import SsoSession, sign_in_hint
from ecrtui.model.typed import decoded
from ecrtui.store.locks import locked

if TYPE_CHECKING:
    from ecrtui.vault.vault import Vault

_PATIENCE = 60.0
"""Seconds that another process may take to renew a session: a few requests over a slow line."""


class KeptSessions:
    """The sessions in the vault, which is opened when the first is asked for."""

    def __init__(self, vault: Callable[[], Vault], folder: Path) -> None:
        self._vault = vault
        self._folder = folder

    def known(self) -> dict[str, Kept]:
        """Their names; opens nothing."""
        return {one.name: one for one in self._vault().kept()}

    def session(self, name: str) -> SsoSession:
        """One of them. Raises NotFound, VaultError."""
        try:
            text = self._vault().read(name)
        except NotFound:
            raise NotFound(name, title="No such session", hint=sign_in_hint(name)) from None
        try:
            found = decoded(text, SsoSession)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            raise VaultDamaged(f"{name} is no session", hint=sign_in_hint(name)) from None
        return msgspec.structs.replace(found, name=name)

    def keep(self, session: SsoSession) -> None:
        """Keep one, in place of one of its name. Raises UsageError, VaultError."""
        about = {
            "startUrl": session.start_url,
            "region": session.region,
            "expires": str(session.expires) if session.access_token else "",
            "refreshes": "yes" if session.refresh_token else "",
        }
        text = msgspec.json.encode(session).decode()
        told = {name: value for name, value in about.items() if value}
        self._vault().write(session.name, text, told)

    def remove(self, name: str) -> None:
        """Remove one. Raises NotFound, VaultError."""
        self._vault().remove(name)

    @contextlib.contextmanager
    def alone(self, name: str) -> Iterator[bool]:
        """Keep other processes from renewing it meanwhile."""
        import hashlib  # OpenSSL's library is not loaded before the first frame

        digest = hashlib.sha256(name.encode()).hexdigest()[:16]
        with locked(self._folder / f"sso-{digest}.renewing", _PATIENCE) as alone:
            yield alone
