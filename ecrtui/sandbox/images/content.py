"""Digests, deterministic JSON and the descriptor: the small change of the OCI image format."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
OCI_EMPTY = "application/vnd.oci.empty.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


def digest_of(data: bytes) -> str:
    """``sha256:`` and the hash of the bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def to_json(document: Any) -> bytes:
    """The document as builders write it: two spaces, keys in the order given."""
    return json.dumps(document, indent=2, ensure_ascii=False).encode()


def to_compact_json(document: Any) -> bytes:
    """The document on one line, for the long ones: SBOMs and provenance."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def filler(seed: str, size: int) -> bytes:
    """``size`` bytes that do not compress and are the same for the same seed."""
    return hashlib.shake_128(seed.encode()).digest(size)


@dataclass(frozen=True)
class Content:
    """Bytes under their media type: a config, a layer, a document."""

    media_type: str
    data: bytes = field(repr=False)
    digest: str = field(default="")

    def __post_init__(self) -> None:
        if not self.digest:
            object.__setattr__(self, "digest", digest_of(self.data))

    def descriptor(self, **more: Any) -> dict[str, Any]:
        """The descriptor a manifest lists it by; ``more`` (annotations ...) is added."""
        about = {"mediaType": self.media_type, "digest": self.digest, "size": len(self.data)}
        return about | more


EMPTY = Content(OCI_EMPTY, b"{}")
"""The config of an artifact that has none (image-spec 1.1)."""
