"""Manifests and referrers through the registry API."""

from __future__ import annotations

import re

from ecrtui.sandbox.control.ecr.deletions import delete_images
from ecrtui.sandbox.control.ecr.ids import is_digest
from ecrtui.sandbox.control.service import Document
from ecrtui.sandbox.distribution.answers import Unserved, answer, manifest_unknown, unsupported
from ecrtui.sandbox.distribution.asking import Asking
from ecrtui.sandbox.images.content import OCI_INDEX, digest_of
from ecrtui.sandbox.pulls import record_pull
from ecrtui.sandbox.push import MAX_MANIFEST, accept_manifest
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.registry import Registry
from ecrtui.sandbox.shelf import Image
from ecrtui.sandbox.trail import Made, note
from ecrtui.sandbox.wire import Response

_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")
# What PutImage refuses, as the registry API's codes; MANIFEST_INVALID for the rest.
_PUSH_ERRORS = {
    "ImageTagAlreadyExistsException": (400, "TAG_INVALID"),
    "LayersNotFoundException": (404, "BLOB_UPLOAD_UNKNOWN"),
    "ReferencedImagesNotFoundException": (404, "MANIFEST_BLOB_UNKNOWN"),
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
    with asking.world.lock:
        image = _put(asking, reference, data)
    location = f"/v2/{asking.name}/manifests/{image.digest}"
    response = answer(201, docker_content_digest=image.digest, location=location)
    if image.subject:
        response.headers["OCI-Subject"] = image.subject
    return response


def _put(asking: Asking, reference: str, data: bytes) -> Image:
    by_digest = _is_by_digest(reference)
    tag = None if by_digest else reference
    request: Document = {"imageManifest": data.decode(errors="replace")}
    request |= {"imageTag": tag} if tag else {}
    try:
        image = accept_manifest(
            asking.repository,
            data,
            asking.request.header("Content-Type") or None,
            now=asking.world.clock.now(),
            tag=tag,
            digest=reference if by_digest else None,
        )
    except Refusal as refusal:
        _write_down(asking, "PutImage", request, refusal)
        return _there_already(asking, refusal, data)
    named = {"imageDigest": image.digest} | ({"imageTag": tag} if tag else {})
    _write_down(asking, "PutImage", request, {"image": {"imageId": named}})
    return image


def _write_down(
    asking: Asking, operation: str, request: Document, answer: Document | Refusal
) -> None:
    """What comes through the registry API is in CloudTrail as the control plane's operation."""
    if not isinstance(asking.place, Registry):
        return
    place, now = asking.place, asking.world.clock.now()
    of = {"registryId": place.account, "repositoryName": asking.name}
    agent = asking.request.header("User-Agent")
    made = Made(asking.key, operation, {**of, **request}, answer, now, place.region, agent)
    note(asking.world.trail, made)


def delete(asking: Asking, reference: str) -> Response:
    """DELETE: by digest the image with its tags, by tag as BatchDeleteImage does."""
    asking.allow("BatchDeleteImage")
    member = "imageDigest" if _is_by_digest(reference) else "imageTag"
    asked = [{member: reference}]
    with asking.world.lock:
        outcome = delete_images(asking.repository, asked)
        _write_down(asking, "BatchDeleteImage", {"imageIds": asked}, outcome)
    for failure in outcome["failures"]:
        if failure["failureCode"] == "ImageNotFound":
            raise manifest_unknown()
        raise unsupported(failure["failureReason"])
    return answer(202)


def referrers(asking: Asking, digest: str) -> Response:
    """GET referrers: an index of what points at a digest, empty for one nobody points at."""
    asking.allow("BatchGetImage")
    if not is_digest(digest):
        raise Unserved(400, "DIGEST_INVALID", f"'{digest}' is not a digest")
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
    return images.by_digest(reference) if _is_by_digest(reference) else images.by_tag(reference)


def _is_by_digest(reference: str) -> bool:
    """Whether this is a digest, or else a tag; refuses what can be neither."""
    if is_digest(reference):
        return True
    if _TAG.fullmatch(reference) is None:
        raise Unserved(
            400,
            "TAG_INVALID",
            "Invalid parameter at 'imageTag' failed to satisfy constraint: "
            f"'must satisfy regular expression '{_TAG.pattern}''",
        )
    return False


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
