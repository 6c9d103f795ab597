"""Layers that an engine exports as plain tars, packed for a registry while they pass.

Docker's and Podman's own stores keep no manifests and no packed layers (docker push packs them
anew, too), so the image gets a manifest of its own here. Packing is the same each time: what it
comes to is kept by diffId, so a second push packs nothing to find that all is there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version

import msgspec
from isal import isal_zlib

from ecrtui.model.image import ImageId
from ecrtui.model.manifest import Descriptor, ManifestKind, RawManifest
from ecrtui.model.ports import BlobSource
from ecrtui.model.typed import decoded
from ecrtui.oci.layers.caps import Caps
from ecrtui.oci.layers.verified import Verified
from ecrtui.oci.manifest import parse_manifest
from ecrtui.workflows.fan_out import fan_out
from ecrtui.workflows.moving.cargo import Cargo, Lot
from ecrtui.workflows.moving.transfer import short
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

replace = msgspec.structs.replace
_OCI = "application/vnd.oci.image"
_LEVEL = 3
"""Of isal's: 8% larger than gzip -6, ten times faster."""
_WINDOW = 31
"""zlib's word for a gzip stream; its header holds no time and no name."""
_PACKED_AT_ONCE = 2
_CAPS = Caps()


class _Known(msgspec.Struct, frozen=True):
    """What a layer comes to, and by what."""

    digest: str
    size: int
    by: str


class Packing(BlobSource):
    """A source whose plain layers are packed when they are read; all else is as it was."""

    def __init__(self, source: BlobSource, plain: Mapping[str, Descriptor]) -> None:
        """`plain` has the layers by the digests of what they come to."""
        self._source = source
        self._plain = plain

    def manifests(self, ids: Sequence[ImageId]) -> list[RawManifest]:
        """Those of the source."""
        return self._source.manifests(ids)

    def blob(self, digest: str, *, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """A blob; of a layer that is packed all before `offset` is packed and left out."""
        plain = self._plain.get(digest)
        if plain is None:
            return self._source.blob(digest, offset=offset, length=length)
        return _after(offset, _gzipped(_read(self._source, plain)))


def packed(
    services: Services, cargo: Cargo, source: BlobSource, watch: Watch
) -> tuple[Cargo, dict[str, Descriptor]]:
    """A cargo with the image's plain layers packed, and those layers by what they come to.

    Layers that were not packed before are now, for their digests: the watch is told, and stops it
    with GivenUp. What has none is left alone.
    """
    image = cargo.image.parsed
    plain = [layer for layer in image.layers if layer.media_type.endswith(".tar")]
    if image.kind is not ManifestKind.IMAGE or image.config is None or not plain:
        return cargo, {}
    distinct = {layer.digest: layer for layer in plain}
    found = {one: known for one in distinct if (known := _known(services, one)) is not None}
    new = [layer for one, layer in distinct.items() if one not in found]
    found.update(_pack(services, source, new, watch))
    layers = [found.get(layer.digest, layer) for layer in image.layers]
    config = replace(image.config, media_type=f"{_OCI}.config.v1+json")
    lot = _lot(config, layers, cargo.image.tag)
    blobs = {blob.digest: blob for blob in (config, *layers)}
    whole = replace(cargo, lots=(*cargo.lots[:-1], lot), blobs=tuple(blobs.values()))
    return whole, {found[one].digest: layer for one, layer in distinct.items()}


def _pack(
    services: Services, source: BlobSource, layers: Sequence[Descriptor], watch: Watch
) -> list[tuple[str, Descriptor]]:
    """What layers come to, by their digests, kept for the next time."""
    from ecrtui.workflows.outside import blob_at_hand

    if layers:
        blob_at_hand(source, layers[0].digest, watch)
    for layer in layers:
        watch.expect(layer.digest, f"packing {short(layer)}", layer.size)

    def pack(layer: Descriptor) -> Iterator[tuple[str, Descriptor]]:
        hashed, size = hashlib.sha256(), 0
        for chunk in _gzipped(watch.counted(layer.digest, _read(source, layer))):
            hashed.update(chunk)
            size += len(chunk)
        known = _Known(f"sha256:{hashed.hexdigest()}", size, _recipe())
        services.cache.put("packed", layer.digest, msgspec.json.encode(known))
        watch.finish(layer.digest)
        yield layer.digest, _packed(known)

    return list(fan_out(pack, layers, at_once=_PACKED_AT_ONCE))


def _known(services: Services, diff_id: str) -> Descriptor | None:
    stored = services.cache.get("packed", diff_id)
    try:
        known = decoded(stored, _Known) if stored else None
    except msgspec.MsgspecError:
        return None
    return _packed(known) if known is not None and known.by == _recipe() else None


def _packed(known: _Known) -> Descriptor:
    return Descriptor(known.digest, known.size, f"{_OCI}.layer.v1.tar+gzip")


def _recipe() -> str:
    return f"isal {version('isal')} level {_LEVEL}"


def _read(source: BlobSource, layer: Descriptor) -> Iterable[bytes]:
    return Verified(source.blob(layer.digest), layer, _CAPS)


def _gzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    packer = isal_zlib.compressobj(_LEVEL, wbits=_WINDOW)
    for chunk in chunks:
        block = packer.compress(chunk)
        if block:
            yield block
    yield packer.flush()


def _after(offset: int, chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        if offset < len(chunk):
            yield chunk[offset:]
        offset = max(0, offset - len(chunk))


def _lot(config: Descriptor, layers: Sequence[Descriptor], tag: str) -> Lot:
    told = {
        "schemaVersion": 2,
        "mediaType": f"{_OCI}.manifest.v1+json",
        "config": _described(config),
        "layers": [_described(layer) for layer in layers],
    }
    body = msgspec.json.encode(told)
    digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
    raw = RawManifest(digest, f"{_OCI}.manifest.v1+json", body)
    return Lot(raw, parse_manifest(raw), tag)


def _described(one: Descriptor) -> dict[str, object]:
    return {"mediaType": one.media_type, "digest": one.digest, "size": one.size}
