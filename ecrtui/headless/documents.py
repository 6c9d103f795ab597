"""What JSON shows of each thing: the API's own keys, ours in the same camelCase, times in UTC.

A member that is not known is null; it is never left out, so that jq needs no guard.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from ecrtui.errors import EcrtuiError
from ecrtui.model.image import Image
from ecrtui.model.places import Registry, RegistrySummary
from ecrtui.model.repository import Repository
from ecrtui.render.ages import instant

if TYPE_CHECKING:
    from ecrtui.model.credentials import WayIn
    from ecrtui.workflows.credentials.at_hand import Tested
    from ecrtui.workflows.search import SearchHit


class ImageDocument(msgspec.Struct, rename="camel"):
    """One DescribeImages row with the place it is in. A struct, since there may be a million."""

    image_digest: str
    image_tags: tuple[str, ...]
    image_size_in_bytes: int | None
    image_pushed_at: datetime | None
    last_recorded_pull_time: datetime | None
    image_status: str
    image_manifest_media_type: str | None
    artifact_media_type: str | None
    subject_manifest_digest: str | None
    last_archived_at: datetime | None
    last_activated_at: datetime | None
    repository_name: str
    registry_id: str | None
    profile: str | None
    region: str


def image(place: Registry, row: Image) -> ImageDocument:
    """An image's row."""
    return ImageDocument(
        row.image_digest,
        row.image_tags,
        row.image_size_in_bytes,
        instant(row.image_pushed_at),
        instant(row.last_recorded_pull_time),
        row.image_status,
        row.image_manifest_media_type or None,
        row.artifact_media_type or None,
        row.subject_manifest_digest or None,
        instant(row.last_archived_at),
        instant(row.last_activated_at),
        row.repository_name,
        row.registry_id or None,
        place.profile or None,
        place.region,
    )


def repository(place: Registry, row: Repository) -> dict[str, Any]:
    """A repository's row."""
    document = members(row)
    document["createdAt"] = instant(row.created_at)
    return document | {"profile": place.profile or None, "region": place.region}


def summary(row: RegistrySummary) -> dict[str, Any]:
    """A registry: where it is, whether it may be used, how many repositories it has."""
    return {
        "profile": row.registry.profile or None,
        "account": row.registry.account or None,
        "region": row.registry.region,
        "kind": row.registry.kind.value,
        "access": row.access.value,
        "repositories": row.repositories,
        "complete": row.complete,
        "identity": row.identity.arn if row.identity else None,
        "alias": row.identity.alias or None if row.identity else None,
        "note": row.note or None,
        "problem": problem(row.problem),
    }


def problem(failure: Exception | None) -> dict[str, Any] | None:
    """An error as data."""
    if not isinstance(failure, EcrtuiError):
        return None
    return {"title": failure.title, "detail": failure.detail, "hint": failure.hint}


def members(value: msgspec.Struct) -> dict[str, Any]:
    """A struct's members under their camelCase names; empty text is null."""
    document: dict[str, Any] = msgspec.to_builtins(value)
    return {key: None if member == "" else member for key, member in document.items()}


def hit(found: SearchHit) -> dict[str, Any]:
    """Something a search found: the place, what matched, and the image's row when it is one."""
    place = found.registry
    row = image(place, found.image) if found.image else None
    return {
        "profile": place.profile or None,
        "account": place.account or None,
        "region": place.region,
        "repositoryName": found.repository,
        "why": found.why,
        "image": row,
    }


def way_in(row: WayIn) -> dict[str, Any]:
    """A row of the list of credentials."""
    times = {key: instant(getattr(row, key)) for key in ("updated", "expires", "used")}
    times["keyMade"] = instant(row.key_made)
    last = row.tested
    tested = None
    if last is not None:
        told = {"region": last.region or None, "readsEcr": last.reads_ecr}
        failed = {"problem": last.problem or None, "hint": last.hint or None}
        tested = {"at": instant(last.at), **told, **failed}
    return members(row) | times | {"tested": tested}


def tested(row: Tested) -> dict[str, Any]:
    """What a test of a credential found."""
    return {
        "name": row.name,
        "account": row.identity.account if row.identity else None,
        "alias": row.identity.alias or None if row.identity else None,
        "principal": row.identity.arn if row.identity else None,
        "region": row.region or None,
        "readsEcr": row.reads_ecr,
        "problem": problem(row.problem),
    }
