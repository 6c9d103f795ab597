"""What is kept before images go, so that they can be put back: manifests, and a list of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from ecrtui.errors import EcrtuiError, NotFound
from ecrtui.model.deletion import AT_ONCE
from ecrtui.model.image import ARCHIVED, Image
from ecrtui.model.typed import decoded
from ecrtui.workflows.contents import read_bytes, stored_bytes
from ecrtui.workflows.prune.request import PrunePlan
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

_PART = "keep"


class KeptImage(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One image of a list, as it was before it went."""

    digest: str
    media_type: str = ""
    tags: tuple[str, ...] = ()


class KeptList(msgspec.Struct, frozen=True, rename="camel"):
    """All that was to go together, in the order in which it went."""

    repository: str
    at: float
    images: tuple[KeptImage, ...]


def keep_manifests(services: Services, plan: PrunePlan, watch: Watch) -> None:
    """Keep the manifests of all that goes. What was not read before COUNTS AS A PULL, of what is
    deleted right after. Raises NotAllowed, and EcrtuiError where not all of them can be kept.

    An archived image's manifest cannot be read; one that has gone meanwhile needs none.
    """
    going = plan.going
    watch.expect(_PART, "keep manifests")
    readable = [fate.image for fate in going if fate.image.image_status != ARCHIVED]
    archived = [fate.digest for fate in going if fate.image.image_status == ARCHIVED]
    kept = _keep(services, archived)
    for start in range(0, len(readable), AT_ONCE):
        watch.at(_PART, 0, f"{start} of {len(readable)}")
        kept += _read(services, plan, readable[start : start + AT_ONCE])
    left = sum(not services.deleted.has(digest) for digest in kept)
    if left:  # pushed out by those that came after them
        raise EcrtuiError(
            f"{left} of {len(kept)} manifests would be lost",
            title="More than can be kept to be put back",
            hint="Delete fewer at once, or say --no-undo.",
        )
    watch.finish(_PART, f"{len(readable)}")


def _read(services: Services, plan: PrunePlan, images: Sequence[Image]) -> list[str]:
    digests = [image.image_digest for image in images]
    place = plan.request.registry, plan.request.repository
    try:
        read_bytes(services, *place, digests)
    except NotFound:  # one of them is no longer there, and tells of no other
        for digest in digests:
            try:
                read_bytes(services, *place, [digest])
            except NotFound:
                continue
    return _keep(services, digests)


def _keep(services: Services, digests: Iterable[str]) -> list[str]:
    """Keep those that were read; answers which these are."""
    kept = []
    for digest in digests:
        raw = stored_bytes(services, digest)
        if raw is not None:
            services.deleted.put(raw.body)
            kept.append(digest)
    return kept


def keep_list(services: Services, plan: PrunePlan, order: Sequence[Sequence[str]]) -> str:
    """Keep the list of all that goes, in its order; answers what it is called."""
    images = {fate.digest: fate.image for fate in plan.going}
    kept = KeptList(
        plan.request.repository,
        services.clock.now(),
        tuple(
            KeptImage(digest, images[digest].image_manifest_media_type, images[digest].image_tags)
            for wave in order
            for digest in wave
        ),
    )
    return services.deleted.put(msgspec.json.encode(kept))


def kept_list(services: Services, deed: str) -> KeptList | None:
    """A list by what it is called; None where it is no longer kept, or makes no sense."""
    data = services.deleted.get(deed) if deed else None
    try:
        return decoded(data, KeptList) if data is not None else None
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
