"""Layers put on top of each other, as a runtime unpacks them.

A place in the stack is one number, a *code*: entries are numbered through all layers, bottom
first; a directory that layer k implies without listing it is `-(k + 1)`. So the whole state is one
dictionary from path to code, and no object is made for an entry.

The rules are those of the OCI image specification (layer.md), tried against umoci and Docker:

- Whiteouts and opaque markers speak of the layers below only, wherever they stand in the layer.
- A directory listed over a directory changes its metadata and keeps what is in it. Anything else
  over anything else replaces it with all that was below; a symlink to a directory is no directory.
- A hard link is another name of what its target is in that moment, also of a lower layer's. When
  a later layer replaces the target, the link keeps what it had. Mode and owner are the target's;
  should the link's own header say otherwise, as no tar writer does, umoci ignores it and Docker
  gives it to both.
- A directory implied by its contents keeps the metadata that it has in a lower layer; a new one is
  root's, with mode 0755.
- Symlinks are not followed: `lib/x` over a symlink `lib` makes a directory in its place. That is
  what containers see under overlayfs, where every layer is unpacked into a directory of its own:
  tried with Docker's overlay2 driver. umoci unpacks into one tree and writes through the symlink
  (its `UnpackEntry`). A layer that was recorded from overlayfs never has such an entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from ecrtui.errors import Corrupt
from ecrtui.model.files import DIGEST_BYTES, EntryKind, LayerIndex

_DIRECTORY, _HARDLINK = EntryKind.DIRECTORY, EntryKind.HARDLINK
IMPLIED_MODE = 0o755
_MOST_IMPLIED = 512 * 1024 * 1024
"""Characters of all implied directories' paths: a path of 4 kB may imply 4 MB of them."""


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What makes an entry differ from another one of the same path, but for its times."""

    kind: int
    size: int
    mode: int
    uid: int
    gid: int
    digest: bytes
    linkname: str
    xattrs: dict[str, bytes]
    device: tuple[int, int]


_IMPLIED = Facts(_DIRECTORY, 0, IMPLIED_MODE, 0, 0, bytes(DIGEST_BYTES), "", {}, (0, 0))


class LayerChanges(msgspec.Struct, gc=False):
    """What one layer does to what is below it. A path stands in one of the four at most."""

    added: list[str]
    """In the layer's order."""
    modified: dict[str, int]
    """Path -> the code of what it was."""
    removed: dict[str, int]
    """Path -> the code of what it was; everything below a removed directory too."""
    restated: dict[str, int]
    """Path -> the code of what it was, and is still but for its mtime: listed again, no change."""


