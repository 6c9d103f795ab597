"""Secrets in this process alone: gone when it ends, on no disk."""

from __future__ import annotations


class Memory:
    """Entries of one run."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], str] = {}

    def get(self, service: str, user: str) -> str | None:
        """An entry; None when there is none."""
        return self._entries.get((service, user))

    def set(self, service: str, user: str, secret: str) -> None:
        """Put an entry."""
        self._entries[service, user] = secret

    def delete(self, service: str, user: str) -> None:
        """Remove an entry that may be gone already."""
        self._entries.pop((service, user), None)

    def locked(self) -> bool:
        """Never."""
        return False
