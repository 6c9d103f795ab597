"""One image as a tar that every engine loads, made while its blobs pass: nothing touches a disk.

    for chunk in saved_stream(raw, ["team/app:v1"], read):    # read(descriptor) -> its chunks
        engine.send(chunk)

It is what `docker save` writes since version 25: an OCI layout and `manifest.json` in one tar. So
older engines load it too, and those that keep manifests (containerd's store), skopeo's
`oci-archive:` and ecrtui itself find the image's own manifest in it, byte for byte. Layers stay
packed as they are: all engines unpack gzip; Docker from 23 (moby PR 41759) and Podman zstd too.

The lists of what is in it come last: a stream that breaks off, also because a blob was not what
its digest says, holds no image for anybody.
"""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from ecrtui.errors import UsageError
from ecrtui.model.image import LATEST
from ecrtui.model.manifest import Descriptor, Manifest, ManifestKind, RawManifest
from ecrtui.oci.layers.caps import Caps
from ecrtui.oci.layers.decompression import Block, unpacked
from ecrtui.oci.layers.verified import Verified
from ecrtui.oci.manifest import is_foreign, parse_manifest
from ecrtui.oci.stored.layout import INDEX, MARK, MARK_BODY, NAME, REF, blob_path

Read = Callable[[Descriptor], Iterable[bytes]]
"""A blob's bytes from its start."""
LIST = "manifest.json"
_CAPS = Caps()
_MODE = 0o644
_HUB = "docker.io"


def saved_stream(
    raw: RawManifest, names: Sequence[str], read: Read, *, unpack_zstd: bool = False
) -> Iterator[Block]:
    """The tar of an image of one platform, by its names (`host/team/app:v1`), in chunks.

    `unpack_zstd` is for engines that cannot: such a layer is read twice, since a tar says first
    how long a file is, and the tar has no manifest then. Raises UsageError for what no engine
    loads, Corrupt when a blob is not what its digest says, and what `read` raises.
    """
    manifest = parse_manifest(raw)
    config = savable(manifest)
    layers = [
        (_Unpacked if unpack_zstd and is_zstd(one) else _Member)(one, read)
        for one in manifest.layers
    ]
    members = {one.path: one for one in (_Member(config, read), *layers)}
    for path, member in members.items():
        yield _header(path, member.size)
        yield from member.chunks()
        yield bytes(-member.size % tarfile.BLOCKSIZE)
    kept = all(type(one) is _Member for one in layers)
    lists = _layout(raw, manifest, names) if kept else {}
    lists[LIST] = docker_list(blob_path(config.digest), names, [one.path for one in layers])
    for path, body in lists.items():
        yield _header(path, len(body))
        yield body + bytes(-len(body) % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def savable(manifest: Manifest) -> Descriptor:
    """The config of an image that engines load; raises UsageError for any other, saying why."""
    if manifest.kind is ManifestKind.INDEX:
        raise UsageError(
            manifest.digest,
            title="Such an archive holds one platform",
            hint="Name it with --platform, or export all of it as oci:DIR or oci-archive:FILE.",
        )
    if manifest.kind is not ManifestKind.IMAGE or manifest.config is None:
        raise UsageError(
            manifest.digest,
            title="Engines load images alone, and that is none",
            hint="Export it as oci:DIR or oci-archive:FILE.",
        )
    foreign = next(filter(is_foreign, manifest.layers), None)
    if foreign is not None:
        raise UsageError(
            f"{foreign.digest} is fetched from elsewhere, as base layers of Windows are",
            title="Not all of its layers are in the registry",
            hint="Let the engine pull it.",
        )
    return manifest.config


def is_zstd(layer: Descriptor) -> bool:
    """Whether a layer says that it is packed with zstd."""
    return "zstd" in layer.media_type


class _Member:
    """A blob as a file of the tar."""

    def __init__(self, blob: Descriptor, read: Read) -> None:
        self.blob = blob
        self.path = blob_path(blob.digest)
        self.size = blob.size
        self._read = read

    def chunks(self) -> Iterable[Block]:
        """Its bytes, verified by their end."""
        return self.verified()

    def verified(self) -> Iterable[bytes]:
        """The blob's own bytes."""
        return Verified(self._read(self.blob), self.blob, _CAPS)


class _Unpacked(_Member):
    """A layer that becomes a plain tar; what is in it is verified by the engine, by its diffId."""

    def __init__(self, blob: Descriptor, read: Read) -> None:
        super().__init__(blob, read)
        self.path += ".tar"
        self.size = sum(len(block) for block in self.chunks())

    def chunks(self) -> Iterable[Block]:
        """The bytes of the tar, capped."""
        packed, size = 0, 0

        def counted() -> Iterator[bytes]:
            nonlocal packed
            for chunk in self.verified():
                packed += len(chunk)
                yield chunk

        for block in unpacked(counted(), self.blob.media_type):
            size += len(block)
            _CAPS.check_unpacked(size, packed)
            yield block


def _layout(raw: RawManifest, manifest: Manifest, names: Sequence[str]) -> dict[str, bytes]:
    """The manifest and the layout around it."""
    index = {"schemaVersion": 2, "manifests": named_rows(raw, manifest, names)}
    return {
        blob_path(raw.digest): raw.body,
        MARK: MARK_BODY,
        INDEX: msgspec.json.encode(index),
    }


def named_rows(raw: RawManifest, manifest: Manifest, names: Sequence[str]) -> list[dict[str, Any]]:
    """An index's rows of an image by its names, as containerd and docker write them."""
    described = {"mediaType": manifest.media_type, "digest": raw.digest, "size": len(raw.body)}
    rows = [described | {"annotations": {NAME: _whole(name), REF: _tag(name)}} for name in names]
    return rows or [described]


def docker_list(config: str, names: Sequence[str], layers: Sequence[str]) -> bytes:
    """`manifest.json` of one image."""
    entry: dict[str, Any] = {"Config": config, "RepoTags": list(names) or None, "Layers": layers}
    return msgspec.json.encode([entry])


def _tag(name: str) -> str:
    """The tag of `host:5000/team/app:v1`."""
    return name.rpartition("/")[2].partition(":")[2] or LATEST


def _whole(name: str) -> str:
    """A name as containerd keeps it: with a host and a tag (distribution/reference)."""
    first, slash, _ = name.partition("/")
    hosted = slash and ("." in first or ":" in first or first == "localhost")
    tagged = name if ":" in name.rpartition("/")[2] else f"{name}:{LATEST}"
    if hosted:
        return tagged
    return f"{_HUB}/{tagged}" if slash else f"{_HUB}/library/{tagged}"


def _header(path: str, size: int) -> bytes:
    entry = tarfile.TarInfo(path)
    entry.size, entry.mode = size, _MODE
    return entry.tobuf(tarfile.GNU_FORMAT)