class Stack:
    """The state of a file system while layers are put on it."""

    def __init__(self) -> None:
        self.layers: list[LayerIndex] = []
        self.bases: list[int] = []
        """The code of each layer's first entry."""
        self.kinds = bytearray()
        """By code, as the next."""
        self.sizes: list[int] = []
        self.where: dict[str, int] = {"/": -1}
        """Path -> the code of what it is; a hard link's is its target's."""
        self.children: dict[str, set[str]] = {"/": set()}
        """The contents of every directory that has any, as paths."""
        self.links: dict[str, str] = {}
        """Hard links: path -> the target's path."""
        self._room = _MOST_IMPLIED

    def put(self, layer: LayerIndex) -> LayerChanges:
        """Put one more layer on top; raises Corrupt when it asks for too much memory."""
        base = len(self.kinds)
        self.layers.append(layer)
        self.bases.append(base)
        self.kinds += layer.kinds
        self.sizes += layer.sizes
        removed: dict[str, int] = {}
        for path in layer.opaques:
            self._empty(path, removed)
        for path in layer.whiteouts:
            if path in self.where and path != "/":
                self._remove(path, removed)
        changes = LayerChanges([], {}, removed, {})
        self._place(layer, base, changes)
        self._link(layer, base)
        self._sift(changes)
        return changes

    def _sift(self, changes: LayerChanges) -> None:
        """Part what was only listed again from what is another now."""
        listed, changes.modified = changes.modified, {}
        for path, before in listed.items():
            if path in self.where:
                same = self.facts(before) == self.facts(self.where[path])
                (changes.restated if same else changes.modified)[path] = before

    def below(self, path: str) -> Iterator[str]:
        """Everything below a path, parents first."""
        open_ = list(self.children.get(path, ()))
        while open_:
            path = open_.pop()
            yield path
            open_ += self.children.get(path, ())

    def facts(self, code: int) -> Facts:
        """The facts of the entry with a code."""
        if code < 0:
            return _IMPLIED
        layer, number = self.locate(code)
        return Facts(
            layer.kinds[number],
            layer.sizes[number],
            layer.modes[number],
            layer.uids[number],
            layer.gids[number],
            layer.digests[number * DIGEST_BYTES : (number + 1) * DIGEST_BYTES],
            layer.linknames.get(number, ""),
            layer.xattrs.get(number, {}),
            layer.devices.get(number, (0, 0)),
        )

    def light(self) -> set[str]:
        """The hard links whose bytes another path is charged with."""
        light, charged = set(), set()
        for path in self.links:
            code = self.where[path]
            layer, number = self.locate(code)
            if code in charged or self.where.get(layer.paths[number]) == code:
                light.add(path)
            charged.add(code)
        return light

    def layer_of(self, code: int) -> int:
        """The number of the layer that a code is of, from 0."""
        if code < 0:
            return -code - 1
        low, high = 0, len(self.bases)
        while high - low > 1:
            middle = (low + high) // 2
            if self.bases[middle] <= code:
                low = middle
            else:
                high = middle
        # Of layers without entries that begin with the same code the last is the one.
        return low

    def locate(self, code: int) -> tuple[LayerIndex, int]:
        """The layer of an entry that is listed, and its number there."""
        found = self.layer_of(code)
        return self.layers[found], code - self.bases[found]

    def _remove(self, path: str, removed: dict[str, int]) -> None:
        """Take away a path that is there, with all below it."""
        self._empty(path, removed)
        removed[path] = self.where.pop(path)
        self.links.pop(path, None)
        parent = parent_of(path)
        siblings = self.children[parent]
        siblings.discard(path)
        if not siblings and parent != "/":
            del self.children[parent]

    def _empty(self, path: str, removed: dict[str, int]) -> None:
        """Take away all that is below a path."""
        if path not in self.children:
            return
        for gone in list(self.below(path)):
            removed[gone] = self.where.pop(gone)
            self.links.pop(gone, None)
            self.children.pop(gone, None)
        if path == "/":
            self.children[path].clear()
        else:
            del self.children[path]

    def _place(self, layer: LayerIndex, base: int, changes: LayerChanges) -> None:
        """Put the entries of a layer where they belong; hard links still as themselves."""
        where, children, kinds = self.where, self.children, self.kinds
        added, modified, removed = changes.added, changes.modified, changes.removed
        implied = -len(self.layers)
        for code, path in enumerate(layer.paths, base):
            before = where.get(path)
            if before is None:
                parent = path[: path.rfind("/")] or "/"
                siblings = children.get(parent)
                if siblings is None:
                    siblings = self._directory(parent, changes)
                siblings.add(path)
                if removed and path in removed:
                    modified[path] = removed.pop(path)
                else:
                    added.append(path)
            else:
                if path in children and kinds[code] != _DIRECTORY:
                    self._empty(path, removed)
                self.links.pop(path, None)
                if before != implied:
                    modified[path] = before
            where[path] = code

    def _directory(self, path: str, changes: LayerChanges) -> set[str]:
        """The contents of a directory that has none yet; it is made where it is not there."""
        where, children, implied = self.where, self.children, -len(self.layers)
        missing: list[str] = []
        while path not in where:
            missing.append(path)
            path = parent_of(path)
        code = where[path]
        if code >= 0 and self.kinds[code] != _DIRECTORY:
            changes.modified.setdefault(path, code)
            self.links.pop(path, None)
            where[path] = implied
        held = children.setdefault(path, set())
        self._room -= sum(map(len, missing))
        if self._room < 0:
            raise Corrupt(
                f"more than {_MOST_IMPLIED:,} characters in paths of directories not listed",
                title="The image is refused: it asks for too much",
                hint="No real image needs that much. Whoever built it must say why.",
            )
        for path in reversed(missing):
            held.add(path)
            if path in changes.removed:
                changes.modified[path] = changes.removed.pop(path)
            else:
                changes.added.append(path)
            where[path] = implied
            held = children[path] = set()
        return held

    def _link(self, layer: LayerIndex, base: int) -> None:
        """Give the hard links of a layer what their targets are."""
        known: dict[str, tuple[str, int | None]] = {}
        for number in layer.linknames:
            if layer.kinds[number] != _HARDLINK:
                continue
            path = layer.paths[number]
            if self.where.get(path) != base + number:
                continue
            target, code = self._target(layer.linknames[number], known)
            if code is None:
                continue
            self.where[path] = code
            known.pop(path, None)
            origin, at = self.locate(code)
            if origin.paths[at] != path:  # else it is again what it was at first
                self.links[path] = target

    def _target(
        self, path: str, known: dict[str, tuple[str, int | None]]
    ) -> tuple[str, int | None]:
        """What a hard link names in the end, and its code; None when there is no such thing.

        `known` has what was found for links on the way: chains of them are gone along once.
        """
        passed: dict[str, None] = {}
        found = known.get(path)
        while found is None:
            code = self.where.get(path)
            if path in passed or code is None or code < 0 or self.kinds[code] == _DIRECTORY:
                found = path, None
            elif self.kinds[code] != _HARDLINK:
                first = self.links.get(path, path)
                found = first if self.where.get(first) == code else path, code
            else:
                passed[path] = None
                layer, number = self.locate(code)
                path = layer.linknames.get(number, path)
                found = known.get(path)
        known.update(dict.fromkeys(passed, found))
        return found


def parent_of(path: str) -> str:
    """The directory a path is in; the root is in itself."""
    return path[: path.rfind("/")] or "/"


def stacked(layers: Iterable[LayerIndex]) -> tuple[Stack, tuple[LayerChanges, ...]]:
    """All layers on top of each other, and what each did."""
    stack = Stack()
    return stack, tuple([stack.put(layer) for layer in layers])
