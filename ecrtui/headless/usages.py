"""How uses are printed: a row each, and one document of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecrtui.headless import documents
from ecrtui.headless.output import Column, Listing
from ecrtui.render import usage as words
from ecrtui.render.ages import instant, iso
from ecrtui.render.standing import NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecrtui.model.image import Image
    from ecrtui.model.usage import ImageUse, Judged, Usage
    from ecrtui.workflows.locate import Target

USES: Listing[Judged] = Listing(
    (
        Column(
            "STATE",
            lambda row, _: words.state(row.use, behind=row.behind, gone=row.gone).text,
            lambda row: _state(row),
        ),
        Column("RUNNING", None, lambda row: str(row.use.running), right=True),
        Column("WHAT", lambda row, _: words.kind(row.use), lambda row: words.kind(row.use)),
        Column("NAME", lambda row, _: words.place(row.use), lambda row: words.place(row.use)),
        Column(
            "IMAGE",
            lambda row, _: words.reference(row.use),
            lambda row: row.use.image,
        ),
        Column("DIGEST", None, lambda row: row.digest),
        Column(
            "SINCE",
            lambda row, times: times.short(row.use.since),
            lambda row: iso(row.use.since),
            right=True,
        ),
        Column("REGION", lambda row, _: row.use.region, lambda row: row.use.region),
        Column("ACCOUNT", lambda row, _: row.use.account, lambda row: row.use.account),
        Column("ARN", None, lambda row: row.use.arn),
    ),
    lambda row: use_document(row),
)


def _state(row: Judged) -> str:
    if row.gone:
        return "gone"
    if row.behind:
        return "behind"
    return "running" if row.use.running else "referenced"


def use_document(row: Judged) -> dict[str, Any]:
    """One use, with how it stands."""
    use = row.use
    told = documents.members(use) | {"since": instant(use.since)}
    return told | {
        "imageDigest": row.digest or None,
        "imageTags": list(row.image.image_tags) if row.image else None,
        "state": _state(row),
    }


def usage_document(
    target: Target,
    usage: Usage,
    rows: Sequence[Judged],
    images: Sequence[Image],
    stands: Mapping[str, ImageUse],
) -> dict[str, Any]:
    """All that was seen: of each image, each use, and where nobody could look."""
    return {
        "reference": str(target),
        "repositoryName": target.repository,
        "registryId": next((row.registry_id for row in images if row.registry_id), None),
        "region": target.registry.region,
        "images": [_image(row, stands[row.image_digest]) for row in images],
        "uses": [use_document(row) for row in rows],
        "unknown": [documents.members(one) for one in usage.unknown],
        "looked": list(usage.looked),
    }


def _image(row: Image, found: ImageUse) -> dict[str, Any]:
    return {
        "imageDigest": row.image_digest,
        "imageTags": list(row.image_tags),
        "standing": NAMES[found.standing],
        "running": found.running,
        "mayGo": found.may_go,
    }
