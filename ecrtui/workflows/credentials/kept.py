"""Credentials as values in the vault: what signs requests finds them here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from ecrtui.errors import VaultDamaged
from ecrtui.model.credentials import Credential
from ecrtui.model.kept import Kept
from ecrtui.model.typed import decoded

if TYPE_CHECKING:
    from ecrtui.vault.vault import Vault

_UNKNOWN = Kept("", "")


class KeptCredentials:
    """The credentials in the vault, which is opened when the first is asked for."""

    def __init__(self, vault: Callable[[], Vault]) -> None:
        self._vault = vault

    def known(self) -> dict[str, Kept]:
        """Their names; opens nothing."""
        return {one.name: one for one in self._vault().kept()}

    def credential(self, name: str) -> Credential:
        """One of them. Raises NotFound, VaultError."""
        vault = self._vault()
        text = vault.read(name)
        try:
            found = decoded(text, Credential)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            raise VaultDamaged(
                f"{name} is no credential", hint=f"ecrtui credentials add {name} --replace"
            ) from None
        found = msgspec.structs.replace(found, name=name)
        if not self.known().get(name, _UNKNOWN).about:
            vault.describe(name, **found.about())
        return found

    def keep(self, credential: Credential, *, replace: bool = True) -> None:
        """Keep one, in place of one of its name. Raises UsageError, VaultError, and NameTaken for
        a name that is taken unless it is to `replace` it."""
        text = msgspec.json.encode(credential).decode()
        self._vault().write(credential.name, text, credential.about(), replace=replace)
