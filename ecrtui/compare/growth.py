"""How an image's files grew, layer by layer: the tree as of any layer, at once.

All layers share one outline of every path that any of them ever had. Of a layer only what it
changes is kept, so that the tree as of a layer is the sum of what happened up to it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from typing import NamedTuple

import msgspec

from ecrtui.compare.filesystem import FileSystem
from ecrtui.compare.outline import Outline, outlined
from ecrtui.compare.stacking import LayerChanges, Stack, parent_of
from ecrtui.compare.tree import (
    SETTLED,
    Mark,
    Sums,
    Tree,
    Versions,
    no_tree,
    summed,
    unchanged,
    zeros,
)
from ecrtui.model.files import Entry, EntryKind, LayerIndex

replace = msgspec.structs.replace
_NEW, _GONE = (Mark.ABSENT, Mark.ADDED), (Mark.ABSENT, Mark.REMOVED)
"""What was not there before a layer, and what is not after it."""
_KEPT = 8
"""Trees at hand: a few megabytes each of a large image."""


class Step(NamedTuple):
    """What one layer does: columns over the nodes it touches, which cost no object each."""

    nodes: array[int]
    """Those that change, and the directories that they are in; ascending."""
    marks: bytes
    """What happens to each; 0 to a directory that is only touched."""
    growth: array[int]
    """Bytes that each grows by, a directory with all below it."""
    counts: Mapping[int, int]
    """As in `Sums`."""
    earlier: Mapping[int, int]
    """Node -> the code of what was there before, of all that the layer removes or lists again."""
    links: Mapping[int, str]
    """Node -> the path it is a hard link of from here on; '' when it is one no more."""

    def changes(self, node: int) -> bool:
        """Whether anything happens to a node itself."""
        at = bisect_left(self.nodes, node)
        return at < len(self.nodes) and self.nodes[at] == node and self.marks[at] > 0


class _Record:
    """What was at each node as of each layer: found when somebody looks at one.

    It knows no tree, so that trees, which know it, go with the last who looks at them.
    """

    def __init__(self, files: FileSystem, outline: Outline, steps: Sequence[Step]) -> None:
        self._files = files
        self._outline = outline
        self._steps = steps

    def entry(self, node: int, layer: int, there: bool) -> Entry | None:
        """What was at a node as of a layer; -1 is before the first one."""
        if not there or layer < 0:
            return None
        path = self._outline.paths[node]
        code = self.code(node, layer)
        if code is None:
            return None
        found = self._files.version(path, code)
        target = self._link(node, layer)
        if not target:  # as of nearly all: the root may hold a million others to look through
            return found
        first = self._outline.nearest(target)
        if self._outline.paths[first] == target and self.code(first, layer) == code:
            return replace(found, kind=EntryKind.HARDLINK, linkname=target)
        return found

    def _link(self, node: int, layer: int) -> str:
        steps = reversed(self._steps[: layer + 1])
        return next((step.links[node] for step in steps if node in step.links), "")

    def code(self, node: int, layer: int) -> int | None:
        """The code of what was at a node as of a layer; None when nothing was."""
        for step in self._steps[layer + 1 :]:
            if node in step.earlier:
                return step.earlier[node]
            if step.changes(node):  # added, so it was not there
                return None
        return self._files.codes.get(self._outline.paths[node])


class Growth:
    """The layers of an image, bottom first, and the trees they make.

    Trees are made in milliseconds; the one of a layer that was asked for before is at hand.
    """

    def __init__(self, files: FileSystem, outline: Outline, steps: Sequence[Step]) -> None:
        self.files = files
        """What a container of the image sees."""
        self.outline = outline
        self._steps = steps
        self._record = _Record(files, outline, steps)
        self._trees: dict[int, Tree] = {}

    def __len__(self) -> int:
        return len(self._steps)

    def tree(self, layer: int) -> Tree:
        """As of a layer, by its number from 0, with what it did to those below it."""
        known = self._trees.pop(layer, None)
        if known is None:
            known = self._made(layer)
        self._trees[layer] = known
        while len(self._trees) > _KEPT:
            del self._trees[next(iter(self._trees))]
        return known

    def whole(self) -> Tree:
        """What a container sees, with no marks."""
        if not self._steps:
            return no_tree()
        last = self.tree(len(self._steps) - 1)
        marks = last.marks.translate(SETTLED)
        return Tree(self.outline, marks, last.sizes, unchanged(self.outline), last.versions)

    def origin(self, node: int, layer: int) -> int | None:
        """The layer, from 0, that something is from as of a layer; None when it is not there."""
        code = self._record.code(node, layer)
        return self.files.layer_of(code) if code is not None else None

    def _made(self, layer: int) -> Tree:
        record, marks = self._record, bytearray(len(self.outline))
        marks[0] = Mark.SAME
        for step in self._steps[: layer + 1]:
            marks = marks.translate(SETTLED)
            for node, mark in zip(step.nodes, step.marks, strict=True):
                if mark:
                    marks[node] = mark
        return Tree(
            self.outline,
            bytes(marks),
            self._sizes(layer),
            self._sums(self._steps[layer]),
            Versions(
                lambda node: record.entry(node, layer - 1, marks[node] not in _NEW),
                lambda node: record.entry(node, layer, marks[node] not in _GONE),
            ),
        )

    def _sizes(self, layer: int) -> array[int]:
        """Bytes of each node as of a layer, from the nearest layer below it that is known."""
        first = max((known for known in self._trees if known < layer), default=-1)
        sizes = self._trees[first].sizes[:] if first >= 0 else zeros(self.outline)
        for step in self._steps[first + 1 : layer + 1]:
            for node, more in zip(step.nodes, step.growth, strict=True):
                sizes[node] += more
        return sizes

    def _sums(self, step: Step) -> Sums:
        growth = zeros(self.outline)
        for node, more in zip(step.nodes, step.growth, strict=True):
            growth[node] = more
        return Sums(growth, step.counts)


def growth(layers: Sequence[LayerIndex]) -> Growth:
    """Everything that layers do, bottom first; it takes some 3 microseconds for each entry."""
    stack = Stack()
    done = [_put(stack, layer) for layer in layers]
    changes = tuple([one.changes for one in done])
    outline = outlined(stack.children, _gone(changes))
    numbers = {path: node for node, path in enumerate(outline.paths)}
    done.reverse()  # what has been numbered is let go: of a large layer it is tens of megabytes
    steps = [_step(outline, numbers, done.pop()) for _ in layers]
    return Growth(FileSystem(stack, changes), outline, steps)


class _Done(NamedTuple):
    """What one layer does, by path."""

    changes: LayerChanges
    added: array[int]
    """Bytes of all that is added, in its order."""
    grown: dict[str, int]
    """Bytes that others add to the whole, more than before."""
    links: dict[str, str]


def _put(stack: Stack, layer: LayerIndex) -> _Done:
    links, before = dict(stack.links), stack.light()
    changes = stack.put(layer)
    relinked = {path: stack.links.get(path, "") for path, _ in links.items() ^ stack.links.items()}
    light, where, sizes = stack.light(), stack.where, stack.sizes
    codes = [-1 if path in light else where.get(path, -1) for path in changes.added]
    added = array("q", [sizes[code] if code >= 0 else 0 for code in codes])
    return _Done(changes, added, _grown(stack, changes, before, light), relinked)


def _gone(changes: Iterable[LayerChanges]) -> dict[str, set[str]]:
    """The directories of all that was ever removed."""
    gone: dict[str, set[str]] = {}
    for change in changes:
        for path in change.removed:
            gone.setdefault(parent_of(path), set()).add(path)
    return gone


def _grown(
    stack: Stack, change: LayerChanges, light_before: set[str], light: set[str]
) -> dict[str, int]:
    """Bytes that what was there before adds to the whole, more than then."""
    grown: dict[str, int] = {}
    where, sizes = stack.where, stack.sizes
    for earlier in (change.modified, change.restated, change.removed):
        for path, before in earlier.items():
            code = where.get(path, -1)
            now = sizes[code] if code >= 0 and path not in light else 0
            then = sizes[before] if before >= 0 and path not in light_before else 0
            if now != then:
                grown[path] = now - then
    moved = light_before ^ light
    if moved:  # the bytes of an untouched link move to it when its target goes, and back
        touched = {*change.added, *change.modified, *change.restated, *change.removed}
        for path in moved - touched:
            size = sizes[where[path]]
            grown[path] = size if path in light_before else -size
    return grown


def _step(outline: Outline, numbers: Mapping[str, int], done: _Done) -> Step:
    changes, grown, marks = done.changes, zeros(outline), bytearray(len(outline))
    earlier = {numbers[path]: code for path, code in changes.restated.items()}
    for path, more in zip(changes.added, done.added, strict=True):
        node = numbers.get(path)
        if node is not None:
            marks[node], grown[node] = Mark.ADDED, more
    for mark, befores in ((Mark.MODIFIED, changes.modified), (Mark.REMOVED, changes.removed)):
        for path, code in befores.items():
            node = numbers[path]
            marks[node], earlier[node] = mark, code
    for path, more in done.grown.items():
        grown[numbers[path]] = more
    links = {numbers[path]: target for path, target in done.links.items() if path in numbers}
    sums, touched = summed(outline, grown, marks)
    return Step(
        array("i", compress(range(len(touched)), touched)),
        bytes(compress(marks, touched)),
        array("q", compress(sums.growth, touched)),
        sums.counts,
        earlier,
        links,
    )
