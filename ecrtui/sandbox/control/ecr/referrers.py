"""ListImageReferrers: what points at an image."""

from __future__ import annotations

from ecrtui.sandbox.control.ecr.base import ecr
from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.shelf import Image


@ecr.operation("ListImageReferrers")
def list_image_referrers(call: Call) -> Document:
    """The artifacts whose subject is the image, ACTIVE ones unless asked, 20 a page by default.

    Assumed: a subject that is not here has no referrers, as in the distribution spec.
    """
    repository = call.repository
    digest = call.params["subjectId"]["imageDigest"]
    given = call.params.get("filter", {})
    kinds, status = given.get("artifactTypes"), given.get("artifactStatus", "ACTIVE")
    found = [
        image
        for image in repository.images.referrers(digest)
        if status in ("ANY", image.status) and (not kinds or image.artifact_media_type in kinds)
    ]
    rows, more = page(call, f"referrers/{repository.name}/{digest}", found, default=20)
    return {"referrers": [_referrer(image) for image in rows]} | more


def _referrer(image: Image) -> Document:
    document: Document = {
        "digest": image.digest,
        "mediaType": image.media_type,
        "size": len(image.read_manifest()),
        "artifactStatus": image.status,
    }
    if image.artifact_media_type is not None:
        document["artifactType"] = image.artifact_media_type
    if image.annotations:
        document["annotations"] = image.annotations
    return document
