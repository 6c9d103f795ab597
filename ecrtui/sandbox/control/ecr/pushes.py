"""What a push calls: layer uploads and PutImage."""

from __future__ import annotations

import hashlib
import uuid

from ecrtui.sandbox.control.ecr import pulls
from ecrtui.sandbox.control.ecr.base import ecr
from ecrtui.sandbox.control.ecr.logged import logged
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.push import accept_manifest
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.registry import Repository, Upload
from ecrtui.sandbox.shelf import Blob

PART_SIZE = 20_971_520
SMALLEST_PART = 5_242_880
LAYER_TYPE = "application/vnd.docker.image.rootfs.diff.tar.gzip"


def initiate(repository: Repository) -> Document:
    """Begin an upload."""
    upload = Upload(str(uuid.uuid4()))
    repository.uploads[upload.id] = upload
    return {"uploadId": upload.id, "partSize": PART_SIZE}


@ecr.operation("InitiateLayerUpload")
def initiate_layer_upload(call: Call) -> Document:
    """Begin an upload."""
    return initiate(call.repository)


@ecr.operation("UploadLayerPart")
def upload_layer_part(call: Call) -> Document:
    """Take the next part of a layer."""
    return take_part(call.repository, call.params)


def take_part(repository: Repository, params: Document) -> Document:
    """Parts come in order and lie where they say."""
    upload = _upload(repository, params["uploadId"])
    first, last, data = params["partFirstByte"], params["partLastByte"], params["layerPartBlob"]
    if first != len(upload.data) or last - first + 1 != len(data):
        raise Refusal(
            "InvalidLayerPartException",
            f"Invalid layer part upload for upload with id '{upload.id}' in the repository with "
            f"name '{repository.name}' in the registry with id '{repository.account}'",
            registryId=repository.account,
            repositoryName=repository.name,
            uploadId=upload.id,
            lastValidByteReceived=len(upload.data) - 1,
        )
    upload.data += data
    upload.parts.append(len(data))
    return _of(repository) | {"uploadId": upload.id, "lastByteReceived": last}


@ecr.operation("CompleteLayerUpload")
def complete_layer_upload(call: Call) -> Document:
    """End an upload."""
    return complete(call.repository, call.params)


def complete(repository: Repository, params: Document) -> Document:
    """The bytes become a layer if their digest is the one announced."""
    upload = _upload(repository, params["uploadId"])
    digest = _checked_digest(upload, params["layerDigests"])
    if digest in repository.blobs:
        raise Refusal(
            "LayerAlreadyExistsException",
            f"Layer with digest '{digest}' already exists in the repository with name "
            f"'{repository.name}' in the registry with id '{repository.account}'",
        )
    del repository.uploads[upload.id]
    repository.blobs[digest] = Blob(digest, len(upload.data), LAYER_TYPE, bytes(upload.data))
    return _of(repository) | {"uploadId": upload.id, "layerDigest": digest}


@ecr.operation("PutImage")
@logged("PutImage")
def put_image(call: Call) -> Document:
    """Put a manifest, under a tag if one is given."""
    return put(call.repository, call)


def put(repository: Repository, call: Call) -> Document:
    """Put a manifest into a repository, private or public."""
    params, tag = call.params, call.params.get("imageTag")
    image = accept_manifest(
        repository,
        params["imageManifest"].encode(),
        params.get("imageManifestMediaType"),
        now=call.now,
        tag=tag,
        digest=params.get("imageDigest"),
    )
    return {"image": pulls.describe(repository, image, {"imageTag": tag} if tag else {})}


def _of(repository: Repository) -> Document:
    return {"registryId": repository.account, "repositoryName": repository.name}


def _upload(repository: Repository, upload_id: str) -> Upload:
    found = repository.uploads.get(upload_id)
    if found is None:
        raise Refusal(
            "UploadNotFoundException",
            f"Upload with id '{upload_id}' could not be found for the repository with name "
            f"'{repository.name}' in the registry with id '{repository.account}'",
        )
    return found


def _checked_digest(upload: Upload, announced: list[str]) -> str:
    if not upload.data:
        raise Refusal("EmptyUploadException", "The upload does not contain any layer parts")
    if any(size < SMALLEST_PART for size in upload.parts[:-1]):
        raise Refusal(
            "LayerPartTooSmallException",
            f"Layer parts must be at least {SMALLEST_PART} bytes in size",
        )
    digest = "sha256:" + hashlib.sha256(upload.data).hexdigest()
    if announced != [digest]:
        raise Refusal(
            "InvalidLayerException",
            f"The layer's digest is '{digest}', not '{', '.join(announced)}' as provided",
        )
    return digest
