"""A tree of files with what happened to each: of one image as of a layer, or of a comparison."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Mapping
from enum import IntEnum
from functools import cached_property
from operator import sub
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

    growth: array[int]
    """By node: bytes more than before, of a directory all below it."""
    counts: Mapping[int, int]
    """Directory -> how many paths below it changed; `unpacked` tells them apart."""


class Versions(NamedTuple):
    """How the entries of a tree are found when somebody looks at them."""

    before: Callable[[int], Entry | None]
    after: Callable[[int], Entry | None]


class Tree:
    """Nodes of an outline, and for each a mark, its size now, and what it grew by."""

    def __init__(
        self,
        outline: Outline,
        marks: bytes,
        sizes: array[int],
        sums: Sums,
        versions: Versions,
        moved: Mapping[str, str] | None = None,
    ) -> None:
        self.outline = outline
        self.marks = marks
        """A Mark each."""
        self.sizes = sizes
        """Bytes now; of a directory all below it, each hard link's once."""
        self._sums = sums
        self.versions = versions
        self.moved = moved or {}
        """Of each renamed file the other path, by either of the two."""

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
        return self._sums.growth[node]

    @cached_property
    def swings(self) -> array[int]:
        """By node: bytes more or less, whichever it is."""
        return array("q", map(abs, self._sums.growth))

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


def summed(outline: Outline, growth: array[int], marks: bytearray) -> tuple[Sums, bytearray]:
    """Changes of single nodes summed up the tree, and 1 for each node that they touch.

    `growth` has bytes by node, and is taken over. It costs what the changes are, not the tree.
    """
    parents = outline.parents
    counts: dict[int, int] = {}
    touched = outline.above(growth, marks)
    node = touched.rfind(1)
    while node > 0:
        parent = parents[node]
        growth[parent] += growth[node]
        count = counts.get(node, 0) + _ONES[marks[node]]
        if count:
            counts[parent] = counts.get(parent, 0) + count
        node = touched.rfind(1, 0, node)
    return Sums(growth, counts), touched


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
    return Tree(outline, bytes([Mark.SAME]), array("q", [0]), unchanged(outline), nothing)


def unchanged(outline: Outline) -> Sums:
    """What is summed up where nothing changed."""
    return Sums(zeros(outline), {})


def zeros(outline: Outline) -> array[int]:
    """A number for each node."""
    return array("q", bytes(8 * len(outline)))


def tree_of_difference(found: Difference) -> Tree:
    """Two file systems in one tree: all that either has, sizes as of the second."""
    a, b = found.a, found.b
    outline = outlined(b.contents, a.contents)
    marks = _marks(outline, found.added, found.removed, found.modified)
    before, after = _weights(outline, a), _weights(outline, b)
    versions = Versions(_entries(outline, a), _entries(outline, b))
    sums, _ = summed(outline, array("q", map(sub, after, before)), marks)
    shown = bytes(marks).translate(_OR_SAME)
    return Tree(outline, shown, weighed(outline, after), sums, versions, found.moved)


_OR_SAME = bytes([Mark.SAME, *range(1, 256)])
"""A table for `bytes.translate`: what has no mark is there and the same."""


def _marks(
    outline: Outline,
    added: Collection[str],
    removed: Collection[str],
    modified: Collection[str],
) -> bytearray:
    by_path = dict.fromkeys(added, Mark.ADDED)
    by_path.update(dict.fromkeys(removed, Mark.REMOVED))
    by_path.update(dict.fromkeys(modified, Mark.MODIFIED))
    return bytearray([by_path.get(path, 0) for path in outline.paths])


def _weights(outline: Outline, files: FileSystem) -> list[int]:
    weight = files.weight
    return [weight(path) if path in files else 0 for path in outline.paths]


def _entries(outline: Outline, files: FileSystem) -> Callable[[int], Entry | None]:
    def entry(node: int) -> Entry | None:
        path = outline.paths[node]
        return files.entry(path) if path in files else None

    return entry
