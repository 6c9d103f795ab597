"""Stores that go wrong where a test says, and those as picky as real keyrings."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from ecrtui.errors import VaultError
from ecrtui.model.kept import Kept
from ecrtui.vault.memory import Memory
from ecrtui.vault.vault import Vault

WINDOWS_BYTES = 2560


class Picky(Memory):
    """As picky as the pickiest: short entries, one user for each service, and an entry that is
    replaced is gone for a moment. Ends at the operation a test names, as a process may."""

    def __init__(self) -> None:
        super().__init__()
        self.fails_at = -1
        self.fails_from_then_on = False
        self.operations = 0

    @property
    def entries(self) -> dict[tuple[str, str], str]:
        return self._entries

    def get(self, service: str, user: str) -> str | None:
        self._step()
        return super().get(service, user)

    def set(self, service: str, user: str, secret: str) -> None:
        assert len(secret.encode("utf-16-le")) <= WINDOWS_BYTES
        assert all(known != service or name == user for known, name in self._entries)
        super().delete(service, user)
        self._step()
        super().set(service, user, secret)

    def delete(self, service: str, user: str) -> None:
        self._step()
        super().delete(service, user)

    def _step(self) -> None:
        self.operations += 1
        past = self.operations > self.fails_at if self.fails_from_then_on else False
        if self.fails_at >= 0 and (self.operations == self.fails_at or past):
            raise VaultError("as the test wants it")


class Index:
    """The index in memory."""

    def __init__(self, *, lockable: bool = True) -> None:
        self.kept: dict[str, Kept] = {}
        self._lockable = lockable

    def all(self) -> dict[str, Kept]:
        return dict(self.kept)

    def change(self, change: Callable[[dict[str, Kept]], dict[str, Kept]]) -> None:
        self.kept = change(dict(self.kept))

    @contextlib.contextmanager
    def alone(self) -> Iterator[bool]:
        yield self._lockable


class Clock:
    """Always the same second."""

    def now(self) -> float:
        return 1_770_000_000.0


def vault(store: Memory | None = None, index: Index | None = None) -> Vault:
    """A vault over a store."""
    return Vault(store or Picky(), index or Index(), "keyring", Clock())
