"""What a container would see: layers flattened into one file system."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

import msgspec

from ecrtui.compare.stacking import IMPLIED_MODE, Facts, LayerChanges, Stack, parent_of, stacked
from ecrtui.model.files import DIGEST_BYTES, Entry, EntryKind, LayerIndex

_LINKS = 40
"""How many symlinks Linux follows on the way to a file."""


def flatten(layers: Sequence[LayerIndex]) -> FileSystem:
    """The file system that layers make, bottom first; `stacking` says by which rules.

    No layers at all make a root alone. It takes about a microsecond for each entry.
    """
    return FileSystem(*stacked(layers))


class FileSystem:
    """A flattened image. Paths are absolute and normalised, as in `LayerIndex`.

    Entries are made when they are asked for. An unknown path is a KeyError.
    """

    def __init__(self, stack: Stack, changes: tuple[LayerChanges, ...]) -> None:
        self._stack = stack
        self.changes = changes
        """By layer: what it does to what is below it."""
        self.codes = stack.where
        """Path -> code, as `stacking` explains; for reading only."""

    def __len__(self) -> int:
        return len(self.codes)

    def __contains__(self, path: str) -> bool:
        return path in self.codes

    @property
    def layers(self) -> Sequence[LayerIndex]:
        """What it was made of, bottom first."""
        return self._stack.layers

    @property
    def bases(self) -> Sequence[int]:
        """The code of each layer's first entry."""
        return self._stack.bases

    @property
    def links(self) -> Mapping[str, str]:
        """The hard links: path -> the target's path, which may be gone."""
        return self._stack.links

    def entry(self, path: str) -> Entry:
        """What is at a path.

        A hard link has size, owner, mode, times and contents of its target, and as `linkname` the
        target's path. When the target itself is gone, the link is what the target was.
        """
        code = self.codes[path]
        found = self.version(path, code)
        if self._is_link(path):
            target = self._stack.links[path]
            found = msgspec.structs.replace(found, kind=EntryKind.HARDLINK, linkname=target)
        return found

    def version(self, path: str, code: int) -> Entry:
        """What had a code, under the path given: for what `changes` say was there before."""
        if code < 0:
            return Entry(path, EntryKind.DIRECTORY, mode=IMPLIED_MODE)
        layer, number = self._stack.locate(code)
        found = layer.entry(number)
        return found if found.path == path else msgspec.structs.replace(found, path=path)

    def facts(self, path: str) -> Facts:
        """What two entries of one path are compared by, without making them."""
        return self._stack.facts(self.codes[path])

    def kind(self, path: str) -> EntryKind:
        """What is at a path; a hard link is what its target is."""
        code = self.codes[path]
        return EntryKind.DIRECTORY if code < 0 else EntryKind(self._stack.kinds[code])

    def resolve(self, path: str) -> str | None:
        """Where a path leads when symlinks are followed, as in a container; None for nowhere."""
        here, left, links = "/", path.split("/")[::-1], 0
        while left:
            name = left.pop()
            if name == "..":
                here = parent_of(here)
            elif name not in ("", "."):
                there = f"{here.rstrip('/')}/{name}"
                if there not in self.codes or links > _LINKS:
                    return None
                if self.kind(there) is EntryKind.SYMLINK:
                    links += 1
                    target = self.facts(there).linkname
                    here = "/" if target.startswith("/") else here
                    left += target.split("/")[::-1]
                else:
                    here = there
        return here

    def layer(self, path: str) -> int:
        """The number of the layer, from 0, that a path is as it is from.

        A hard link is from the layer of what it names, an implied directory from the first layer
        that implies it.
        """
        return self.layer_of(self.codes[path])

    def layer_of(self, code: int) -> int:
        """The number of the layer, from 0, that a code is of."""
        return self._stack.layer_of(code)

    def holder(self, path: str) -> tuple[LayerIndex, str, bytes] | None:
        """Where the bytes of a file are: the layer, the path there, their sha256 as 32 bytes.

        A hard link's are its target's. None for a directory that no layer lists.
        """
        code = self.codes[path]
        if code < 0:
            return None
        layer, number = self._stack.locate(code)
        digest = layer.digests[number * DIGEST_BYTES : (number + 1) * DIGEST_BYTES]
        return layer, layer.paths[number], digest

    def mtime(self, path: str) -> float:
        """Epoch seconds; 0 of an implied directory."""
        code = self.codes[path]
        if code < 0:
            return 0.0
        layer, number = self._stack.locate(code)
        return layer.mtimes[number]

    @property
    def contents(self) -> Mapping[str, Collection[str]]:
        """The paths of what every directory holds that holds anything; for reading only."""
        return self._stack.children

    def children(self, path: str) -> list[str]:
        """The paths of what a directory holds, by name."""
        return sorted(self._stack.children.get(path, ()))

    def below(self, path: str) -> Iterator[str]:
        """Everything below a path in no order but parents first; cheaper than `walk`."""
        return self._stack.below(path)

    def walk(self, path: str = "/") -> Iterator[str]:
        """A path and everything below it: parents first, then by name."""
        self.codes[path]
        open_ = [path]
        while open_:
            path = open_.pop()
            yield path
            held = self._stack.children.get(path)
            if held:
                open_ += sorted(held, reverse=True)

    def weight(self, path: str) -> int:
        """Bytes that a path adds to the whole: a file's size, 0 where another link is counted."""
        code = self.codes[path]
        return 0 if code < 0 or path in self._light else self._stack.sizes[code]

    def size(self, path: str) -> int:
        """Bytes of a file, or of all the files below a directory, each link's bytes once."""
        return self._below.get(path) or self.weight(path)

    def visible(self, layer: int) -> int:
        """Bytes of a layer's files that are still seen in the whole."""
        return self._visible.get(layer, 0)

    def rows(self) -> Iterator[tuple[Entry, int]]:
        """Every entry with the number of its layer, in the order of `walk`."""
        for path in self.walk():
            yield self.entry(path), self.layer(path)

    def _is_link(self, path: str) -> bool:
        """Whether a path is another name of something that still has its first one."""
        target = self._stack.links.get(path)
        return target is not None and self.codes.get(target) == self.codes[path]

    @cached_property
    def _light(self) -> set[str]:
        """The hard links whose bytes another path is charged with."""
        return self._stack.light()

    @cached_property
    def _below(self) -> dict[str, int]:
        """Bytes below each directory that has anything in it."""
        sums: dict[str, int] = {}
        children, weight = self._stack.children, self.weight
        # The more slashes the deeper, and what is deeper is summed up first; the root is last.
        deepest_first = sorted(children, key=lambda path: -path.count("/") + (path == "/"))
        for directory in deepest_first:
            held = children[directory]
            sums[directory] = sum([sums.get(path) or weight(path) for path in held])
        return sums

    @cached_property
    def _visible(self) -> dict[int, int]:
        sums: dict[int, int] = {}
        for code in {code for code in self.codes.values() if code >= 0}:
            size = self._stack.sizes[code]
            if size:
                layer = self._stack.layer_of(code)
                sums[layer] = sums.get(layer, 0) + size
        return sums
