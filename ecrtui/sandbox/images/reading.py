"""What ECR reads out of a manifest it is given: the facts that DescribeImages tells later."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from ecrtui.sandbox.images.content import digest_of
from ecrtui.sandbox.shelf import Image

# The grammar of digests (image-spec, descriptor.md).
_DIGEST = re.compile(r"[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+")


def image_of_manifest(
    data: bytes, media_type: str, pushed_at: float, size_of: Callable[[str], int]
) -> Image:
    """The image a manifest makes, without tags.

    ValueError, KeyError, TypeError or AttributeError when it is not made like a manifest.

    ``size_of`` gives the imageSizeInBytes of a child by digest. An index is as large as its
    largest child (the service model's words); an image is the sum of its layers and config.
    """
    document = json.loads(data)
    if not isinstance(document, dict):
        raise ValueError("a manifest is a JSON object")
    children = [_digest(child) for child in document.get("manifests", [])]
    parts = _parts(document)
    subject = document.get("subject")
    return Image(
        digest=digest_of(data),
        manifest=data,
        media_type=media_type,
        size=max(map(size_of, children), default=0) + sum(int(part["size"]) for part in parts),
        pushed_at=pushed_at,
        artifact_media_type=artifact_type(document),
        subject=None if subject is None else _digest(subject),
        layers=tuple(dict.fromkeys(map(_digest, parts))),
        children=tuple(children),
        annotations=_annotations(document),
    )


def artifact_type(document: dict[str, Any]) -> str | None:
    """A manifest's artifactType, or its config's media type (distribution-spec, referrers)."""
    declared = document.get("artifactType") or (document.get("config") or {}).get("mediaType")
    return None if declared is None else str(declared)


def _digest(descriptor: dict[str, Any]) -> str:
    digest: str = descriptor["digest"]
    if _DIGEST.fullmatch(digest) is None:
        raise ValueError(f"no digest: {digest!r}")
    return digest


def _annotations(document: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = document.get("annotations") or {}
    if not all(isinstance(text, str) for text in found.values()):
        raise ValueError("annotations are texts")
    return found


def _parts(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The descriptors of blobs: the config, then the layers (schema 2) or artifact blobs."""
    config = [document["config"]] if document.get("config") else []
    return config + list(document.get("layers", []))
