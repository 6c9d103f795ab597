"""Space that an image carries and no container sees: dive's figures, and the plain ones.

dive's definition, read in its source (`dive/filetree/efficiency.go`, `dive/image/analysis.go`), so
that its users can compare:

- A leaf is what a layer's tree holds and has nothing below it: files, links, empty directories and
  whiteouts, which go by the name of what they remove. Opaque markers are dropped and count nothing.
- A leaf's bytes are its size in the tar; for the whiteout of a directory that a lower layer lists,
  all that is below it at that time; 0 for other whiteouts.
- For each path over all layers: `total` is the sum of the bytes of its leaves, `least` the
  smallest. efficiency = sum of `least` / sum of `total`, and 1.0 when there is nothing.
- Wasted is each path with two leaves or more, with its `total`; wasted bytes are their sum.

So to dive a directory that is removed once wastes nothing, nor does one hidden by an opaque
marker, and a file written twice is wasted with all its versions, also the one that is seen.
`uses` tells what many take it for: the bytes of a layer's files that no container sees.
(dive leaves off a layer at a whiteout of something that is not there; that is an error, not a
definition, and is not repeated.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from ecrtui.compare.filesystem import FileSystem
from ecrtui.compare.stacking import Stack, parent_of
from ecrtui.model.files import EntryKind, LayerIndex


class WastedPath(msgspec.Struct, frozen=True):
    """A path that several layers carry."""

    path: str
    count: int
    """How many leaves it has."""
    bytes: int
    """Of all of them."""
    layers: tuple[int, ...] = ()
    """Which layers they are in, from 0."""


class Waste(msgspec.Struct, frozen=True, rename="camel"):
    """What an image wastes."""

    efficiency: float
    """From 0 to 1."""
    wasted_bytes: int
    wasted: tuple[WastedPath, ...]
    """The most bytes first; without paths of 0 bytes, which dive lists too."""


class LayerUse(msgspec.Struct, frozen=True, rename="camel"):
    """What one layer holds, and how much of it nobody sees."""

    entries: int
    bytes: int
    """Of all its files, unpacked."""
    wasted_bytes: int
    """Of those that upper layers replace, remove or hide."""


def waste(layers: Sequence[LayerIndex]) -> Waste:
    """Efficiency and wasted space as dive has them, of all layers, bottom first."""
    totals: dict[str, int] = {}
    first: dict[str, int] = {}
    again: dict[str, _Again] = {}
    for number, path, size in _leaves(layers):
        before = totals.get(path)
        totals[path] = size + (before or 0)
        if before is None:
            first[path] = number
            continue
        known = again.get(path)
        if known is None:
            known = again[path] = _Again(before, [first[path]])
        known.least = min(known.least, size)
        known.layers.append(number)
    wasted = [
        WastedPath(path, len(one.layers), totals[path], tuple(dict.fromkeys(one.layers)))
        for path, one in again.items()
        if totals[path]
    ]
    wasted.sort(key=lambda one: (-one.bytes, one.path))
    whole = sum(totals.values())
    spared = sum(totals[path] - one.least for path, one in again.items())
    efficiency = (whole - spared) / whole if whole else 1.0
    return Waste(efficiency, sum(one.bytes for one in wasted), tuple(wasted))


class _Again(msgspec.Struct):
    """A path that has more than one leaf; most have one, so nothing is kept for these."""

    least: int
    layers: list[int]


def uses(files: FileSystem) -> tuple[LayerUse, ...]:
    """Each layer's entries and bytes, and how many of the bytes the whole does not show."""
    found = []
    for number, layer in enumerate(files.layers):
        size = sum(layer.sizes)
        found.append(LayerUse(len(layer), size, size - files.visible(number)))
    return tuple(found)


def _leaves(layers: Sequence[LayerIndex]) -> Iterator[tuple[int, str, int]]:
    """Number of the layer, path and bytes of every leaf."""
    removes = any(layer.whiteouts for layer in layers)
    stack = Stack()
    for number, layer in enumerate(layers):
        parents = {parent_of(path) for path in layer.paths}
        parents.update(map(parent_of, layer.whiteouts))
        for path, kind, size in zip(layer.paths, layer.kinds, layer.sizes, strict=True):
            if path != "/" and (kind != EntryKind.DIRECTORY or path not in parents):
                yield number, path, size
        for path in layer.whiteouts:
            yield number, path, _removed(stack, path)
        if removes:
            stack.put(msgspec.structs.replace(layer, opaques=[]))


def _removed(stack: Stack, path: str) -> int:
    """Bytes below a directory that is listed; 0 for all else."""
    code = stack.where.get(path, -1)
    if code < 0 or stack.kinds[code] != EntryKind.DIRECTORY:
        return 0
    codes = ((below, stack.where[below]) for below in stack.below(path))
    return sum(stack.sizes[code] for below, code in codes if code >= 0 and below not in stack.links)
