"""DescribeImages and ListImages: rows of metadata, filtered and in pages."""

from __future__ import annotations

import json
from collections.abc import Callable

from ecrtui.sandbox.control.ecr.base import ecr
from ecrtui.sandbox.control.ecr.ids import the_image
from ecrtui.sandbox.control.ecr.scan_counts import severity_counts
from ecrtui.sandbox.control.paging import DEFAULT_PAGE, issue, not_with_pages, position_of
from ecrtui.sandbox.control.service import Answer, Call, Document
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.shelf import Image, ReadyShelf

# Members of ImageDetail that stand in the answer only when there is something to say.
_OPTIONAL = (
    ("artifactMediaType", "artifact_media_type"),
    ("lastRecordedPullTime", "last_pull"),
    ("subjectManifestDigest", "subject"),
    ("lastArchivedAt", "last_archived_at"),
    ("lastActivatedAt", "last_activated_at"),
)


def detail(repository: Repository, image: Image) -> Document:
    """The ImageDetail document of an image, without scan results (see `scanned`)."""
    document: Document = {
        "registryId": repository.account,
        "repositoryName": repository.name,
        "imageDigest": image.digest,
        "imageSizeInBytes": image.size,
        "imagePushedAt": image.pushed_at,
        "imageManifestMediaType": image.media_type,
        "imageStatus": image.status,
    }
    if image.tags:
        document["imageTags"] = sorted(image.tags)
    for name, attribute in _OPTIONAL:
        value = getattr(image, attribute)
        if value is not None:
            document[name] = value
    return document


def scanned(call: Call, repository: Repository, image: Image) -> Document:
    """ImageDetail as this registry gives it: with scan results only under enhanced scanning."""
    document = detail(repository, image)
    if call.registry.settings.scanning["scanType"] == "ENHANCED" and image.scan is not None:
        scan = image.scan
        document["imageScanStatus"] = {"status": scan.status, "description": scan.description}
        summary: Document = {"findingSeverityCounts": severity_counts(scan)}
        if scan.completed_at is not None:
            summary["imageScanCompletedAt"] = scan.completed_at
        document["imageScanFindingsSummary"] = summary
    return document


@ecr.operation("DescribeImages")
def describe_images(call: Call) -> Answer:
    """Rows for the images asked for by id, or for all that pass the filter, in pages."""
    not_with_pages(call, "imageIds")
    repository = call.repository
    if ids := call.params.get("imageIds"):
        found = {image.digest: image for image in (the_image(repository, each) for each in ids)}
        return {"imageDetails": [scanned(call, repository, image) for image in found.values()]}
    if ready := _ready_made(call, repository):
        return ready
    images, more = _filtered(call, repository)
    return {"imageDetails": [scanned(call, repository, image) for image in images]} | more


@ecr.operation("ListImages")
def list_images(call: Call) -> Document:
    """One id for each tag, and one for each image without any, in pages."""
    repository = call.repository
    about = f"ListImages/{repository.name}"
    keep = image_filter(call.params.get("filter", {}))
    count = call.params.get("maxResults", DEFAULT_PAGE)
    # A page may end between two tags of an image: the position counts images and skipped tags.
    start, skipped = divmod(position_of(call, about), _TAGS)
    ids: list[Document] = []
    shelf = repository.images
    while start < len(shelf):
        for image in shelf.slice(start, start + count):
            entries = _ids(image)[skipped:] if keep(image) else []
            if len(ids) + len(entries) > count:
                room = count - len(ids)
                token = issue(call, about, start * _TAGS + skipped + room)
                return {"imageIds": ids + entries[:room], "nextToken": token}
            ids += entries
            start, skipped = start + 1, 0
    return {"imageIds": ids}


_TAGS = 1 << 20
"""More tags than one image can have."""


def _ids(image: Image) -> list[Document]:
    if not image.tags:
        return [{"imageDigest": image.digest}]
    return [{"imageDigest": image.digest, "imageTag": tag} for tag in sorted(image.tags)]


def image_filter(given: Document) -> Callable[[Image], bool]:
    """What passes a DescribeImages or ListImages filter; without one only ACTIVE images do."""
    status = given.get("imageStatus", "ACTIVE")
    tagged = {"TAGGED": True, "UNTAGGED": False}.get(given.get("tagStatus", "ANY"))

    def keep(image: Image) -> bool:
        return status in ("ANY", image.status) and tagged in (None, bool(image.tags))

    return keep


def _filtered(call: Call, repository: Repository) -> tuple[list[Image], Document]:
    """A page's images: as many as asked for that pass the filter, wherever they lie."""
    about = f"DescribeImages/{repository.name}"
    keep = image_filter(call.params.get("filter", {}))
    count = call.params.get("maxResults", DEFAULT_PAGE)
    position, shelf = position_of(call, about), repository.images
    kept: list[Image] = []
    while position < len(shelf):
        for image in shelf.slice(position, position + count):
            if keep(image):
                if len(kept) == count:
                    return kept, {"nextToken": issue(call, about, position)}
                kept.append(image)
            position += 1
    return kept, {}


def _ready_made(call: Call, repository: Repository) -> bytes | None:
    """The page as the shelf has it serialised, where it can and the filter takes nothing away."""
    shelf = repository.images
    given = call.params.get("filter", {})
    if given.get("tagStatus", "ANY") != "ANY" or not isinstance(shelf, ReadyShelf):
        return None
    if given.get("imageStatus", "ACTIVE") not in ("ANY", "ACTIVE"):
        return None
    about = f"DescribeImages/{repository.name}"
    start = position_of(call, about)
    stop = start + call.params.get("maxResults", DEFAULT_PAGE)
    rows = shelf.describe_json(start, stop)
    if rows is None:
        return None
    more = b""
    if stop < len(repository.images):
        more = b',"nextToken":' + json.dumps(issue(call, about, stop)).encode()
    return b'{"imageDetails":[' + rows + b"]" + more + b"}"
