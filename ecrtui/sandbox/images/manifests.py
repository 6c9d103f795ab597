"""Manifests of every kind, and what belongs to them, ready to be put into a repository."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ecrtui.sandbox.images.config import Config, config_json
from ecrtui.sandbox.images.content import (
    DOCKER_CONFIG,
    DOCKER_LAYER,
    DOCKER_LIST,
    DOCKER_MANIFEST,
    EMPTY,
    OCI_CONFIG,
    OCI_INDEX,
    OCI_MANIFEST,
    Content,
    to_json,
)
from ecrtui.sandbox.images.layers import Layer

Annotations = dict[str, str]


@dataclass(frozen=True)
class Made:
    """A manifest with its blobs and, for an index, the manifests under it.

    ``platform`` is what an index says of it, or None; ``size`` follows ECR's imageSizeInBytes:
    the bytes of config and layers, for an index the largest child's.
    """

    content: Content
    blobs: tuple[Content, ...] = ()
    children: tuple[Made, ...] = ()
    platform: dict[str, str] | None = None
    annotations: Annotations = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The manifest's digest."""
        return self.content.digest


def make_image(config: Config, layers: Sequence[Layer], *, docker: bool = False) -> Made:
    """An image: OCI, or Docker's schema 2."""
    made = Content(DOCKER_CONFIG if docker else OCI_CONFIG, config_json(config, layers))
    contents = [layer.content for layer in layers]
    if docker:
        contents = [Content(DOCKER_LAYER, one.data, one.digest) for one in contents]
    media_type = DOCKER_MANIFEST if docker else OCI_MANIFEST
    document = {
        "schemaVersion": 2,
        "mediaType": media_type,
        "config": made.descriptor(),
        "layers": [one.descriptor() for one in contents],
    }
    content = Content(media_type, to_json(document))
    return Made(content, (made, *contents), platform=config.platform)


def make_index(
    children: Sequence[Made], annotations: Annotations | None = None, *, docker: bool = False
) -> Made:
    """An index (or Docker manifest list) over these manifests, in this order."""
    media_type = DOCKER_LIST if docker else OCI_INDEX
    document: dict[str, Any] = {"schemaVersion": 2, "mediaType": media_type}
    document["manifests"] = [_child(child) for child in children]
    if annotations:
        document["annotations"] = annotations
    return Made(
        Content(media_type, to_json(document)),
        children=tuple(children),
        annotations=annotations or {},
    )


def make_artifact(
    artifact_type: str,
    layers: Sequence[tuple[Content, Annotations]],
    *,
    config: Content = EMPTY,
    subject: Made | None = None,
    annotations: Annotations | None = None,
) -> Made:
    """An artifact, that is a manifest with an artifactType; a referrer when it has a subject."""
    document: dict[str, Any] = {"schemaVersion": 2, "mediaType": OCI_MANIFEST}
    if artifact_type != config.media_type:
        document["artifactType"] = artifact_type
    document["config"] = config.descriptor()
    document["layers"] = [one.descriptor(annotations=notes) for one, notes in layers]
    if subject:
        document["subject"] = subject.content.descriptor()
    if annotations:
        document["annotations"] = annotations
    content = Content(OCI_MANIFEST, to_json(document))
    blobs = (config, *(one for one, _ in layers))
    return Made(content, blobs, annotations=annotations or {})


def _child(child: Made) -> dict[str, Any]:
    more: dict[str, Any] = {}
    if child.annotations:
        more["annotations"] = child.annotations
    if child.platform:
        more["platform"] = child.platform
    return child.content.descriptor(**more)
