"""Manifest and config bytes to model values. The bytes are foreign: nothing but Corrupt is raised.

Both families (OCI and Docker schema 2) share one shape, so one set of structures decodes both.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from ecrtui.errors import Corrupt, RemoteError
from ecrtui.model.manifest import (
    Descriptor,
    HistoryEntry,
    ImageConfig,
    Layer,
    Manifest,
    ManifestKind,
    Platform,
    RawManifest,
)
from ecrtui.model.typed import decoded
from ecrtui.oci.digests import PATTERN

LARGEST_MANIFEST = 4 * 1024 * 1024
"""What ECR accepts (service model) and the OCI specification recommends as the least."""
LARGEST_CONFIG = 16 * 1024 * 1024

_INDEX_TYPES = frozenset(
    {
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    }
)
_CONFIG_TYPES = frozenset(
    {
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.docker.container.image.v1+json",
    }
)
_NO_MANIFEST = "That is no manifest or config as the standards write it"
_FILES = ("image.layer", "image.rootfs")
_FOREIGN = ("foreign", "nondistributable")


class _Platform(msgspec.Struct):
    os: str = ""
    architecture: str = ""
    variant: str | None = None
    os_version: str | None = msgspec.field(name="os.version", default=None)


_Digest = Annotated[str, msgspec.Meta(pattern=PATTERN)]
_Size = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class _Descriptor(msgspec.Struct, rename="camel"):
    digest: _Digest
    size: _Size
    media_type: str = ""
    artifact_type: str | None = None
    platform: _Platform | None = None
    annotations: dict[str, str] | None = None


class _Manifest(msgspec.Struct, rename="camel"):
    schema_version: int | None = None
    media_type: str = ""
    config: _Descriptor | None = None
    layers: list[_Descriptor] | None = None
    blobs: list[_Descriptor] | None = None  # the withdrawn OCI artifact manifest
    manifests: list[_Descriptor] | None = None
    subject: _Descriptor | None = None
    artifact_type: str | None = None
    annotations: dict[str, str] | None = None


class _Runtime(msgspec.Struct, rename="pascal"):
    user: str | None = None
    env: list[str] | None = None
    entrypoint: list[str] | str | None = None
    cmd: list[str] | str | None = None
    working_dir: str | None = None
    exposed_ports: dict[str, Any] | None = None
    volumes: dict[str, Any] | None = None
    labels: dict[str, str] | None = None
    stop_signal: str | None = None
    healthcheck: dict[str, Any] | None = None


class _History(msgspec.Struct):
    created: str | None = None
    created_by: str | None = None
    comment: str | None = None
    author: str | None = None
    empty_layer: bool = False


class _RootFs(msgspec.Struct):
    diff_ids: list[str] | None = None


class _Config(msgspec.Struct):
    os: str = ""
    architecture: str = ""
    variant: str | None = None
    os_version: str | None = msgspec.field(name="os.version", default=None)
    created: str | None = None
    author: str | None = None
    config: _Runtime | None = None
    rootfs: _RootFs | None = None
    history: list[_History] | None = None


def parse_manifest(raw: RawManifest) -> Manifest:
    """A manifest of any kind; raises Corrupt when the bytes are none, or too many."""
    if len(raw.body) > LARGEST_MANIFEST:
        raise Corrupt(f"{raw.digest} has {len(raw.body)} bytes", title="The manifest is too large")
    parsed = _decode(raw.body, _Manifest, raw.digest)
    _refuse_nonsense(parsed, raw.digest)
    media_type = raw.media_type or parsed.media_type
    return Manifest(
        digest=raw.digest,
        media_type=media_type,
        kind=_kind(parsed, media_type),
        size=len(raw.body),
        config=_descriptor(parsed.config) if parsed.config else None,
        layers=_descriptors(parsed.layers or parsed.blobs),
        manifests=_descriptors(parsed.manifests),
        subject=_descriptor(parsed.subject) if parsed.subject else None,
        artifact_type=parsed.artifact_type or "",
        annotations=parsed.annotations or {},
    )


def parse_config(body: bytes, digest: str) -> ImageConfig:
    """An image's config; raises Corrupt."""
    if len(body) > LARGEST_CONFIG:
        raise Corrupt(f"{digest} has {len(body)} bytes", title="The config is too large")
    parsed = _decode(body, _Config, digest)
    runs = parsed.config or _Runtime()
    platform = Platform(
        parsed.os, parsed.architecture, parsed.variant or "", parsed.os_version or ""
    )
    return ImageConfig(
        platform=platform,
        created=parsed.created or "",
        author=parsed.author or "",
        user=runs.user or "",
        env=tuple(runs.env or ()),
        entrypoint=_words(runs.entrypoint),
        cmd=_words(runs.cmd),
        working_dir=runs.working_dir or "",
        exposed_ports=tuple(sorted(runs.exposed_ports or ())),
        volumes=tuple(sorted(runs.volumes or ())),
        labels=runs.labels or {},
        stop_signal=runs.stop_signal or "",
        healthcheck=_healthcheck(runs.healthcheck),
        diff_ids=tuple((parsed.rootfs and parsed.rootfs.diff_ids) or ()),
        history=tuple(_entry(entry) for entry in parsed.history or ()),
    )


