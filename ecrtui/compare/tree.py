"""A tree of files with what happened to each: of one image as of a layer, or of a comparison."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Mapping
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

from ecrtui.compare.files import Difference
from ecrtui.compare.filesystem import FileSystem
from ecrtui.compare.outline import Outline, outlined
from ecrtui.model.files import Entry


class Mark(IntEnum):
    """What happened to a path; `sign` is how it is drawn."""

    ABSENT = 0
    """Not there, neither before nor now."""
    SAME = 1
    ADDED = 2
    MODIFIED = 3
    REMOVED = 4

    @property
    def sign(self) -> str:
        """One character, also where there is no colour."""
        return "  +~-"[self]


SETTLED = bytes([0, 1, 1, 1, 0]).ljust(256, b"\0")
"""A table for `bytes.translate`: marks once what they tell is past."""


class Counts(NamedTuple):
    """Paths below a directory by what happened to them."""

    added: int = 0
    modified: int = 0
    removed: int = 0


_FIELD = 32
"""Bits of one of the three numbers, which are summed up as one."""
_ONES = (0, 0, 1, 1 << _FIELD, 1 << 2 * _FIELD)
"""By mark: one path more."""


class Sums(NamedTuple):
    """What changed, summed up the tree."""

    growth: Mapping[int, int]
    """Node -> bytes more than before, of a directory all below it; nodes of 0 are left out."""
    counts: Mapping[int, int]
    """Directory -> how many paths below it changed; `unpacked` tells them apart."""


class Versions(NamedTuple):
    """How the entries of a tree are found when somebody looks at them."""

    before: Callable[[int], Entry | None]
    after: Callable[[int], Entry | None]


class Tree:
    """Nodes of an outline, and for each a mark, its size now, and what it grew by."""

    def __init__(
        self, outline: Outline, marks: bytes, sizes: array[int], sums: Sums, versions: Versions
    ) -> None:
        self.outline = outline
        self.marks = marks
        """A Mark each."""
        self.sizes = sizes
        """Bytes now; of a directory all below it, each hard link's once."""
        self._sums = sums
        self.versions = versions

    def mark(self, node: int) -> Mark:
        """What happened to a path."""
        return Mark(self.marks[node])

    def size(self, node: int) -> int:
        """Bytes of what is at a path, or was there when it is gone."""
        return self.weights[node]

    @cached_property
    def weights(self) -> array[int]:
        """By node what `size` says."""
        if self.marks.find(Mark.REMOVED) < 0:
            return self.sizes
        weights, gone = self.sizes[:], self.marks.find(Mark.REMOVED)
        while gone >= 0:
            weights[gone] = -self.growth(gone)
            gone = self.marks.find(Mark.REMOVED, gone + 1)
        return weights

    def growth(self, node: int) -> int:
        """Bytes more than before."""
        return self._sums.growth.get(node, 0)

    def counts(self, node: int) -> Counts:
        """How many paths below a directory changed."""
        return unpacked(self._sums.counts.get(node, 0))

    @property
    def changed(self) -> bool:
        """Whether anything did."""
        return bool(self._sums.counts)

    def before(self, node: int) -> Entry | None:
        """What was at a path; None for nothing."""
        return self.versions.before(node)

    def after(self, node: int) -> Entry | None:
        """What is at a path; None for nothing."""
        return self.versions.after(node)

    def entry(self, node: int) -> Entry | None:
        """What is at a path, or was there when it is gone."""
        return self.after(node) or self.before(node)


def unpacked(count: int) -> Counts:
    """The three numbers of `Sums.counts`."""
    one = (1 << _FIELD) - 1
    return Counts(count & one, count >> _FIELD & one, count >> 2 * _FIELD)


def summed(outline: Outline, growth: dict[int, int], marks: Mapping[int, int]) -> Sums:
    """Changes of single nodes summed up the tree; it costs what the changes are, not the tree.

    `growth` has bytes, and is taken over; `marks` has the marks of those that changed.
    """
    parents = outline.parents
    counts: dict[int, int] = {}
    touched = outline.above(growth, marks)
    node = touched.rfind(1)
    while node > 0:
        parent = parents[node]
        more = growth.get(node)
        if more:
            growth[parent] = growth.get(parent, 0) + more
        elif more is not None:
            del growth[node]
        count = counts.get(node, 0) + _ONES[marks.get(node, 0)]
        if count:
            counts[parent] = counts.get(parent, 0) + count
        node = touched.rfind(1, 0, node)
    if not growth.get(0):
        growth.pop(0, None)
    return Sums(growth, counts)


def weighed(outline: Outline, weights: Iterable[int]) -> array[int]:
    """Bytes of each node from those that each adds itself."""
    sizes, parents = array("q", weights), outline.parents
    for node in range(len(sizes) - 1, 0, -1):
        sizes[parents[node]] += sizes[node]
    return sizes


def no_tree() -> Tree:
    """A root with nothing in it."""
    outline = outlined({})
    nothing = Versions(lambda _: None, lambda _: None)
    return Tree(outline, bytes([Mark.SAME]), array("q", [0]), Sums({}, {}), nothing)


def tree_of_difference(found: Difference) -> Tree:
    """Two file systems in one tree: all that either has, sizes as of the second."""
    a, b = found.a, found.b
    outline = outlined(b.contents, a.contents)
    marks, changed = _marks(outline, found.added, found.removed, found.modified)
    before, after = _weights(outline, a), _weights(outline, b)
    pairs = enumerate(zip(before, after, strict=True))
    growth = {node: now - then for node, (then, now) in pairs if now != then}
    versions = Versions(_entries(outline, a), _entries(outline, b))
    sums = summed(outline, growth, changed)
    return Tree(outline, marks, weighed(outline, after), sums, versions)


def _marks(
    outline: Outline,
    added: Collection[str],
    removed: Collection[str],
    modified: Collection[str],
) -> tuple[bytes, dict[int, int]]:
    by_path = dict.fromkeys(added, Mark.ADDED)
    by_path.update(dict.fromkeys(removed, Mark.REMOVED))
    by_path.update(dict.fromkeys(modified, Mark.MODIFIED))
    marks = bytearray(len(outline) * bytes([Mark.SAME]))
    changed: dict[int, int] = {}
    for node, path in enumerate(outline.paths):
        mark = by_path.get(path)
        if mark is not None:
            marks[node] = changed[node] = mark
    return bytes(marks), changed


def _weights(outline: Outline, files: FileSystem) -> list[int]:
    weight = files.weight
    return [weight(path) if path in files else 0 for path in outline.paths]


def _entries(outline: Outline, files: FileSystem) -> Callable[[int], Entry | None]:
    def entry(node: int) -> Entry | None:
        path = outline.paths[node]
        return files.entry(path) if path in files else None

    return entry
