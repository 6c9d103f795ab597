"""A large image, made by code as an OCI layout: layers of noise, which are real tars in gzip."""

from __future__ import annotations

import hashlib
import json
import random
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_CHUNK = 1 << 20
_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"


class Made(NamedTuple):
    """An image of one platform in a folder."""

    folder: Path
    tag: str
    digest: str
    """Of its manifest."""
    config: str
    """The digest of its config, which engines call it by."""
    layers: tuple[tuple[str, int], ...]
    """Digests and sizes."""

    @property
    def size(self) -> int:
        """Bytes of all layers."""
        return sum(size for _, size in self.layers)


def made(folder: Path, *layers: int, tag: str = "v1", file_size: int = 0) -> Made:
    """An image whose layers have about so many bytes each, in files of `file_size`, or in one."""
    (folder / "blobs/sha256").mkdir(parents=True)
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    written = [
        _layer(folder, number, size, min(file_size or size, size))
        for number, size in enumerate(layers)
    ]
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Cmd": ["/none"]},
        "rootfs": {"type": "layers", "diff_ids": [diff_id for _, _, diff_id in written]},
    }
    configured = _blob(folder, _CONFIG, config)
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "config": configured,
        "layers": [
            {"mediaType": _LAYER, "digest": digest, "size": size} for digest, size, _ in written
        ],
    }
    described = _blob(folder, _MANIFEST, manifest)
    named = {**described, "annotations": {"org.opencontainers.image.ref.name": tag}}
    index = {"schemaVersion": 2, "manifests": [named]}
    (folder / "index.json").write_text(json.dumps(index))
    sizes = tuple((digest, size) for digest, size, _ in written)
    return Made(folder, tag, str(described["digest"]), str(configured["digest"]), sizes)


def _layer(folder: Path, seed: int, size: int, file_size: int) -> tuple[str, int, str]:
    """Files of noise in a tar in gzip, stored as they are: its digest, size and diffId."""
    blob, tar = hashlib.sha256(), hashlib.sha256()
    packing = zlib.compressobj(0, zlib.DEFLATED, 31)
    path = folder / f"layer{seed}"
    with path.open("wb") as file:
        for chunk in _tar(seed, size // file_size, file_size):
            tar.update(chunk)
            packed = packing.compress(chunk)
            blob.update(packed)
            file.write(packed)
        packed = packing.flush()
        blob.update(packed)
        file.write(packed)
        written = file.tell()
    path.rename(folder / "blobs/sha256" / blob.hexdigest())
    return f"sha256:{blob.hexdigest()}", written, f"sha256:{tar.hexdigest()}"


def _tar(seed: int, count: int, size: int) -> Iterator[bytes]:
    dice = random.Random(seed)
    for number in range(count):
        info = tarfile.TarInfo(f"srv/noise{seed}/part{number % 100}/{number}")
        info.size = size - size % tarfile.BLOCKSIZE
        yield info.tobuf(tarfile.PAX_FORMAT)
        for start in range(0, info.size, _CHUNK):
            yield dice.randbytes(min(_CHUNK, info.size - start))
    yield bytes(2 * tarfile.BLOCKSIZE)


def _blob(folder: Path, media_type: str, document: object) -> dict[str, object]:
    """Write a document; its descriptor."""
    body = json.dumps(document).encode()
    digest = hashlib.sha256(body).hexdigest()
    (folder / "blobs/sha256" / digest).write_bytes(body)
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(body)}