def layers_of(manifest: Manifest, config: ImageConfig | None) -> tuple[Layer, ...]:
    """The layers of an image, bottom first, each with the history line that made it.

    History has a line for every step and layers only for those that changed files, so the lines
    marked empty_layer are passed over; where the counts disagree no command is claimed.
    """
    made = [entry for entry in config.history if not entry.empty_layer] if config else []
    diff_ids = config.diff_ids if config else ()
    aligned = len(made) == len(manifest.layers)
    return tuple(
        Layer(
            index=number + 1,
            digest=layer.digest,
            size=layer.size,
            media_type=layer.media_type,
            diff_id=diff_ids[number] if number < len(diff_ids) else "",
            created_by=made[number].created_by if aligned else "",
            annotations=tuple(layer.annotations.items()),
        )
        for number, layer in enumerate(manifest.layers)
    )


def refuse_unreadable(manifest: Manifest) -> None:
    """Raise RemoteError for what cannot be looked into, saying why."""
    if manifest.kind is ManifestKind.SCHEMA1:
        raise too_old()


def too_old() -> RemoteError:
    """The error for Docker's first kind of manifest."""
    return RemoteError(
        "a Docker schema 1 manifest, withdrawn in 2019",
        title="This image is too old to look into",
        hint="Push it again with a current docker to convert it.",
    )


def is_index(media_type: str) -> bool:
    """Whether it is an index, by OCI's name or by Docker's."""
    return media_type in _INDEX_TYPES


def is_foreign(layer: Layer | Descriptor) -> bool:
    """Whether a layer's bytes are not in the registry (Windows base layers)."""
    return any(word in layer.media_type for word in _FOREIGN)


def _refuse_nonsense(parsed: _Manifest, digest: str) -> None:
    """JSON of another sort, and what is an index to one reader and an image to another.

    Both members together are CVE-2021-41190: a digest must mean one thing to everybody.
    """
    known = parsed.schema_version in (1, 2)
    artifact = parsed.schema_version is None and parsed.media_type  # withdrawn, but still stored
    if not (known or artifact):
        raise Corrupt(f"{digest} names no schemaVersion that exists", title=_NO_MANIFEST)
    if parsed.manifests is not None and (parsed.layers is not None or parsed.config is not None):
        raise Corrupt(f"{digest} is an index and an image at once", title=_NO_MANIFEST)


def _kind(parsed: _Manifest, media_type: str) -> ManifestKind:
    if parsed.schema_version == 1:
        return ManifestKind.SCHEMA1
    if media_type in _INDEX_TYPES or parsed.manifests is not None:
        return ManifestKind.INDEX
    config_type = parsed.config.media_type if parsed.config else ""
    if config_type in _CONFIG_TYPES and not parsed.artifact_type and _has_files(parsed):
        return ManifestKind.IMAGE
    return ManifestKind.ARTIFACT


def _has_files(parsed: _Manifest) -> bool:
    """Whether layers may be file systems: BuildKit's attestations and cosign's signatures have an
    image's config, and documents for layers."""
    types = [layer.media_type for layer in parsed.layers or ()]
    return not types or any(not one or any(word in one for word in _FILES) for one in types)


def _decode(body: bytes, kind: type[Any], digest: str) -> Any:
    try:
        return decoded(body, kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as failure:
        raise Corrupt(f"{digest}: {failure}", title=_NO_MANIFEST) from None


def _descriptors(found: list[_Descriptor] | None) -> tuple[Descriptor, ...]:
    return tuple(_descriptor(one) for one in found or ())


def _descriptor(found: _Descriptor) -> Descriptor:
    where = found.platform
    platform = (
        Platform(where.os, where.architecture, where.variant or "", where.os_version or "")
        if where
        else None
    )
    return Descriptor(
        digest=found.digest,
        size=found.size,
        media_type=found.media_type,
        artifact_type=found.artifact_type or "",
        platform=platform,
        annotations=found.annotations or {},
    )


def _words(value: list[str] | str | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _entry(found: _History) -> HistoryEntry:
    return HistoryEntry(
        created=found.created or "",
        created_by=found.created_by or "",
        comment=found.comment or "",
        author=found.author or "",
        empty_layer=found.empty_layer,
    )


def _healthcheck(value: dict[str, Any] | None) -> tuple[str, ...]:
    test = (value or {}).get("Test")
    return tuple(str(word) for word in test) if isinstance(test, list) else ()
