"""Manifests and configs, parsed: what an image is made of."""

from __future__ import annotations

from enum import Enum

import msgspec


class Platform(msgspec.Struct, frozen=True, rename="camel"):
    """os/architecture[/variant], as OCI writes it."""

    os: str
    architecture: str
    variant: str = ""
    os_version: str = ""

    def __str__(self) -> str:
        parts = [self.os, self.architecture, self.variant]
        return "/".join(part for part in parts if part)


class Descriptor(msgspec.Struct, frozen=True, rename="camel"):
    """A pointer to content: digest, size in bytes, media type."""

    digest: str
    size: int
    media_type: str = ""
    artifact_type: str = ""
    platform: Platform | None = None
    annotations: dict[str, str] = {}

    @property
    def is_attestation(self) -> bool:
        """BuildKit stores attestations as children with platform unknown/unknown."""
        return self.annotations.get("vnd.docker.reference.type") == "attestation-manifest"

    @property
    def attested(self) -> str:
        """The digest of what an attestation is about; '' when it does not say."""
        return self.annotations.get("vnd.docker.reference.digest", "")


class ManifestKind(str, Enum):
    """What a manifest turns out to be."""

    INDEX = "index"
    IMAGE = "image"
    ARTIFACT = "artifact"
    SCHEMA1 = "schema 1"


class RawManifest(msgspec.Struct, frozen=True):
    """A manifest's bytes as the registry gave them, already verified against their digest."""

    digest: str
    media_type: str
    body: bytes


class Manifest(msgspec.Struct, frozen=True, rename="camel"):
    """A parsed manifest of either family (OCI, Docker schema 2)."""

    digest: str
    media_type: str
    kind: ManifestKind
    size: int
    """Bytes of the manifest itself."""
    config: Descriptor | None = None
    layers: tuple[Descriptor, ...] = ()
    manifests: tuple[Descriptor, ...] = ()
    """The children of an index, attestations included; empty otherwise."""
    subject: Descriptor | None = None
    artifact_type: str = ""
    annotations: dict[str, str] = {}

    @property
    def platforms(self) -> tuple[Descriptor, ...]:
        """The children that are images for a platform: no attestations."""
        return tuple(child for child in self.manifests if not child.is_attestation)

    @property
    def layer_bytes(self) -> int:
        """The sum of the compressed layer sizes."""
        return sum(layer.size for layer in self.layers)


class HistoryEntry(msgspec.Struct, frozen=True, rename="camel"):
    """One line of an image's build history."""

    created: str = ""
    created_by: str = ""
    comment: str = ""
    author: str = ""
    empty_layer: bool = False


class ImageConfig(msgspec.Struct, frozen=True, rename="camel"):
    """The image's own configuration: what runs, as whom, with what environment."""

    platform: Platform
    created: str = ""
    author: str = ""
    user: str = ""
    env: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    working_dir: str = ""
    exposed_ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    labels: dict[str, str] = {}
    stop_signal: str = ""
    healthcheck: tuple[str, ...] = ()
    diff_ids: tuple[str, ...] = ()
    history: tuple[HistoryEntry, ...] = ()


class Layer(msgspec.Struct, frozen=True, rename="camel"):
    """One layer with the command that made it, bottom first."""

    index: int
    digest: str
    size: int
    media_type: str = ""
    diff_id: str = ""
    created_by: str = ""
    annotations: tuple[tuple[str, str], ...] = ()
    """Of the layer's descriptor in the manifest."""
