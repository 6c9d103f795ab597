"""Manifests, tags and referrers through the registry API."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import quote

from ecrtui.sandbox.control.ecr.deletions import delete_images
from ecrtui.sandbox.control.ecr.ids import is_digest
from ecrtui.sandbox.distribution.answers import Unserved, answer, manifest_unknown, unsupported
from ecrtui.sandbox.distribution.asking import Asking
from ecrtui.sandbox.distribution.secret import matches, sign
from ecrtui.sandbox.images.content import OCI_INDEX, digest_of
from ecrtui.sandbox.pulls import record_pull
from ecrtui.sandbox.push import MAX_MANIFEST, accept_manifest
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.registry import Registry
from ecrtui.sandbox.shelf import Image
from ecrtui.sandbox.wire import Response

_PAGE = 100
_LARGEST_PAGE = 1000
# What PutImage refuses, as the registry API's codes.
_PUSH_ERRORS = {
    "ImageTagAlreadyExistsException": (400, "TAG_INVALID"),
    "LayersNotFoundException": (404, "BLOB_UNKNOWN"),
    "ReferencedImagesNotFoundException": (404, "MANIFEST_BLOB_UNKNOWN"),
    "ImageDigestDoesNotMatchException": (400, "DIGEST_INVALID"),
}


def read(asking: Asking, reference: str) -> Response:
    """GET and HEAD: the manifest exactly as pushed; a GET counts as a pull."""
    asking.allow("BatchGetImage")
    image = _image(asking, reference)
    if image is None or image.status != "ACTIVE" or not _accepted(asking, image.media_type):
        raise manifest_unknown()
    if asking.request.method == "GET" and isinstance(asking.place, Registry):
        record_pull(asking.place, image, asking.key.arn, asking.world.clock.now())
    response = answer(200, docker_content_digest=image.digest, content_type=image.media_type)
    response.body = image.read_manifest()
    return response


def put(asking: Asking, reference: str) -> Response:
    """PUT: push a manifest by tag or by digest. What is here already is no error to a pusher."""
    asking.allow("PutImage")
    data = asking.request.body.read(MAX_MANIFEST + 1)
    if len(data) > MAX_MANIFEST:
        raise Unserved(413, "SIZE_INVALID", "The manifest is larger than 4 MiB")
    by_digest = is_digest(reference)
    try:
        image = accept_manifest(
            asking.repository,
            data,
            asking.request.header("Content-Type") or None,
            now=asking.world.clock.now(),
            tag=None if by_digest else reference,
            digest=reference if by_digest else None,
        )
    except Refusal as refusal:
        image = _there_already(asking, refusal, data)
    location = f"/v2/{asking.name}/manifests/{image.digest}"
    response = answer(201, docker_content_digest=image.digest, location=location)
    if image.subject:
        response.headers["OCI-Subject"] = image.subject
    return response


def delete(asking: Asking, reference: str) -> Response:
    """DELETE: by digest the image with its tags, by tag as BatchDeleteImage does."""
    asking.allow("BatchDeleteImage")
    member = "imageDigest" if is_digest(reference) else "imageTag"
    failures = delete_images(asking.repository, [{member: reference}])["failures"]
    for failure in failures:
        if failure["failureCode"] == "ImageNotFound":
            raise manifest_unknown()
        raise unsupported(failure["failureReason"])
    return answer(202)


def tags(asking: Asking) -> Response:
    """GET tags/list: pages of the size asked for, no order promised, the next one in Link."""
    asking.allow("ListImages")
    images = asking.repository.images
    every = [tag for image in images if image.status == "ACTIVE" for tag in sorted(image.tags)]
    size = _page_size(asking.request.query.get("n"))
    start = _start(asking)
    headers = {}
    if start + size < len(every):
        last = quote(_token(asking.name, start + size))
        target = f"http://{asking.place.host}/v2/{asking.name}/tags/list?n={size}&last={last}"
        headers["link"] = f'<{target}>; rel="next"'
    return answer(200, {"name": asking.name, "tags": every[start : start + size]}, **headers)


def referrers(asking: Asking, digest: str) -> Response:
    """GET referrers: an index of what points at a digest, empty for one nobody points at."""
    asking.allow("BatchGetImage")
    kind = asking.request.query.get("artifactType")
    found = [
        image
        for image in asking.repository.images.referrers(digest)
        if image.status == "ACTIVE" and kind in (None, image.artifact_media_type)
    ]
    document = {
        "schemaVersion": 2,
        "mediaType": OCI_INDEX,
        "manifests": [_descriptor(image) for image in found],
    }
    headers = {"oci_filters_applied": "artifactType"} if kind else {}
    response = answer(200, document, **headers)
    response.headers["Content-Type"] = OCI_INDEX
    return response


def _image(asking: Asking, reference: str) -> Image | None:
    images = asking.repository.images
    return images.by_digest(reference) if is_digest(reference) else images.by_tag(reference)


def _accepted(asking: Asking, media_type: str) -> bool:
    """Whether the client takes this type; one that names none takes all."""
    given = asking.request.header("Accept")
    types = [part.split(";")[0].strip() for part in given.split(",") if part.strip()]
    return not types or media_type in types or any(one in ("*/*", "application/*") for one in types)


def _there_already(asking: Asking, refusal: Refusal, data: bytes) -> Image:
    if refusal.code != "ImageAlreadyExistsException":
        status, code = _PUSH_ERRORS.get(refusal.code, (400, "MANIFEST_INVALID"))
        raise Unserved(status, code, refusal.message) from None
    found = asking.repository.images.by_digest(digest_of(data))
    if found is None:
        raise manifest_unknown()
    return found


def _descriptor(image: Image) -> dict[str, object]:
    document: dict[str, object] = {
        "mediaType": image.media_type,
        "digest": image.digest,
        "size": len(image.read_manifest()),
    }
    if image.artifact_media_type:
        document["artifactType"] = image.artifact_media_type
    if image.annotations:
        document["annotations"] = image.annotations
    return document


def _page_size(asked: str | None) -> int:
    if asked is None:
        return _PAGE
    if not asked.isdigit() or not 1 <= int(asked) <= _LARGEST_PAGE:
        raise unsupported(
            "Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have "
            "value less than or equal to 1000'"
        )
    return int(asked)


def _token(name: str, start: int) -> str:
    text = f"{start}:{sign(f'tags/{name}/{start}')}"
    return base64.urlsafe_b64encode(text.encode()).decode()


def _start(asking: Asking) -> int:
    """Where the page begins: `last` is opaque, as ECR's; a tag's name is refused."""
    last = asking.request.query.get("last")
    if not last:
        return 0
    try:
        start, _, signature = base64.urlsafe_b64decode(last.encode()).decode().partition(":")
    except (binascii.Error, ValueError):
        start, signature = "", ""
    if not matches(signature, f"tags/{asking.name}/{start}"):
        raise unsupported(
            "Invalid parameter at 'NextToken' failed to satisfy constraint: "
            "'Invalid next token provided'"
        )
    return int(start)
