"""Blobs and their uploads through the registry API."""

from __future__ import annotations

import hashlib
import re
import uuid

from ecrtui.sandbox.control.ecr.ids import is_digest
from ecrtui.sandbox.control.ecr.pushes import LAYER_TYPE
from ecrtui.sandbox.distribution.answers import Unserved, answer, unsupported
from ecrtui.sandbox.distribution.asking import Asking
from ecrtui.sandbox.distribution.bucket import PUBLIC
from ecrtui.sandbox.distribution.presign import LayerObject, sign_layer_url
from ecrtui.sandbox.registry import Gallery, Registry, Repository, Upload
from ecrtui.sandbox.shelf import Blob
from ecrtui.sandbox.wire import Response

_CONTENT_RANGE = re.compile(r"(?:bytes )?(\d+)-(\d+)(?:/.*)?")


def read(asking: Asking, digest: str) -> Response:
    """HEAD tells the size, GET redirects to the bucket; blobs are not deleted here."""
    method = asking.request.method
    if method not in ("GET", "HEAD"):
        raise unsupported()
    # A push asks HEAD for what is here already, which is this operation's work.
    asking.allow("GetDownloadUrlForLayer" if method == "GET" else "BatchCheckLayerAvailability")
    blob = asking.repository.blobs.get(digest)
    if blob is None:
        raise _unknown()
    if method == "HEAD":
        response = answer(200, docker_content_digest=digest, content_type=blob.media_type)
        response.length = blob.size
        return response
    return answer(307, location=sign_layer_url(asking.place.host, _object(asking, digest)))


def begin(asking: Asking) -> Response:
    """POST: begin an upload, mount a blob of another repository, or take a blob at once."""
    asking.allow("InitiateLayerUpload")
    query = asking.request.query
    with asking.world.lock:
        if "mount" in query and _mounted(asking, query["mount"], query.get("from", "")):
            return _created(asking, query["mount"])
        upload = Upload(str(uuid.uuid4()))
        asking.repository.uploads[upload.id] = upload
    if "digest" in query:
        return _finished(asking, upload, query["digest"])
    return _accepted(asking, upload)


def go_on(asking: Asking, upload_id: str) -> Response:
    """PATCH takes a chunk, PUT the last one and the digest, GET tells how far, DELETE gives up."""
    asking.allow("UploadLayerPart")
    upload = asking.repository.uploads.get(upload_id)
    if upload is None:
        raise Unserved(404, "BLOB_UPLOAD_UNKNOWN", f"Upload with id '{upload_id}' is not known")
    method = asking.request.method
    if method == "PATCH":
        _take(asking, upload)
        if upload.told is None:
            upload.told = len(upload.data)
        return _progress(201, asking, upload, upload.told)
    if method == "PUT":
        return _finished(asking, upload, asking.request.query.get("digest", ""))
    if method == "GET":
        return _progress(204, asking, upload, len(upload.data))
    if method == "DELETE":
        del asking.repository.uploads[upload_id]
        return answer(204)
    raise unsupported()


def _take(asking: Asking, upload: Upload) -> None:
    """Append the body, where it belongs: one that does not say where begins at 0."""
    said = _CONTENT_RANGE.fullmatch(asking.request.header("Content-Range"))
    first, before = 0 if said is None else int(said[1]), len(upload.data)
    for piece in asking.request.chunks():
        if first != before:
            message = f"First byte of the layer part is {first} instead of {before}"
            there = _range(before)
            raise Unserved(416, "BLOB_UPLOAD_INVALID", message, range=there)
        upload.data += piece
    upload.parts.append(len(upload.data) - before)


def _finished(asking: Asking, upload: Upload, digest: str) -> Response:
    asking.allow("CompleteLayerUpload")
    _take(asking, upload)
    if not is_digest(digest) or digest != "sha256:" + hashlib.sha256(upload.data).hexdigest():
        raise Unserved(400, "DIGEST_INVALID", f"The uploaded bytes are not those of '{digest}'")
    blob = Blob(digest, len(upload.data), LAYER_TYPE, bytes(upload.data))
    with asking.world.lock:
        asking.repository.uploads.pop(upload.id, None)
        asking.repository.blobs.setdefault(digest, blob)
    return _created(asking, digest)


def _mounted(asking: Asking, digest: str, source: str) -> bool:
    """Mount where the account setting BLOB_MOUNTING says so; else the pusher uploads.

    Both repositories are encrypted alike, an image of the source has the blob and the key may
    download it there (ECR user guide, blob mounting; containers-roadmap #2860).
    """
    if not isinstance(asking.place, Registry):
        return False
    if not asking.key.may_call("ecr:GetDownloadUrlForLayer"):
        return False
    if asking.place.settings.account_settings["BLOB_MOUNTING"] != "ENABLED":
        return False
    other = asking.place.find(source)
    if other is None or other.encryption != asking.repository.encryption:
        return False
    blob = other.blobs.get(digest)
    if blob is None or not any(digest in image.layers for image in other.images):
        return False
    asking.repository.blobs[digest] = blob
    return True


def _object(asking: Asking, digest: str) -> LayerObject:
    if isinstance(asking.place, Gallery):
        return LayerObject(PUBLIC, asking.place.region, asking.name, digest)
    repository: Repository = asking.repository
    return LayerObject(repository.account, repository.region, repository.name, digest)


def _created(asking: Asking, digest: str) -> Response:
    location = f"/v2/{asking.name}/blobs/{digest}"
    return answer(201, location=location, docker_content_digest=digest)


def _accepted(asking: Asking, upload: Upload) -> Response:
    return _progress(202, asking, upload, 0)


def _progress(status: int, asking: Asking, upload: Upload, there: int) -> Response:
    return answer(
        status,
        location=f"http://{asking.place.host}/v2/{asking.name}/blobs/uploads/{upload.id}",
        docker_upload_uuid=upload.id,
        range=_range(there),
    )


def _range(there: int) -> str:
    return f"0-{max(0, there - 1)}"


def _unknown() -> Unserved:
    return Unserved(404, "BLOB_UNKNOWN", "blob unknown to registry")
