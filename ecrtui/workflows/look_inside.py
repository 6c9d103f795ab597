"""The files of an image: layers read, verified, and kept as indexes under their diffIds.

A layer never changes, so none is read twice, even where it is compressed in another way or, in an
engine, not at all. Reading layers is no pull, reading the manifest is.

A layer that brings a table of contents (eStargz, zstd:chunked) is read from that, and its index
kept under the table's digest, apart from those of layers whose every byte was verified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from ecrtui.compare.filesystem import FileSystem, flatten
from ecrtui.errors import Corrupt, NotFound, RemoteError, UsageError
from ecrtui.model.details import ImageDetails
from ecrtui.model.files import LayerIndex
from ecrtui.model.manifest import Descriptor, ImageConfig, Layer, ManifestKind
from ecrtui.oci.layers import Progress, pack, read_layer, read_lazily, toc_digest, told_size, unpack
from ecrtui.oci.manifest import is_foreign
from ecrtui.oci.platforms import parse_platform
from ecrtui.workflows.fan_out import fan_out
from ecrtui.workflows.inspect import inspect
from ecrtui.workflows.locate import Target, locate
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

replace = msgspec.structs.replace

AT_ONCE = 2
"""Layers read together: each has threads of its own for unpacking and hashing."""


class LayerProgress(msgspec.Struct, frozen=True):
    """How far the reading of one layer has come."""

    layer: Layer
    bytes: int
    """Of the blob, of `layer.size`."""
    entries: int
    remark: str = ""
    """What a person should know of it."""


Note = Callable[[LayerProgress], None]


def image_inside(
    services: Services, text: str, platform: str = "", watch: Watch | None = None
) -> ImageDetails:
    """An image by reference, as `image_at` reads it."""
    return image_at(services, locate(services, text), platform, watch)


def image_at(
    services: Services, target: Target, platform: str = "", watch: Watch | None = None
) -> ImageDetails:
    """An image with its manifest, config and layers; its referrers are not asked for.

    COUNTS AS A PULL when its manifest was not stored. Raises what keeps any of them from being
    read, and UsageError for an artifact, which has no files.
    """
    details = None
    wanted = platform or services.options.platform
    for details in inspect(services, target, wanted, watch=watch):
        if details.config is not None or details.problems:
            break
    if details is None or (details.manifest is None and not details.problems):
        raise NotFound(str(target))
    for _, problem in details.problems:
        raise problem
    manifest = details.image_manifest
    if manifest is None or manifest.kind is not ManifestKind.IMAGE:
        raise UsageError(
            str(target),
            title="There are no files in it",
            hint=f"It is no image. ecrtui inspect {target} tells what it is.",
        )
    return details


def is_for(config: ImageConfig, platform: str) -> bool:
    """Whether an image runs on a platform, as far as it tells; '' is any. Raises UsageError.

    An index without the platform is refused, an image that is no part of one is taken as it is.
    """
    if not platform or not config.platform.os:
        return True
    wanted = parse_platform(platform)
    has = config.platform
    return (has.os, has.architecture) == (wanted.os, wanted.architecture)


def file_system(services: Services, details: ImageDetails, note: Note | None = None) -> FileSystem:
    """What a container of the image would see."""
    found = dict(indexes(services, details, details.layers, note))
    return flatten([found[layer.index] for layer in details.layers])


def indexes(
    services: Services,
    details: ImageDetails,
    layers: Sequence[Layer],
    note: Note | None = None,
) -> Iterator[tuple[int, LayerIndex]]:
    """Each layer's `index` with what is in it, as they are known: stored ones at once.

    `note` is called from several threads. Raises Corrupt, RemoteError and what reading raises.
    """
    missing = []
    for layer in layers:
        known = _stored(services, layer)
        if known is None:
            missing.append(layer)
        else:
            yield layer.index, known

    def read(layer: Layer) -> Iterator[tuple[int, LayerIndex]]:
        yield layer.index, _read(services, details, layer, note)

    yield from fan_out(read, missing, at_once=AT_ONCE)


def is_stored(services: Services, layer: Layer) -> bool:
    """Whether a layer was read before, compressed in whichever way."""
    cache, table = services.cache, _table(services, layer)
    known = any(cache.has("layer", key) for key in (layer.diff_id, layer.digest))
    return known or cache.has("toc", table)


def _stored(services: Services, layer: Layer) -> LayerIndex | None:
    for key in (layer.diff_id, layer.digest):
        known = _unpacked(services.cache.get("layer", key))
        if known is not None:
            return known
    table = _table(services, layer)
    known = _unpacked(services.cache.get("toc", table)) if table else None
    if known is None:
        return None
    # Images may share a table, but each has its own word for what the layer unpacks to.
    size = told_size(dict(layer.annotations))
    return replace(known, diff_id=layer.diff_id, uncompressed_size=size)


def _unpacked(packed: bytes | None) -> LayerIndex | None:
    try:
        return None if packed is None else unpack(packed)
    except Corrupt:
        return None  # written by another version; it is read, and written, anew


def _table(services: Services, layer: Layer) -> str:
    """The digest of the table of contents to read a layer from, '' for none.

    One whose diffId the config does not tell is read whole: its index would have no name.
    """
    if services.options.whole or not layer.diff_id:
        return ""
    return toc_digest(dict(layer.annotations))


def layer_chunks(
    services: Services,
    details: ImageDetails,
    layer: Layer,
    offset: int = 0,
    length: int | None = None,
) -> Iterator[bytes]:
    """A layer's blob, or a part of it, as it comes, counted.

    Raises RemoteError for one that no registry has.
    """
    if is_foreign(layer):
        raise RemoteError(
            f"{layer.digest} ({layer.media_type})",
            title="A layer is not in the registry",
            hint="Windows base layers stay with Microsoft; ecrtui does not fetch them.",
        )
    source = services.source(details.home, details.repository)
    chunks = source.blob(layer.digest, offset=offset, length=length)
    return services.traffic_of(details.home).counted(chunks)


def _read(services: Services, details: ImageDetails, layer: Layer, note: Note | None) -> LayerIndex:
    def progress(read: int, entries: int) -> None:
        if note is not None:
            note(LayerProgress(layer, read, entries))

    index = _lazily(services, details, layer, note, progress)
    if index is not None:
        return index
    chunks = layer_chunks(services, details, layer)
    index = read_layer(chunks, _described(layer), diff_id=layer.diff_id, progress=progress)
    services.cache.put("layer", layer.diff_id or layer.digest, pack(index))
    return index


def _lazily(
    services: Services, details: ImageDetails, layer: Layer, note: Note | None, progress: Progress
) -> LayerIndex | None:
    """The index from the layer's table of contents; None where the whole is to be read."""
    table = _table(services, layer)
    if not table:
        return None

    def fetch(offset: int, length: int) -> Iterator[bytes]:
        return layer_chunks(services, details, layer, offset, length)

    try:
        index = read_lazily(fetch, _described(layer), diff_id=layer.diff_id, progress=progress)
    except Corrupt as problem:
        if note is not None:
            remark = f"layer {layer.index} is read whole: {problem}"
            note(LayerProgress(layer, 0, 0, remark))
        return None
    if index is not None:
        services.cache.put("toc", table, pack(index))
    return index


def _described(layer: Layer) -> Descriptor:
    return Descriptor(
        layer.digest, layer.size, layer.media_type, annotations=dict(layer.annotations)
    )
