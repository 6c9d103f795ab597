"""Entries as they are read, put into columns; of duplicates the last stays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import Any

from ecrtui.model.files import DIGEST_BYTES, EntryKind, LayerIndex


class Columns:
    """A layer's index as it grows."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._dead: set[int] = set()
        self._kinds = bytearray()
        self._sizes: list[int] = []
        self._modes: list[int] = []
        self._uids: list[int] = []
        self._gids: list[int] = []
        self._mtimes: list[float] = []
        self._digests = bytearray()
        self._same: dict[object, Any] = {}
        self.linknames: dict[int, str] = {}
        self.xattrs: dict[int, dict[str, bytes]] = {}
        self.devices: dict[int, tuple[int, int]] = {}
        self.whiteouts: dict[str, None] = {}
        self.opaques: dict[str, None] = {}
        self.kept: dict[str, bytes] = {}
        self.unkept: dict[str, None] = {}

    def __len__(self) -> int:
        """How many entries were added, duplicates too."""
        return len(self._kinds)

    def add(
        self, path: str, kind: EntryKind, size: int, owner: tuple[int, int, int], mtime: float
    ) -> int:
        """One entry; answers its number. `owner` is mode, uid and gid."""
        number = len(self._kinds)
        if path in self._numbers:
            self._forget(path)
        self._numbers[path] = number
        self._kinds.append(kind)
        self._sizes.append(size)
        mode, uid, gid = self._shared(owner)
        self._modes.append(mode)
        self._uids.append(uid)
        self._gids.append(gid)
        self._mtimes.append(self._shared(mtime))
        return number

    def add_digest(self, digest: bytes) -> None:
        """The digest of the entry added last; NO_DIGEST where there is none."""
        self._digests += digest

    def index(self, diff_id: str, size: int) -> LayerIndex:
        """All of it."""
        digests = bytes(self._digests)
        if self._dead:
            alive = [number not in self._dead for number in range(len(self))]
            starts = compress(range(0, len(digests), DIGEST_BYTES), alive)
            digests = b"".join(digests[at : at + DIGEST_BYTES] for at in starts)
            self._renumber(alive)
        return LayerIndex(
            diff_id,
            size,
            list(self._numbers),
            bytes(self._kinds),
            self._sizes,
            self._modes,
            self._uids,
            self._gids,
            self._mtimes,
            digests,
            self.linknames,
            self.xattrs,
            self.devices,
            list(self.whiteouts),
            list(self.opaques),
            self.kept,
            list(self.unkept),
        )

    def _forget(self, path: str) -> None:
        """A path that comes again: the first is no more, and the second takes its own place."""
        number = self._numbers.pop(path)
        self._dead.add(number)
        for column in (self.linknames, self.xattrs, self.devices):
            column.pop(number, None)
        self.kept.pop(path, None)
        self.unkept.pop(path, None)

    def _renumber(self, alive: Sequence[bool]) -> None:
        self._kinds = bytearray(compress(self._kinds, alive))
        for name in ("_sizes", "_modes", "_uids", "_gids", "_mtimes"):
            setattr(self, name, list(compress(getattr(self, name), alive)))
        new = dict(zip(compress(range(len(alive)), alive), range(len(alive)), strict=False))
        for name in ("linknames", "xattrs", "devices"):
            column: dict[int, object] = getattr(self, name)
            setattr(self, name, {new[number]: value for number, value in column.items()})

    def _shared(self, value: Any) -> Any:
        """One object for all that are equal: most entries of a layer have few times and owners."""
        if len(self._same) > 10_000:
            self._same.clear()
        return self._same.setdefault(value, value)
