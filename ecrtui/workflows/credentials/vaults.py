"""Where secrets are kept on this machine: chosen once and visibly, never plain text."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from ecrtui.config.locations import Locations
from ecrtui.config.settings import Settings
from ecrtui.errors import EcrtuiError, UsageError, VaultError, VaultLocked
from ecrtui.model.kept import Kept
from ecrtui.model.ports import Clock, SecretStore
from ecrtui.store import files
from ecrtui.store.locks import locked
from ecrtui.store.state import State

if TYPE_CHECKING:
    from ecrtui.vault.sealed_file import SealedFile
    from ecrtui.vault.unlocked import Unlocked
    from ecrtui.vault.vault import Vault

Where = Literal["keyring", "file", "memory"]
PLACES: tuple[Where, ...] = ("keyring", "file", "memory")
WORDS = {"keyring": "the keyring", "file": "the encrypted file", "memory": "this run's memory"}
"""What a person calls them."""

VARIABLE = "ECRTUI_VAULT"
KNOWN = "Passphrase of the encrypted file: "
"""The question for the passphrase of a file that is there."""
PASSPHRASE_FILE = "ECRTUI_VAULT_PASSPHRASE_FILE"  # noqa: S105 - a variable's name
LOCKED_HINT = (
    f"Once for some hours: ecrtui credentials unlock. Or run it in a terminal, or name a file in"
    f" {PASSPHRASE_FILE}."
)
_STATE = "vault"
_PATIENCE = 30.0
"""Seconds that another process may take to write: several entries of a slow keyring."""
_LARGEST_PASSPHRASE = 4096


class Questions(msgspec.Struct, frozen=True):
    """How a front end asks the person; the defaults are for one that cannot."""

    passphrase: Callable[[str], str] | None = None
    """Asks for a passphrase without showing it; `str` is the question."""
    code: Callable[[str], str] | None = None
    """Asks for an MFA code."""
    renew: Callable[[str, EcrtuiError], bool] | None = None
    """Called by the thread of a call that was refused, with its profile and a SignInError, or the
    VaultError that kept its credentials from being read: whether that was put right, so that the
    call is made again. It may take as long as a person does."""
    waiting: Callable[[], None] = lambda: None
    """Told when the keyring takes long: a dialog may be open elsewhere."""


def place(settings: Settings, state: State) -> tuple[Where, str]:
    """Where secrets are kept, and who said so. Raises UsageError for a place that is none."""
    named = os.environ.get(VARIABLE, "")
    if named:
        return of_name(named), VARIABLE
    if settings.vault:
        return of_name(settings.vault), "settings"
    chosen = state.read(_STATE, dict[str, str], {}).get("where", "")
    return (of_name(chosen), "chosen") if chosen in PLACES else ("keyring", "")


def choose(state: State, where: Where) -> bool:
    """Keep the choice; False when it holds for this run only."""
    return state.write(_STATE, {"where": where})


def open_vault(
    settings: Settings,
    locations: Locations,
    state: State,
    clock: Clock,
    questions: Questions,
    kind: str = "",
    store: SecretStore | None = None,
    where: Where | None = None,
) -> Vault:
    """The vault of this run; opens and asks nothing yet. Each `kind` has names of its own.

    `store` is one that is open already: a passphrase is asked for once, whatever the kind.
    `where` is another place than the one in use.
    """
    from ecrtui.vault.vault import Vault

    where = where or place(settings, state)[0]
    name = f"{kind or 'kept'}-in-{where}"
    index = _Index(state if where != "memory" else State(None), name, locations.state)
    room = f"ecrtui-{kind}" if kind else "ecrtui"
    store = store or open_store(where, settings, locations, questions)
    return Vault(store, index, where, clock, room)


def sealed_file(locations: Locations) -> Path:
    """Where the encrypted file is."""
    return locations.state / "vault.sealed"


def sealed(locations: Locations, questions: Questions) -> SealedFile:
    """The encrypted file as a store, which an agent may have opened."""
    from ecrtui.vault.sealed_file import SealedFile

    return SealedFile(
        _File(sealed_file(locations)),
        lambda new: passphrase(questions, new=new),
        lambda fingerprint: agent(locations).key(fingerprint),
    )


def agent(locations: Locations) -> Unlocked:
    """The agent of the encrypted file, which may run or not."""
    import hashlib  # OpenSSL's library is not loaded before the first frame

    from ecrtui.vault.unlocked import Unlocked

    path = os.path.realpath(sealed_file(locations))
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    runtime = _runtime_folder()
    folder = runtime / "ecrtui" if runtime else Path(path).parent / "agent"
    return Unlocked(folder, f"{name}.sock")


def _runtime_folder() -> Path | None:
    """Where sockets belong; the system removes it at the last logout (XDG Base Directory). Also
    looked for by its usual name, since cron and sudo do not tell it."""
    if not hasattr(os, "geteuid"):
        return None
    named = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(named or f"/run/user/{os.geteuid()}")
    with contextlib.suppress(OSError):
        if folder.is_absolute() and folder.stat().st_uid == os.geteuid():
            return folder
    return None


def of_name(name: str) -> Where:
    """The place of a name; raises UsageError for one that is none."""
    for known in PLACES:
        if name == known:
            return known
    raise UsageError(name, title="Not a place for secrets", hint=f"There are: {', '.join(PLACES)}.")


def open_store(
    where: Where, settings: Settings, locations: Locations, questions: Questions
) -> SecretStore:
    """What keeps entries in a place; opens and asks nothing yet."""
    if where == "memory":
        from ecrtui.vault.memory import Memory

        return Memory()
    if where == "file":
        return sealed(locations, questions)
    from ecrtui.vault.limited import Limited
    from ecrtui.vault.os_keyring import OsKeyring

    return OsKeyring(Limited(waiting=questions.waiting), settings.keyring_backends)


def passphrase_is_given() -> bool:
    """Whether nobody is asked for it."""
    return bool(os.environ.get(PASSPHRASE_FILE))


def passphrase(questions: Questions, *, new: bool = False) -> str:
    """From the file that ECRTUI_VAULT_PASSPHRASE_FILE names, else from the person.

    Raises VaultLocked where nobody can be asked, UsageError for a `new` one that is too short.
    """
    given = os.environ.get(PASSPHRASE_FILE)
    if given:
        return strong(_first_line(Path(given)), new)
    if questions.passphrase is None:
        raise VaultLocked(
            "nobody can be asked for its passphrase",
            title="The encrypted file is locked",
            hint=LOCKED_HINT,
        )
    if not new:
        return questions.passphrase(KNOWN)
    first = strong(questions.passphrase("A new passphrase for the encrypted file: "), new)
    if questions.passphrase("Once more: ") != first:
        raise UsageError("they differ", title="The passphrase was not taken", hint="Try again.")
    return first


_SHORTEST = 12


def strong(passphrase: str, new: bool = True) -> str:
    """The passphrase; raises UsageError for a new one that is too short to protect anything."""
    if new and len(passphrase) < _SHORTEST:
        raise UsageError(
            f"it is shorter than {_SHORTEST} characters",
            title="The passphrase was not taken",
            hint="Four random words are easy to type and hard to guess.",
        )
    return passphrase


def _first_line(path: Path) -> str:
    try:
        with path.open("rb") as file:
            line = file.readline(_LARGEST_PASSPHRASE)
    except OSError as failure:
        raise VaultLocked(
            f"{path}: {failure.strerror}",
            title="The encrypted file is locked",
            hint=f"{PASSPHRASE_FILE} names a file whose first line is the passphrase.",
        ) from None
    return line.rstrip(b"\r\n").decode("utf-8", "surrogateescape")


class _Index:
    """The index of names as a document of the state."""

    def __init__(self, state: State, name: str, folder: Path) -> None:
        self._state = state
        self._name = name
        self._folder = folder

    def all(self) -> dict[str, Kept]:
        """Every name with what may be shown of it."""
        return self._state.read(self._name, dict[str, Kept], {})

    def change(self, change: Callable[[dict[str, Kept]], dict[str, Kept]]) -> None:
        """Read, change and write it."""
        self._state.update(self._name, dict[str, Kept], {}, change)

    @contextlib.contextmanager
    def alone(self) -> Iterator[bool]:
        """Keep other processes from writing meanwhile."""
        with locked(self._folder / f"{self._name}.writing", _PATIENCE) as alone:
            yield alone


class _File:
    """The encrypted file, whole or not at all, 0600."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> bytes | None:
        """All of it; raises VaultError for a file that is there and cannot be read."""
        data = files.read(self._path)
        if data is None and os.path.lexists(self._path):
            raise VaultError(f"{self._path} cannot be read", title="The encrypted file is closed")
        return data

    def update(self, change: Callable[[bytes | None], bytes]) -> None:
        """Replace it, one process at a time; raises VaultError where that cannot be had."""
        with locked(self._path.with_suffix(".lock"), _PATIENCE) as alone:
            if not alone or not files.write(self._path, change(self.read())):
                raise VaultError(
                    f"{self._path} cannot be written",
                    title="The encrypted file is closed",
                    hint="Make its folder writable, or name another in ECRTUI_HOME.",
                )
