"""Entries as they are read, put into columns; of duplicates the last stays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress

from ecrtui.model.files import DIGEST_BYTES, NO_DIGEST, EntryKind, LayerIndex


class Columns:
    """A layer's index as it grows."""

    def __init__(self) -> None:
        self.count = 0
        """Entries that were added, duplicates too."""
        self._numbers: dict[str, int] = {}
        self._dead: set[int] = set()
        self._kinds = bytearray()
        self._sizes: list[int] = []
        self._owners: list[tuple[int, int, int]] = []
        self._mtimes: list[float] = []
        self._digests = bytearray()
        self.linknames: dict[int, str] = {}
        self.xattrs: dict[int, dict[str, bytes]] = {}
        self.devices: dict[int, tuple[int, int]] = {}
        self.whiteouts: dict[str, None] = {}
        self.opaques: dict[str, None] = {}
        self.kept: dict[str, bytes] = {}
        self.unkept: dict[str, None] = {}
        self.inside: dict[str, dict[str, bytes]] = {}

    def add(
        self,
        path: str,
        kind: EntryKind,
        size: int,
        owner: tuple[int, int, int],
        mtime: float,
        digest: bytes = NO_DIGEST,
    ) -> int:
        """One entry; answers its number. `owner` is mode, uid and gid."""
        number = self.count
        self.count = number + 1
        if self._numbers.setdefault(path, number) != number:
            self._forget(path)
            self._numbers[path] = number
        self._kinds.append(kind)
        self._sizes.append(size)
        self._owners.append(owner)
        self._mtimes.append(mtime)
        self._digests += digest
        return number

    def index(self, diff_id: str, size: int) -> LayerIndex:
        """All of it."""
        digests = bytes(self._digests)
        if self._dead:
            alive = [number not in self._dead for number in range(self.count)]
            starts = compress(range(0, len(digests), DIGEST_BYTES), alive)
            digests = b"".join(digests[at : at + DIGEST_BYTES] for at in starts)
            self._renumber(alive)
        modes, uids, gids = zip(*self._owners, strict=True) if self._owners else ((), (), ())
        return LayerIndex(
            diff_id,
            size,
            list(self._numbers),
            bytes(self._kinds),
            self._sizes,
            list(modes),
            list(uids),
            list(gids),
            self._mtimes,
            digests,
            self.linknames,
            self.xattrs,
            self.devices,
            list(self.whiteouts),
            list(self.opaques),
            self.kept,
            list(self.unkept),
            self.inside,
        )

    def _forget(self, path: str) -> None:
        """A path that comes again: the first is no more, and the second takes its own place."""
        number = self._numbers.pop(path)
        self._dead.add(number)
        for column in (self.linknames, self.xattrs, self.devices):
            column.pop(number, None)
        self.kept.pop(path, None)
        self.unkept.pop(path, None)
        self.inside.pop(path, None)

    def _renumber(self, alive: Sequence[bool]) -> None:
        self._kinds = bytearray(compress(self._kinds, alive))
        for name in ("_sizes", "_owners", "_mtimes"):
            setattr(self, name, list(compress(getattr(self, name), alive)))
        new = dict(zip(compress(range(len(alive)), alive), range(len(alive)), strict=False))
        for name in ("linknames", "xattrs", "devices"):
            column: dict[int, object] = getattr(self, name)
            setattr(self, name, {new[number]: value for number, value in column.items()})
