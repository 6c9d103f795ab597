"""The place of secrets as it is at this moment: there, locked, missing. Opens nothing."""

from __future__ import annotations

import msgspec

from ecrtui.errors import EcrtuiError
from ecrtui.workflows.credentials import unlocking, vaults
from ecrtui.workflows.services import Services


class Whereabouts(msgspec.Struct, frozen=True):
    """Where secrets are kept, and what keeps them from being read."""

    where: str
    """`keyring`, `file` or `memory`."""
    name: str
    """What the keyring is called."""
    locked: bool = False
    seconds: int | None = None
    """For how long the encrypted file is unlocked by its agent."""
    problem: EcrtuiError | None = None
    """Why there is none, or none that answers."""


def whereabouts(services: Services) -> Whereabouts:
    """How it is now. It may take some seconds where a keyring does not answer."""
    where = services.vault.where
    name = _NAMES.get(where, "")
    try:
        if where == "keyring":
            from ecrtui.vault.os_keyring import in_use

            name = in_use(services.settings.keyring_backends)
        locked = services.vault.locked() and not (where == "file" and vaults.passphrase_is_given())
        return Whereabouts(where, name, locked, unlocking.left(services))
    except EcrtuiError as problem:
        return Whereabouts(where, name or "keyring", problem=problem)


def unlock(services: Services) -> None:
    """Have whoever can unlock it do so: its dialog comes up, or the passphrase is asked for.

    Raises VaultError.
    """
    services.vault.holds("unlocked")


def lock(services: Services) -> None:
    """Close the encrypted file, for this run and for all programs that its agent lends the key.

    What was read from it by then is used until the program ends. Raises VaultError.
    """
    unlocking.lock(services)
    services.use_place("file", vaults.sealed(services.locations, services.questions))


_NAMES = {"file": "encrypted file", "memory": "memory"}
