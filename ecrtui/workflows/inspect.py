"""Everything about one image, ever fuller: its row, manifest, config and layers, referrers.

Reading a manifest COUNTS AS A PULL, so it is read once: manifests and configs are kept by digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import msgspec

from ecrtui.errors import Corrupt, EcrtuiError, NotFound, RemoteError
from ecrtui.model.details import ImageDetails
from ecrtui.model.image import Image, ImageId, Referrer
from ecrtui.model.manifest import Descriptor, Manifest, ManifestKind, RawManifest
from ecrtui.model.page import Page
from ecrtui.model.places import Registry
from ecrtui.oci.manifest import (
    LARGEST_CONFIG,
    layers_of,
    parse_config,
    parse_manifest,
    refuse_unreadable,
)
from ecrtui.oci.platforms import choose_platform
from ecrtui.workflows.locate import LATEST, Target
from ecrtui.workflows.services import Services


def stored_manifest(services: Services, digest: str) -> Manifest | None:
    """A manifest read before, from the store alone; None when it never was, or is damaged."""
    body = services.cache.get("manifest", digest)
    if body is None:
        return None
    try:
        return parse_manifest(RawManifest(digest, "", body))
    except Corrupt:
        return None


def read_manifests(
    services: Services, registry: Registry, repository: str, digests: Sequence[str]
) -> list[Manifest]:
    """Manifests by digest, from the store where known. What is read COUNTS AS A PULL."""
    raw = _raw_manifests(services, registry, repository, digests)
    return [parse_manifest(one) for one in raw]


def inspect(
    services: Services, target: Target, platform: str = "", *, read: bool = True
) -> Iterator[ImageDetails]:
    """What is known of an image, each value fuller than the one before.

    With `read` false nothing is asked that counts as a pull: the manifest comes from the store
    or the answer ends with the row. Raises NotFound when there is no such image.
    """
    image = _described(services, target)
    raw = _known(services, image.image_digest)
    from_cache = raw is not None
    if raw is None:
        if not read:
            return
        digests = [image.image_digest]
        raw = _raw_manifests(services, target.registry, target.repository, digests)[0]
    details = _with_manifest(target, image, raw, from_cache)
    yield details
    refuse_unreadable(details.manifest)
    details = _looked_into(services, target, details, platform, read=read)
    yield details
    yield _with_referrers(services, target, details)


def describe(services: Services, target: Target) -> Image:
    """The image's row, without reading anything that counts as a pull."""
    return _described(services, target)


def referrers(
    services: Services, registry: Registry, repository: str, digest: str
) -> Iterator[Page[Referrer]]:
    """What names a digest as its subject, page by page."""
    return services.reader(registry).referrers(repository, digest)


def _described(services: Services, target: Target) -> Image:
    image_id = target.image_id
    if not image_id.image_digest and not image_id.image_tag:
        image_id = ImageId(image_tag=LATEST)
    found = services.reader(target.registry).describe(target.repository, [image_id])
    if not found:
        raise NotFound(
            f"{target.repository} has no image {image_id}",
            title="No such image",
            hint=f"ecrtui images {target.repository} lists those there are.",
        )
    return found[0]


def _known(services: Services, digest: str) -> RawManifest | None:
    body = services.cache.get("manifest", digest)
    return RawManifest(digest, "", body) if body is not None else None


def _raw_manifests(
    services: Services, registry: Registry, repository: str, digests: Sequence[str]
) -> list[RawManifest]:
    known = {digest: _known(services, digest) for digest in digests}
    missing = [ImageId(image_digest=digest) for digest, raw in known.items() if raw is None]
    if missing:
        for read in services.reader(registry).source(repository).manifests(missing):
            services.cache.put("manifest", read.digest, read.body)
            known[read.digest] = read
    return [raw for digest in digests if (raw := known[digest]) is not None]


def _with_manifest(
    target: Target, image: Image, raw: RawManifest, from_cache: bool
) -> ImageDetails:
    manifest = parse_manifest(raw)
    if not manifest.media_type:
        manifest = msgspec.structs.replace(manifest, media_type=image.image_manifest_media_type)
    return ImageDetails(
        reference=str(target),
        registry=target.registry,
        repository=target.repository,
        digest=raw.digest,
        image=image,
        manifest=manifest,
        raw_manifest=raw.body,
        from_cache=from_cache,
    )


def _looked_into(
    services: Services, target: Target, details: ImageDetails, platform: str, *, read: bool
) -> ImageDetails:
    """Details with one platform's manifest, config and layers."""
    chosen: Descriptor | None = None
    manifest = details.manifest
    from_cache = details.from_cache
    if manifest.kind is ManifestKind.INDEX:
        chosen = choose_platform(manifest, platform or services.options.platform)
        if chosen is None:
            return details
        stored = stored_manifest(services, chosen.digest)
        if stored is None and not read:
            return msgspec.structs.replace(details, chosen=chosen)
        from_cache = from_cache and stored is not None
        manifest = (
            stored
            or read_manifests(services, target.registry, target.repository, [chosen.digest])[0]
        )
        refuse_unreadable(manifest)
    details = msgspec.structs.replace(
        details, chosen=chosen, image_manifest=manifest, from_cache=from_cache
    )
    if manifest.kind is not ManifestKind.IMAGE or manifest.config is None:
        return msgspec.structs.replace(details, layers=layers_of(manifest, None))
    body = read_config(services, target.registry, target.repository, manifest.config)
    config = parse_config(body, manifest.config.digest)
    return msgspec.structs.replace(
        details, config=config, raw_config=body, layers=layers_of(manifest, config)
    )


def read_config(
    services: Services, registry: Registry, repository: str, described: Descriptor
) -> bytes:
    """A small blob, verified by digest and kept: an image's config. Raises Corrupt."""
    known = services.cache.get("config", described.digest)
    if known is not None:
        return known
    body = read_blob(services, registry, repository, described, most=LARGEST_CONFIG)
    services.cache.put("config", described.digest, body)
    return body


def read_blob(
    services: Services, registry: Registry, repository: str, described: Descriptor, *, most: int
) -> bytes:
    """A blob of at most `most` bytes, whole and verified; raises Corrupt."""
    if described.size > most:
        raise RemoteError(
            f"{described.digest} has {described.size} bytes", title="Too large to be shown"
        )
    parts, size = [], 0
    for chunk in services.reader(registry).source(repository).blob(described.digest):
        parts.append(chunk)
        size += len(chunk)
        if size > most:
            break
    body = b"".join(parts)
    if "sha256:" + hashlib.sha256(body).hexdigest() != described.digest:
        raise Corrupt(described.digest)
    return body


def _with_referrers(services: Services, target: Target, details: ImageDetails) -> ImageDetails:
    """Details with referrers, or with the reason why they could not be listed."""
    pages = referrers(services, target.registry, target.repository, details.digest)
    try:
        listed = tuple(row for page in pages for row in page.items)
    except EcrtuiError as problem:
        return msgspec.structs.replace(details, referrers_problem=problem)
    return msgspec.structs.replace(details, referrers=listed)
