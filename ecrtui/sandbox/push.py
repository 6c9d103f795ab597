"""Accepting a manifest: what PutImage and a push through the registry API have in common."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

from ecrtui.sandbox.images.reading import image_of_manifest
from ecrtui.sandbox.refusal import Refusal, invalid_parameter
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.shelf import Image

MAX_MANIFEST = 4 << 20


def accept_manifest(
    repository: Repository,
    manifest: bytes,
    media_type: str | None,
    *,
    now: float,
    tag: str | None = None,
    digest: str | None = None,
) -> Image:
    """Put a pushed manifest on the shelf, tagged, and return its image.

    `media_type` is what the request says; the manifest's own `mediaType` comes first. Refuses
    as PutImage does: no JSON, no media type, another digest than announced, layers or referenced
    manifests that are not here, a tag that may not move, an image that is here already.
    """
    document = _document(manifest)
    kind = document.get("mediaType") or media_type
    if not isinstance(kind, str):
        raise invalid_parameter("image manifest mediatype not provided in manifest or parameter")
    image = _image(repository, manifest, kind, now)
    if digest is not None and digest != image.digest:
        raise Refusal(
            "ImageDigestDoesNotMatchException",
            f"The image with digest '{digest}' in repository '{repository.name}' and registry ID "
            f"'{repository.account}' does not match the image digest that Amazon ECR has "
            "calculated.",
        )
    _check_parts(repository, image, document)
    there = repository.images.by_digest(image.digest)
    _check_tag(repository, image, tag)
    if there is None:
        repository.images.put(image)
    elif there.status == "ARCHIVED":
        # "by re-pushing the image to the repository" (ECR user guide, archiving an image).
        there.status, there.last_activated_at = "ACTIVE", now
    elif tag is None or tag in there.tags:
        raise _here_already(repository, there, tag)
    if tag is not None:
        repository.images.tag(image.digest, tag)
    return there or image


def tag_is_mutable(repository: Repository, tag: str) -> bool:
    """Whether a tag may move: the repository's mutability, turned round by exclusion filters."""
    mutable = repository.mutability.startswith("MUTABLE")
    excluded = any(fnmatchcase(tag, each["filter"]) for each in repository.exclusion_filters)
    return mutable != excluded


def _document(manifest: bytes) -> dict[str, Any]:
    try:
        document = json.loads(manifest)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise invalid_parameter(
            "Invalid parameter at 'ImageManifest' failed to satisfy constraint: "
            "'Invalid JSON syntax'"
        )
    return document


def _image(repository: Repository, manifest: bytes, kind: str, now: float) -> Image:
    def size_of(digest: str) -> int:
        child = repository.images.by_digest(digest)
        return 0 if child is None else child.size

    try:
        return image_of_manifest(manifest, kind, now, size_of)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise invalid_parameter(
            "Invalid parameter at 'ImageManifest' failed to satisfy constraint: "
            f"'Invalid image manifest of media type {kind}'"
        ) from None


def _check_parts(repository: Repository, image: Image, document: dict[str, Any]) -> None:
    # Layers with URLs of their own are not stored by a registry (image-spec, "urls").
    elsewhere = {part["digest"] for part in document.get("layers", []) if part.get("urls")}
    layers = [
        digest
        for digest in image.layers
        if digest not in repository.blobs and digest not in elsewhere
    ]
    if layers:
        raise _missing("LayersNotFoundException", "Layers", layers, repository)
    children = [each for each in image.children if repository.images.by_digest(each) is None]
    if children:
        raise _missing("ReferencedImagesNotFoundException", "Images", children, repository)


def _missing(code: str, what: str, digests: list[str], repository: Repository) -> Refusal:
    return Refusal(
        code,
        f"{what} with digests '[{', '.join(digests)}]' required for pushing image into repository "
        f"with name '{repository.name}' in the registry with id '{repository.account}' do not "
        "exist",
    )


def _check_tag(repository: Repository, image: Image, tag: str | None) -> None:
    tagged = None if tag is None else repository.images.by_tag(tag)
    if tag is None or tagged is None or tagged.digest == image.digest:
        return
    if not tag_is_mutable(repository, tag):
        raise Refusal(
            "ImageTagAlreadyExistsException",
            f"The image tag '{tag}' already exists in the '{repository.name}' repository and "
            "cannot be overwritten because the tag is immutable.",
        )


def _here_already(repository: Repository, image: Image, tag: str | None) -> Refusal:
    return Refusal(
        "ImageAlreadyExistsException",
        f"Image with digest '{image.digest}' and tag '{tag or 'null'}' already exists in the "
        f"repository with name '{repository.name}' in registry with id '{repository.account}'",
    )
