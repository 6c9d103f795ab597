"""Which shared layers matter to a comparison, found without reading them.

Both images show the same of the layers they begin with, unless the layers above do something to
it on one side alone. So those above are read first (`layers.to_read`), `opened` says what they
leave open, and while anything is open, the next shared layer from the top is read and `unsettled`
says what is left:

    left = opened(flatten(above_a), flatten(above_b))
    while left and shared:
        layer = read(shared.pop()); above_a.insert(0, layer); above_b.insert(0, layer)
        left = unsettled(left, layer)
    difference(flatten(above_a), flatten(above_b))

It asks for a layer too many rather than for one too few: to know that a path is added, and not
modified, the layers are read down to one that has it, or all.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

import msgspec

from ecrtui.compare.filesystem import FileSystem
from ecrtui.compare.stacking import parent_of
from ecrtui.model.files import EntryKind, LayerIndex


class Open(msgspec.Struct, frozen=True):
    """What layers above left open about the shared ones; false when it is nothing."""

    paths: frozenset[str]
    """What is there below matters: one image alone puts something there, or links to it."""
    trees: frozenset[str]
    """All that is there and below it matters: a marker in one image alone hides it. With a slash at
    the end only what is below it does."""
    files: frozenset[str] = frozenset()
    """Of the paths those where one image alone has something that is no directory: should there be
    one below, all that is in it is hidden."""

    def __bool__(self) -> bool:
        return bool(self.paths or self.trees)


def opened(a: FileSystem, b: FileSystem) -> Open:
    """What the layers above the shared ones leave open, each side's flattened by themselves."""
    hidden_a, hidden_b = _hidden(a), _hidden(b)
    paths = {
        path
        for path in (_listed(a) ^ _listed(b)) | (_implied(a) ^ _implied(b))
        # What is there on one side and surely not on the other needs no look below.
        if (path in a or not _under(path, hidden_a)) and (path in b or not _under(path, hidden_b))
    }
    paths.update(_dangling(a), _dangling(b))
    markers = _markers(a.layers) ^ _markers(b.layers)
    return Open(frozenset(paths), frozenset(markers), frozenset((hidden_a ^ hidden_b) - markers))


def unsettled(left: Open, layer: LayerIndex) -> Open:
    """What is still open when the next shared layer, from the top down, has been read too."""
    hidden = _markers((layer,))
    numbers = {path: number for number, path in enumerate(layer.paths)}
    paths = {path for path in left.paths if path not in numbers and not _under(path, hidden)}
    for path in left.paths & numbers.keys():
        number = numbers[path]
        if layer.kinds[number] == EntryKind.HARDLINK and layer.linknames[number] not in numbers:
            paths.add(layer.linknames[number])
    replaced = _directories(left.files, layer, numbers) if left.files else frozenset()
    trees = {
        tree
        for tree in left.trees | replaced
        if not _under(tree, hidden) and not _ends(numbers.get(tree.rstrip("/")), layer)
    }
    return Open(frozenset(paths), frozenset(trees), left.files & paths)


def _directories(
    among: frozenset[str], layer: LayerIndex, numbers: dict[str, int]
) -> frozenset[str]:
    """Those of some paths that are directories which a layer lists or implies."""
    # Not all that are implied: a path of 4 kB may imply 4 MB of them.
    ordered = sorted(layer.paths)

    def is_one(path: str) -> bool:
        number = numbers.get(path)
        if number is not None and layer.kinds[number] == EntryKind.DIRECTORY:
            return True
        inside = f"{path.rstrip('/')}/"
        at = bisect_right(ordered, inside)  # the root does not imply itself
        return at < len(ordered) and ordered[at].startswith(inside)

    return frozenset(filter(is_one, among))


def _ends(number: int | None, layer: LayerIndex) -> bool:
    """Whether there is something in a layer, and that has nothing below it."""
    return number is not None and layer.kinds[number] != EntryKind.DIRECTORY


def _listed(files: FileSystem) -> set[str]:
    return {path for path, code in files.codes.items() if code >= 0}


def _implied(files: FileSystem) -> set[str]:
    return {path for path, code in files.codes.items() if code < 0}


def _hidden(files: FileSystem) -> set[str]:
    """What layers hide of all that is below them: by markers, and by what is no directory."""
    hidden = _markers(files.layers)
    for layer in files.layers:
        pairs = zip(layer.paths, layer.kinds, strict=True)
        hidden.update(path for path, kind in pairs if kind != EntryKind.DIRECTORY)
    return hidden


def _markers(layers: Iterable[LayerIndex]) -> set[str]:
    """Whiteouts, and opaque directories with a slash at the end."""
    hidden: set[str] = set()
    for layer in layers:
        hidden.update(layer.whiteouts)
        hidden.update(f"{path.rstrip('/')}/" for path in layer.opaques)
    return hidden


def _under(path: str, hidden: set[str]) -> bool:
    """Whether a path is hidden, by itself or by what is above it."""
    while path not in hidden:
        if path == "/":
            return False
        path = parent_of(path) if not path.endswith("/") else path[:-1]
        if f"{path.rstrip('/')}/" in hidden:
            return True
    return True


def _dangling(files: FileSystem) -> list[str]:
    """The targets of hard links that no layer here has."""
    paths = (path for path in files.codes if files.kind(path) is EntryKind.HARDLINK)
    return [files.entry(path).linkname for path in paths]
