"""A keyring backend somebody wrote for themselves."""

from __future__ import annotations

from typing import ClassVar

from keyring.backend import KeyringBackend


class Own(KeyringBackend):
    """Keeps entries in this process."""

    priority = 1
    entries: ClassVar[dict[tuple[str, str], str]] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password
