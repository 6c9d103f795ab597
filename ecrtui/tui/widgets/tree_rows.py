"""The rows under a tree of files, without any widget: what is open, in which order, what passes.

A row is a node of the tree's outline. A filter shows the directories that lead to what it finds
open, and what it finds closed; directories opened or closed by hand stay so until the filter
changes. Without one they are as they were before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from ecrtui.compare.outline import Outline
from ecrtui.compare.tree import Mark, Tree, no_tree

CHANGES = frozenset({Mark.ADDED, Mark.MODIFIED, Mark.REMOVED})
EVERYTHING = CHANGES | {Mark.SAME}
ORDERS = ("name", "size", "delta")

_CLOSED, _OPEN, _AS_FOUND = 0, 1, 2
_ONE = b"\1"


class TreeRows:
    """The nodes that are seen of a tree, in the order of the screen."""

    def __init__(self) -> None:
        self.tree = no_tree()
        self.rows: Sequence[int] = ()
        self.order = ("name", False)
        """One of ORDERS, and whether from the top down."""
        self.kinds: frozenset[Mark] = EVERYTHING
        """The marks that are shown, with the directories that lead to them."""
        self.text = ""
        self._open = bytearray(1)
        """By node, while nothing is looked for."""
        self._by_hand = bytearray(1)
        """By node, while something is."""
        self._hits = b""
        """1 for each node that the text is found at."""
        self._passing = _ONE
        """1 for each node that is to be seen for its own sake."""

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def found(self) -> int:
        """Paths that pass what is looked for; directories that only lead to them do not count."""
        return self._passing.count(1, 1)

    def path(self, node: int) -> str:
        """The path of a node."""
        return self._outline.paths[node]

    def number_near(self, path: str) -> int:
        """The row of a path, or of the deepest directory above it that is seen; 0 for none."""
        node = self._outline.nearest(path)
        while node:
            try:
                return self.rows.index(node)
            except ValueError:
                node = self._outline.parents[node]
        return 0

    def next_change(self, node: int, by: int) -> int | None:
        """The next node that changed and passes, by name (1), or the one before (-1)."""
        changes = _both(self._passing, self.tree.marks.translate(_flags(CHANGES)))
        found = changes.find(_ONE, node + 1) if by > 0 else changes.rfind(_ONE, 1, node)
        return found if found > 0 else None

    @property
    def _outline(self) -> Outline:
        return self.tree.outline

    def show(self, tree: Tree) -> None:
        """Another tree; what was open stays so, by path."""
        before, self.tree = self.tree, tree
        if before.outline is not tree.outline:
            opened = bytearray(len(tree.outline))
            for path in self._opened(before):
                there = tree.outline.nearest(path)
                opened[there] |= tree.outline.paths[there] == path
            self._open = opened
            self._look()
        self.arrange()

    def _opened(self, tree: Tree) -> Iterator[str]:
        node = self._open.find(_ONE)
        while node >= 0:
            yield tree.outline.paths[node]
            node = self._open.find(_ONE, node + 1)

    # Filter and order

    def find(self, text: str) -> None:
        """Show only what a text is found at (`Outline.holding`); with `!` before it all else."""
        self.text = text if text != "!" else ""
        self._look()
        self.arrange()

    def show_kinds(self, kinds: Collection[Mark]) -> None:
        """Show only what has one of these marks."""
        self.kinds = frozenset(kinds)
        self.arrange()

    def sort(self, order: str, *, reverse: bool) -> None:
        """By name, by size, or by how much it changed; with `reverse` from the top down."""
        self.order = (order, reverse)
        self.arrange()

    # Opening and closing

    def is_open(self, node: int) -> bool:
        """Whether what is in a directory is shown."""
        if not self.text:
            return self._open[node] == _OPEN
        by_hand = self._by_hand[node]
        if by_hand != _AS_FOUND:
            return by_hand == _OPEN
        return self._hits.find(_ONE, node + 1, self._outline.ends[node]) >= 0

    def is_directory(self, node: int) -> bool:
        """Whether a node has anything in it that may be shown."""
        end = self._outline.ends[node]
        return end - node > 1 and self._passing.find(_ONE, node + 1, end) >= 0

    def open(self, node: int, *, opened: bool) -> bool:
        """Open or close a directory; whether anything changed."""
        if opened == self.is_open(node) or not self.is_directory(node):
            return False
        self._states[node] = _OPEN if opened else _CLOSED
        self.arrange()
        return True

    def open_all(self, *, opened: bool) -> None:
        """Open or close every directory."""
        states = self._states
        states[:] = bytes([_OPEN if opened else _CLOSED]) * len(states)
        self.arrange()

    def open_while(self, rows: int) -> None:
        """Open level by level while no more than so many rows are shown."""
        closed = [node for node in self.rows if self.is_directory(node)]
        while closed:
            before, states = bytes(self._states), self._states
            for node in closed:
                states[node] = _OPEN
            self.arrange()
            if len(self.rows) > rows:
                states[:] = before
                self.arrange()
                return
            closed = [
                node for node in self.rows if not self.is_open(node) and self.is_directory(node)
            ]

    def reveal(self, node: int) -> None:
        """Open the directories that lead to a node."""
        parents = self._outline.parents
        while node:
            node = parents[node]
            self._states[node] = _OPEN
        self.arrange()

    @property
    def _states(self) -> bytearray:
        return self._by_hand if self.text else self._open

    # Arranging

    def _look(self) -> None:
        """Find what is looked for anew."""
        if not self.text:
            self._hits = b""
            return
        size = len(self._outline)
        inverted = self.text[0] == "!"
        self._by_hand = self._open[:] if inverted else bytearray([_AS_FOUND]) * size
        self._hits = self._outline.holding(self.text.removeprefix("!"))

    def arrange(self) -> None:
        """Choose and order the rows anew."""
        tree = self.tree
        self._passing = tree.marks.translate(_flags(self.kinds))
        if self.text:
            self._passing = _both(self._passing, self._covered(tree))
        name_first = self.order == ("name", False)
        self.rows = self._in_outline(tree) if name_first else self._ordered(tree)

    def _covered(self, tree: Tree) -> bytes:
        """1 for what was found and all below it, or with `!` for everything else."""
        hits, ends = self._hits, tree.outline.ends
        covered = bytearray(hits)
        for node in tree.outline.directories:
            if hits[node]:
                covered[node : ends[node]] = _ONE * (ends[node] - node)
        return bytes(covered.translate(_OTHERS) if self.text[0] == "!" else covered)

    def _in_outline(self, tree: Tree) -> list[int]:
        """The rows in the order of the outline: a closed directory is one step, and so is an open
        one with nothing but files in it."""
        ends, inner = tree.outline.ends, tree.outline.inner
        passing, is_open = self._passing, self._opener()
        rows: list[int] = []
        node, last = 1, len(ends)
        while node < last:
            end = ends[node]
            if passing[node] if end - node == 1 else passing.find(_ONE, node, end) >= 0:
                rows.append(node)
                if end - node > 1 and is_open(node):
                    if inner.find(_ONE, node + 1, end) < 0:
                        rows += self._leaves(node, end)
                    else:
                        end = node + 1
            node = end
        return rows

    def _leaves(self, node: int, end: int) -> Iterable[int]:
        """What is seen of a directory that holds only files, up to its end."""
        passing, leaves = self._passing, range(node + 1, end)
        if passing.count(_ONE, node + 1, end) == len(leaves):
            return leaves
        return [leaf for leaf in leaves if passing[leaf]]

    def _ordered(self, tree: Tree) -> list[int]:
        """The rows in another order: what an open directory holds is sorted."""
        ends, inner = tree.outline.ends, tree.outline.inner
        is_open, key = self._opener(), self._key(tree)
        rows: list[int] = []
        left = self._sorted(tree, 0, key)
        while left:
            node = left.pop()
            rows.append(node)
            end = ends[node]
            if end - node > 1 and is_open(node):
                if inner.find(_ONE, node + 1, end) < 0:
                    rows += sorted(self._leaves(node, end), key=key, reverse=self.order[1])
                else:
                    left += self._sorted(tree, node, key)
        return rows

    def _sorted(self, tree: Tree, parent: int, key: Callable[[int], int]) -> list[int]:
        """What is seen of a directory, the first at the end; of equals the first by name is."""
        ends, passing = tree.outline.ends, self._passing
        nodes: list[int] = []
        node, last = parent + 1, ends[parent]
        while node < last:
            end = ends[node]
            if passing[node] or (end - node > 1 and passing.find(_ONE, node, end) >= 0):
                nodes.append(node)
            node = end
        nodes.reverse()
        nodes.sort(key=key, reverse=not self.order[1])
        return nodes

    def _key(self, tree: Tree) -> Callable[[int], int]:
        if self.order[0] == "size":
            return tree.weights.__getitem__
        return tree.swings.__getitem__ if self.order[0] == "delta" else int

    def _opener(self) -> Callable[[int], object]:
        return self.is_open if self.text else self._open.__getitem__


_OTHERS = bytes([1, 0]).ljust(256, b"\0")


def _flags(kinds: Collection[Mark]) -> bytes:
    """A table that makes 1 of these marks and 0 of all others."""
    return bytes(1 if mark in kinds else 0 for mark in Mark).ljust(256, b"\0")


def _both(one: bytes, other: bytes) -> bytes:
    """1 where both have it; as numbers of a million bits they are compared at once."""
    both = int.from_bytes(one, "little") & int.from_bytes(other, "little")
    return both.to_bytes(len(one), "little")
