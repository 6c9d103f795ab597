"""Everything about one image, ever fuller: its row, manifest, config and layers, referrers.

Reading a manifest COUNTS AS A PULL. A part that cannot be read carries its problem and spoils no
other: who may only list still sees the row, and a denied config leaves the layers.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ecrtui.errors import EcrtuiError, NotFound, RemoteError
from ecrtui.model.details import ImageDetails
from ecrtui.model.image import LATEST, Image, ImageId, Referrer
from ecrtui.model.manifest import Manifest, ManifestKind, Platform, RawManifest
from ecrtui.model.page import Page
from ecrtui.model.places import Home, Outside, Registry
from ecrtui.oci.manifest import layers_of, parse_config, parse_manifest, refuse_unreadable
from ecrtui.oci.platforms import choose_platform, parse_platform
from ecrtui.workflows.contents import read_bytes, read_config, stored_bytes
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services
from ecrtui.workflows.tags_seen import observe
from ecrtui.workflows.watch import Watch

replace = msgspec.structs.replace
_NESTED = 4
"""Indexes in indexes: the specification allows them, and some builders put one into another."""


def inspect(
    services: Services,
    target: Target,
    platform: str = "",
    *,
    read: bool = True,
    own: Platform | None = None,
    watch: Watch | None = None,
) -> Iterator[ImageDetails]:
    """What is known of an image, each value fuller than the one before: the row comes first.

    Of an index the `platform` is looked into, else `own`, which is this machine's unless given.
    With `read` false nothing is asked that counts as a pull: what is not stored is told as a
    problem. Outside ECR there is no row, and nothing known before the manifest is read; the watch
    is told how far an engine's export is, and stops it with GivenUp.
    Raises NotFound when there is no such image, UsageError for a platform that is none.
    """
    wanted = platform or services.options.platform
    if wanted:
        parse_platform(wanted)
    if isinstance(target.home, Outside):
        details = _outside(services, target.home, target, watch or Watch())
    else:
        image = describe(services, target)
        observe(services, target.registry, target.repository, [image], whole=False)
        details = ImageDetails(
            str(target), target.home, target.repository, image.image_digest, image
        )
        yield details
        details = _with_manifest(services, details, read=read)
    yield details
    if details.manifest is not None:
        details = _with_contents(services, details, details.manifest, (wanted, own), read=read)
        yield details
    yield _with_referrers(services, details)


def describe(services: Services, target: Target) -> Image:
    """The image's row, without reading anything that counts as a pull; raises NotFound."""
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


def referrers(
    services: Services, registry: Registry, repository: str, digest: str
) -> Iterator[Page[Referrer]]:
    """What names a digest as its subject, page by page."""
    return services.reader(registry).referrers(repository, digest)


def referrers_of(
    services: Services, home: Home, repository: str, digest: str
) -> tuple[Referrer, ...]:
    """All that names a digest as its subject, wherever it is."""
    if isinstance(home, Outside):
        return tuple(services.outside(home, repository).referrers(digest))
    pages = referrers(services, home, repository, digest)
    return tuple(row for page in pages for row in page.items)


def _outside(services: Services, home: Outside, target: Target, watch: Watch) -> ImageDetails:
    """What a place outside ECR knows by a name: the manifest; raises NotFound."""
    from ecrtui.workflows.outside import manifest_at_hand, resolved

    wanted, media_type = target.image_id, ""
    source = services.outside(home, target.repository)
    if home.is_remote and not wanted.image_digest:
        wanted, media_type = resolved(source, wanted)
        services.traffic_of(home).add(0, requests=1)
    raw = stored_bytes(services, wanted.image_digest) if wanted.image_digest else None
    if raw is None:
        manifest_at_hand(source, wanted, watch)
        (raw,) = source.manifests([wanted])
        services.traffic_of(home).add(len(raw.body), requests=1)
        services.cache.put("manifest", raw.digest, raw.body)
    elif media_type:
        raw = replace(raw, media_type=media_type)
    details = ImageDetails(str(target), home, target.repository, raw.digest)
    try:
        manifest = parse_manifest(raw)
    except EcrtuiError as problem:
        return replace(details, manifest_problem=problem)
    return replace(details, manifest=manifest, raw_manifest=raw.body)


def _with_manifest(services: Services, details: ImageDetails, *, read: bool) -> ImageDetails:
    """Details with the manifest, or with the reason why there is none."""
    try:
        raw, stored = _bytes_of(services, details, details.digest, read=read)
        manifest = parse_manifest(raw)
    except EcrtuiError as problem:
        return replace(details, manifest_problem=problem)
    if not manifest.media_type and details.image is not None:
        manifest = replace(manifest, media_type=details.image.image_manifest_media_type)
    return replace(details, manifest=manifest, raw_manifest=raw.body, from_cache=stored)


def _bytes_of(
    services: Services, details: ImageDetails, digest: str, *, read: bool
) -> tuple[RawManifest, bool]:
    """A manifest's bytes, and whether they were stored, so that nothing counted as a pull."""
    stored = stored_bytes(services, digest)
    if stored is not None:
        return stored, True
    if not read:
        raise EcrtuiError(
            digest,
            title="The manifest has not been read",
            hint="Reading it counts as a pull, so it is read only when asked for.",
        )
    return read_bytes(services, details.home, details.repository, [digest])[0], False


def _with_contents(
    services: Services,
    details: ImageDetails,
    manifest: Manifest,
    platform: tuple[str, Platform | None],
    *,
    read: bool,
) -> ImageDetails:
    """Details with one platform's manifest, config and layers, as far as they can be read."""
    for _ in range(_NESTED):
        if manifest.kind is not ManifestKind.INDEX:
            break
        try:
            chosen = choose_platform(manifest, *platform)
            if chosen is None:
                return details
            details = replace(details, chosen=chosen)
            raw, stored = _bytes_of(services, details, chosen.digest, read=read)
            manifest = parse_manifest(raw)
        except EcrtuiError as problem:
            return replace(details, contents_problem=problem)
        details = replace(details, from_cache=details.from_cache and stored)
    if manifest.kind is ManifestKind.INDEX:
        endless = RemoteError(details.digest, title="Indexes in indexes, without an end")
        return replace(details, contents_problem=endless)
    return _with_layers(services, details, manifest)


def _with_layers(services: Services, details: ImageDetails, manifest: Manifest) -> ImageDetails:
    """Details with what one image's manifest lists; without the config layers lack commands."""
    details = replace(details, image_manifest=manifest, layers=layers_of(manifest, None))
    try:
        refuse_unreadable(manifest)
        if manifest.kind is not ManifestKind.IMAGE or manifest.config is None:
            return details
        body = read_config(services, details.home, details.repository, manifest.config)
        config = parse_config(body, manifest.config.digest)
    except EcrtuiError as problem:
        return replace(details, contents_problem=problem)
    return replace(details, config=config, raw_config=body, layers=layers_of(manifest, config))


def _with_referrers(services: Services, details: ImageDetails) -> ImageDetails:
    """Details with referrers, or with the reason why they could not be listed."""
    try:
        listed = referrers_of(services, details.home, details.repository, details.digest)
    except EcrtuiError as problem:
        return replace(details, referrers_problem=problem)
    return replace(details, referrers=listed, referrers_listed=True)
