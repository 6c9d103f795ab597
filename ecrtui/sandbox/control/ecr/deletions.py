"""Removing images and tags, and moving images to and from the archive."""

from __future__ import annotations

from collections.abc import Callable

from ecrtui.sandbox.control.ecr.base import ecr
from ecrtui.sandbox.control.ecr.ids import Failure, image_id, look_up, the_image
from ecrtui.sandbox.control.ecr.logged import logged
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.shelf import Image

RESTORE_SECONDS = 5.0
"""How long an image is ACTIVATING here; AWS says up to 20 minutes."""


@ecr.operation("BatchDeleteImage")
@logged("BatchDeleteImage")
def batch_delete_image(call: Call) -> Document:
    """Delete images by digest, tags by tag; an image goes with its last tag."""
    return delete_images(call.repository, call.params["imageIds"])


def delete_images(repository: Repository, asked: list[Document]) -> Document:
    """Delete what each id means, in order; answers the ids that went and the failures."""
    gone: list[Document] = []
    failures: list[Document] = []
    for each in asked:
        found = look_up(repository, each)
        if isinstance(found, Failure):
            failures.append(found.document(each))
        elif (parents := repository.images.indexes_over(found.digest)) and _goes(found, each):
            failures.append(_held(parents).document(each))
        elif "imageTag" in each:
            gone.append(_untag(repository, found, each["imageTag"]))
        else:
            gone += _delete(repository, found)
    return {"imageIds": gone, "failures": failures}


def _goes(image: Image, asked: Document) -> bool:
    """Whether the image itself would be deleted, not only one of its tags."""
    return "imageTag" not in asked or len(image.tags) == 1


def _untag(repository: Repository, image: Image, tag: str) -> Document:
    repository.images.untag(tag)
    if not image.tags:
        repository.images.remove(image.digest)
    return image_id(image, {"imageTag": tag})


def _held(parents: list[Image]) -> Failure:
    digests = ", ".join(parent.digest for parent in parents)
    return Failure(
        "ImageReferencedByManifestList",
        f"Requested image referenced by manifest list: [{digests}]",
    )


def _delete(repository: Repository, image: Image) -> list[Document]:
    tags = sorted(image.tags)
    repository.images.remove(image.digest)
    if not tags:
        return [{"imageDigest": image.digest}]
    return [{"imageDigest": image.digest, "imageTag": tag} for tag in tags]


@ecr.operation("UpdateImageStorageClass")
def update_image_storage_class(call: Call) -> Document:
    """Archive an image at once, or restore it after a while of ACTIVATING."""
    repository = call.repository
    image = the_image(repository, call.params["imageId"])
    archive = call.params["targetStorageClass"] == "ARCHIVE"
    if archive and image.status != "ARCHIVED":
        image.status, image.last_archived_at = "ARCHIVED", call.now
    elif not archive and image.status == "ARCHIVED":
        image.status = "ACTIVATING"
        call.world.later(RESTORE_SECONDS, _activation(call, image))
    return {
        "registryId": repository.account,
        "repositoryName": repository.name,
        "imageId": image_id(image, call.params["imageId"]),
        "imageStatus": image.status,
    }


def _activation(call: Call, image: Image) -> Callable[[], None]:
    def activate() -> None:
        if image.status == "ACTIVATING":
            image.status, image.last_activated_at = "ACTIVE", call.now

    return activate
