"""Layouts and archives made by hand, whole or with one thing wrong."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from tests import worlds

OCI = "application/vnd.oci.image"
NAME = "org.opencontainers.image.ref.name"
MARK = b'{"imageLayoutVersion": "1.0.0"}'
LAYER = b"\0" * 1024
"""An empty tar."""


def blob(files: dict[str, bytes], body: bytes, media_type: str) -> dict[str, Any]:
    """Put bytes where a layout has them; answers their descriptor."""
    digest = worlds.digest_of(body)
    files[f"blobs/{digest.replace(':', '/')}"] = body
    return {"mediaType": media_type, "digest": digest, "size": len(body)}


def config(diff_ids: Sequence[str], **more: Any) -> bytes:
    """An image's config."""
    rootfs = {"type": "layers", "diff_ids": list(diff_ids)}
    told = {"os": "linux", "architecture": "amd64", "rootfs": rootfs, **more}
    return json.dumps(told).encode()


def image(files: dict[str, bytes], *, layer: bytes = LAYER, **more: Any) -> dict[str, Any]:
    """An image of one layer; `more` goes into its config, and tells it from others."""
    told = {
        "schemaVersion": 2,
        "config": blob(files, config([worlds.digest_of(layer)], **more), f"{OCI}.config.v1+json"),
        "layers": [blob(files, layer, f"{OCI}.layer.v1.tar")],
    }
    return blob(files, json.dumps(told).encode(), f"{OCI}.manifest.v1+json")


def index(*manifests: dict[str, Any]) -> bytes:
    """An index of descriptors."""
    return json.dumps({"schemaVersion": 2, "manifests": list(manifests)}).encode()


def named(described: dict[str, Any], name: str, **more: Any) -> dict[str, Any]:
    """A descriptor with the name an image has in a layout."""
    return {**described, "annotations": {NAME: name}, **more}


def layout(*manifests: dict[str, Any], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """All files of a layout."""
    return {**files, "oci-layout": MARK, "index.json": index(*manifests)}


def in_folder(files: Mapping[str, bytes], folder: Path) -> Path:
    """The files on disk."""
    for name, body in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return folder


def in_tar(
    files: Mapping[str, bytes], *, links: Mapping[str, str] | None = None, kind: int = 0
) -> bytes:
    """The files as a tar of one of tarfile's formats; `links` are symlinks."""
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w", format=kind) as archive:
        for name, target in (links or {}).items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            archive.addfile(entry)
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return body.getvalue()


def on_disk(body: bytes, folder: Path) -> BinaryIO:
    """Bytes as an open file."""
    path = folder / "file"
    path.write_bytes(body)
    return path.open("rb")
