"""The contents of files of an image.

    read_file(services, details, files, "/etc/nginx.conf")      # FileContents
    read_files(services, details, files, paths)                 # all of one layer in one pass

A file lies in a layer, which has to be streamed as far as the file: `cost` tells how many bytes
that may take. What the layers' indexes keep (package databases, os-release) is there at once, and
so is what was read before in this run. Reading layers is no pull.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ecrtui.compare.filesystem import FileSystem, flatten
from ecrtui.errors import Corrupt, NotFound
from ecrtui.model.contents import FileContents
from ecrtui.model.details import ImageDetails
from ecrtui.model.files import NO_DIGEST, EntryKind, LayerIndex
from ecrtui.model.manifest import Descriptor, Layer
from ecrtui.oci.layers import extract
from ecrtui.workflows.look_inside import (
    LayerProgress,
    Note,
    file_system,
    indexes,
    is_stored,
    layer_chunks,
)
from ecrtui.workflows.services import Services

LARGEST = 8 * 1024 * 1024
"""Bytes of a file that are read, unless more are asked for."""


def read_file(
    services: Services,
    details: ImageDetails,
    files: FileSystem,
    path: str,
    note: Note | None = None,
    *,
    most: int = LARGEST,
) -> FileContents:
    """A file's first `most` bytes, verified by the sha256 of the whole.

    `files` is a file system of the image or of some of its layers; a symlink is not followed
    (`FileSystem.resolve` does). Raises NotFound for a path that is not there, and for a hard link
    to one that is not; Corrupt, and what reading layers raises.
    """
    (contents,) = read_files(services, details, files, [path], note, most=most)
    if contents.unread:
        raise NotFound(
            f"{path} is a hard link to {contents.entry.linkname}, which no layer read has",
            title="Its contents are not there",
        )
    return contents


def read_files(
    services: Services,
    details: ImageDetails,
    files: FileSystem,
    paths: Iterable[str],
    note: Note | None = None,
    *,
    most: int = LARGEST,
) -> Iterator[FileContents]:
    """As `read_file`, of many: what is at hand first, then layer by layer, each in one pass.

    A hard link to a file that no layer here has is told as `unread`. All files of one layer are
    held in memory at a time.
    """
    wanted: dict[str, list[str]] = {}
    holders: dict[str, LayerIndex] = {}
    for path in dict.fromkeys(paths):
        if path not in files:
            raise NotFound(path, title="There is no such file in the image")
        known = _at_hand(services, files, path, most)
        if known is not None:
            yield known
            continue
        index = _holder(files, path)[0]
        holders[index.diff_id] = index
        wanted.setdefault(index.diff_id, []).append(path)
    for diff_id, some in wanted.items():
        layer = _layer(details, files, holders[diff_id])
        yield from _of_layer(services, details, layer, files, some, note, most)


def layers_down_to(
    services: Services, details: ImageDetails, path: str, note: Note | None = None
) -> FileSystem:
    """The layers, from the top, that it takes to know where a path leads; all when it is nowhere.

    What the upper layers have at a path, or on the way to it, hides the lower ones', and is what a
    container sees: but for a hard link to a file of a layer below. Layers that are known are not
    left out, for they cost nothing.
    """
    if all(is_stored(services, layer) for layer in details.layers):
        return file_system(services, details, note)
    found: list[LayerIndex] = []
    for layer in reversed(details.layers):
        found = [*dict(indexes(services, details, [layer], note)).values(), *found]
        files = flatten(found)
        there = files.resolve(path)
        if there is not None and files.kind(there) is not EntryKind.HARDLINK:
            return files
    return flatten(found)


def cost(
    services: Services,
    details: ImageDetails,
    files: FileSystem,
    paths: Sequence[str],
    *,
    most: int = LARGEST,
) -> int:
    """Bytes that reading these files takes at most: all of each layer they lie in."""
    there = [path for path in paths if path in files]
    missing = (path for path in there if _at_hand(services, files, path, most) is None)
    holders = {layer.diff_id: layer for layer in (_holder(files, path)[0] for path in missing)}
    return sum(_layer(details, files, index).size for index in holders.values())


def _at_hand(services: Services, files: FileSystem, path: str, most: int) -> FileContents | None:
    """What is known of a file without the network; None where its bytes have to be read."""
    entry = files.entry(path)
    if files.kind(path) is EntryKind.HARDLINK:  # else its kind is that of what it names
        return FileContents(entry, unread=True)
    if entry.kind not in (EntryKind.FILE, EntryKind.HARDLINK) or not entry.size:
        return FileContents(entry)
    layer, name, digest = _holder(files, path)
    data = layer.kept.get(name)
    if data is None and digest != NO_DIGEST:
        data = services.cache.get("file", f"sha256:{digest.hex()}")
    if data is None:
        return None
    return FileContents(entry, data[:most], len(data) > most)


def _of_layer(
    services: Services,
    details: ImageDetails,
    layer: Layer,
    files: FileSystem,
    paths: list[str],
    note: Note | None,
    most: int,
) -> Iterator[FileContents]:
    held = {path: _holder(files, path) for path in paths}
    wanted = {name: digest for _, name, digest in held.values()}

    def progress(read: int, entries: int) -> None:
        if note is not None:
            note(LayerProgress(layer, read, entries))

    found = extract(
        layer_chunks(services, details, layer),
        Descriptor(layer.digest, layer.size, layer.media_type),
        wanted,
        most=most,
        progress=progress,
    )
    for path, (_, name, digest) in held.items():
        one = found[name]
        if not one.truncated and digest != NO_DIGEST and len(one.data) <= LARGEST:
            services.cache.put("file", f"sha256:{digest.hex()}", one.data)
        yield FileContents(files.entry(path), one.data, one.truncated)


def _holder(files: FileSystem, path: str) -> tuple[LayerIndex, str, bytes]:
    holder = files.holder(path)
    if holder is None:  # a directory, which nobody asks the bytes of
        raise AssertionError(path)
    return holder


def _layer(details: ImageDetails, files: FileSystem, index: LayerIndex) -> Layer:
    """The image's layer that an index is of."""
    for layer in details.layers:
        if layer.diff_id == index.diff_id:
            return layer
    # Without a configuration the layers' diffIds are not known.
    if len(files.layers) == len(details.layers):
        for layer, own in zip(details.layers, files.layers, strict=True):
            if own is index:
                return layer
    raise Corrupt(f"{details.reference} has no layer {index.diff_id}")
