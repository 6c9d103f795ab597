"""Paths as a tree of numbers: the shape that a tree of files is drawn, searched and summed in.

A *node* is a path's number: parents come first, then names in their order, so that all that is
below a node stands right behind it. Skipping a closed directory, summing up, and drawing the
nodes that pass a filter are then walks over plain numbers, fast enough for every key.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import compress

from ecrtui.model.texts import BETWEEN, TOGETHER, Texts, flags_of


class Outline:
    """Every path of one or several trees; node 0 is the root."""

    def __init__(self, paths: list[str], parents: array[int], ends: array[int]) -> None:
        self.paths = paths
        """Node -> its path."""
        self.parents = parents
        """Node -> the node of the directory it is in; the root is in itself."""
        self.ends = ends
        """Node -> the first node behind all that is below it."""
        self.directories = sorted(set(parents))
        """The nodes that anything was ever in."""
        inner = bytearray(len(paths))
        for node in self.directories:
            inner[node] = 1
        self.inner = bytes(inner)
        """1 for each of these."""
        self._names = [
            Texts([name_of(path) for path in paths[start : start + TOGETHER]])
            for start in range(0, len(paths), TOGETHER)
        ]

    def __len__(self) -> int:
        return len(self.paths)

    def children(self, node: int) -> Iterator[int]:
        """What is directly in a node, by name."""
        ends, end = self.ends, self.ends[node]
        node += 1
        while node < end:
            yield node
            node = ends[node]

    def nearest(self, path: str) -> int:
        """The node of a path; of the deepest directory above it where there is no such path."""
        # What stands last before its place is in that directory, or is it.
        node = max(0, bisect_right(self.paths, _parts(path), key=_parts) - 1)
        while node and not _leads(self.paths[node], path):
            node = self.parents[node]
        return node

    def above(self, *numbers: Sequence[int]) -> bytearray:
        """1 for each node of which any number is not 0, and for all directories it is in."""
        parents, found = self.parents, bytearray(len(self.paths))
        for by_node in numbers:
            for node in compress(range(len(by_node)), by_node):
                while not found[node]:
                    found[node] = 1
                    node = parents[node]
        return found

    def holding(self, text: str) -> bytes:
        """1 for each node that a text is found at, case aside.

        It is looked for in names; one with slashes in paths, and found where it ends.
        """
        word = text.lower()
        if not word or BETWEEN in word:
            return bytes(len(self.paths))
        head, slash, name = word.rpartition("/")
        if head or not name:
            found = self._held(head, name) if head else self.children(0)
            return flags_of(found, len(self.paths))
        if slash:
            return b"".join(flags_of(page.beginning(name), len(page)) for page in self._names)
        return b"".join(page.flags(name) for page in self._names)

    def _held(self, head: str, name: str) -> Iterator[int]:
        """What begins with a name in the directories whose paths end with something."""
        paths = self.paths
        directories = (node for node in self.directories if paths[node].lower().endswith(head))
        for directory in directories:
            for node in self.children(directory):
                if self._lowered(node).startswith(name):
                    yield node

    def _lowered(self, node: int) -> str:
        """A node's name in lower case."""
        page, at = divmod(node, TOGETHER)
        return self._names[page].text(at)


def outlined(*trees: Mapping[str, Collection[str]]) -> Outline:
    """The paths of all trees together; each maps directories to the paths of what they hold.

    A directory that one tree holds, and only another fills, has the contents of both.
    """
    paths: list[str] = []
    parents = array("i")
    open_, above = ["/"], [0]
    first, others = trees[0], trees[1:]
    while open_:
        path, node = open_.pop(), len(paths)
        parents.append(above.pop())
        paths.append(path)
        held = first.get(path, ())
        for tree in others:
            more = tree.get(path)
            if more:
                held = {*held, *more}
        if held:
            open_ += sorted(held, reverse=True)
            above += [node] * len(held)
    return Outline(paths, parents, _ends(parents))


def _ends(parents: array[int]) -> array[int]:
    ends = array("i", range(1, len(parents) + 1))
    for node in range(len(parents) - 1, 0, -1):
        parent = parents[node]
        if ends[parent] < ends[node]:
            ends[parent] = ends[node]
    return ends


def name_of(path: str) -> str:
    """The last part of a path; the root's is `/`."""
    return path[path.rfind("/") + 1 :] or "/"


def _parts(path: str) -> list[str]:
    """What nodes are in the order of."""
    return path.split("/")


def _leads(path: str, to: str) -> bool:
    return to == path or to.startswith(path + "/")
