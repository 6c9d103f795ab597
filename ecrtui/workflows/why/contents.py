"""Whether there is an image for the task's platform, and whether all its layers are there."""

from __future__ import annotations

from collections.abc import Iterator

from ecrtui.errors import EcrtuiError, UnknownOperation
from ecrtui.model.check import Check
from ecrtui.model.folding import is_index
from ecrtui.model.image import ACTIVE, ImageId
from ecrtui.model.manifest import Descriptor, Manifest, ManifestKind, Platform
from ecrtui.oci.manifest import parse_config
from ecrtui.oci.platforms import fits, parse_platform
from ecrtui.workflows.contents import read_config, read_manifests, stored_manifest
from ecrtui.workflows.inspect import referrers_of
from ecrtui.workflows.why.known import Known, failed, passed, unknown, unreadable

_PUSH = "Build and push for it (docker buildx build --platform ...), or set runtimePlatform."


def platforms(known: Known) -> Iterator[Check]:
    """Whether the image is for what the task runs on."""
    image = known.image
    if image is None:
        return
    wanted = _wanted(known)
    manifest = stored_manifest(known.services, image.image_digest)
    if manifest is None and not known.question.read:
        yield unknown("platform", "its manifest was not read yet", _reading())
        return
    try:
        if manifest is None:
            manifest = _read(known, image.image_digest)
        if manifest.kind is ManifestKind.INDEX:
            yield from _of_index(known, manifest, wanted)
        else:
            known.manifest = manifest
            yield from _of_image(known, manifest, wanted)
    except EcrtuiError as problem:
        yield unreadable("platform", problem)


def layers(known: Known) -> Iterator[Check]:
    """Whether the repository has all that the manifest names."""
    manifest = known.manifest
    if manifest is None:
        if known.image is not None and not is_index(known.image):
            yield unknown("layers", "its manifest was not read", _reading())
        return
    # What has addresses of its own is not stored by a registry; ECR keeps no such layers.
    parts = [manifest.config] if manifest.config is not None else []
    digests = list(dict.fromkeys(part.digest for part in (*parts, *manifest.layers)))
    if not digests:
        return
    from ecrtui.aws.pull_checks import missing_layers

    registry = known.registry
    try:
        calls = known.services.sessions.calls(
            "ecr", registry.profile, registry.region, registry.account
        )
        missing = missing_layers(calls, known.name, digests)
    except EcrtuiError as problem:
        yield unreadable("layers", problem)
        return
    if missing:
        yield failed(
            "layers",
            f"{len(missing)} of {len(digests)} layers are not there: {', '.join(missing[:3])}",
            "Push the image anew; ECR takes what is missing and keeps the rest.",
        )
    else:
        yield passed("layers", f"all {len(digests)} are there")


def signed(known: Known) -> Iterator[Check]:
    """Whether something signs the image: a pull does not ask for it, an admission check may."""
    if known.image is None:
        return
    try:
        found = referrers_of(known.services, known.registry, known.name, known.image.image_digest)
    except UnknownOperation:
        return
    except EcrtuiError as problem:
        yield unreadable("signing", problem)
        return
    count = sum("signature" in one.artifact_type or "cosign" in one.artifact_type for one in found)
    if count:
        signatures = "signature" if count == 1 else "signatures"
        yield passed("signing", f"signed: {count} {signatures} among its referrers")
    else:
        yield passed("signing", "not signed: a pull does not ask for it, an admission check may")


def _reading() -> str:
    return "Reading it counts as a pull: ecrtui inspect, or opening the image, does."


def _wanted(known: Known) -> list[tuple[str, str]]:
    """Platforms that are wanted, each once, with who wants it."""
    asked = known.question.platform
    found = [(asked, "asked for")] if asked else known.platforms
    return list({platform: (platform, why) for platform, why in reversed(found)}.values())


def _read(known: Known, digest: str) -> Manifest:
    (manifest,) = read_manifests(known.services, known.registry, known.name, [digest])
    return manifest


def _of_index(known: Known, index: Manifest, wanted: list[tuple[str, str]]) -> Iterator[Check]:
    children = [child for child in index.platforms if child.platform is not None]
    has = ", ".join(dict.fromkeys(str(child.platform) for child in children)) or "none with a name"
    if not wanted:
        yield passed(
            "platform",
            f"an index of {has}",
            fix="--platform OS/ARCH checks the task's; its definition was not found.",
        )
    for platform, why in wanted:
        asked = parse_platform(platform)
        child = next((one for one in children if fits(one, asked)), None)
        if child is None:
            yield failed(
                "platform",
                f"the index has no image for it: it has {has}",
                _PUSH,
                f"{platform} ({why})",
            )
            continue
        yield _child(known, child, f"{platform} ({why})")
        known.manifest = known.manifest or _child_manifest(known, child)


def _child(known: Known, child: Descriptor, about: str) -> Check:
    """An index's image for a platform: there and active?"""
    reader = known.services.reader(known.registry)
    rows = reader.describe(known.name, [ImageId(child.digest)])
    if not rows:
        return failed(
            "platform",
            f"the index names {child.digest} for it, which is not in the repository",
            "Push the index anew with all its images.",
            about,
        )
    if rows[0].image_status != ACTIVE:
        return failed(
            "platform",
            f"its image {child.digest} is {rows[0].image_status.lower()}",
            f"ecrtui restore {known.name}@{child.digest}",
            about,
        )
    return passed("platform", f"the index has {child.digest} for it", about)


def _child_manifest(known: Known, child: Descriptor) -> Manifest | None:
    found = stored_manifest(known.services, child.digest)
    if found is None and known.question.read:
        found = _read(known, child.digest)
    return found


def _of_image(known: Known, manifest: Manifest, wanted: list[tuple[str, str]]) -> Iterator[Check]:
    if manifest.kind is not ManifestKind.IMAGE or manifest.config is None:
        yield failed(
            "platform",
            f"it is no image to run: {manifest.artifact_type or manifest.media_type}",
            "Name the image itself, not what refers to it.",
        )
        return
    body = read_config(known.services, known.registry, known.name, manifest.config)
    own = parse_config(body, manifest.config.digest).platform
    if not wanted:
        yield passed(
            "platform",
            f"for {own} alone",
            fix="--platform OS/ARCH checks the task's; its definition was not found.",
        )
    for platform, why in wanted:
        about, asked = f"{platform} ({why})", parse_platform(platform)
        if _same(own, asked):
            yield passed("platform", f"it is for {own}", about)
        else:
            yield failed(
                "platform",
                f"it is for {own} alone: it is pulled, and ends with `exec format error`",
                _PUSH,
                about,
            )


def _same(own: Platform | None, asked: Platform) -> bool:
    return own is not None and (own.os, own.architecture) == (asked.os, asked.architecture)
