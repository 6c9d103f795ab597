"""Image ids: which image a digest, a tag or both of them mean."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ecrtui.sandbox.control.service import Document
from ecrtui.sandbox.refusal import image_not_found, invalid_parameter
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.shelf import Image

_DIGEST = re.compile(r"[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+")


@dataclass(frozen=True)
class Failure:
    """Why an image id means nothing here: an ImageFailureCode and its sentence."""

    code: str
    reason: str

    def document(self, image_id: Document) -> Document:
        """The ImageFailure document for a batch's `failures`."""
        return {"imageId": image_id, "failureCode": self.code, "failureReason": self.reason}


NOT_FOUND = Failure("ImageNotFound", "Requested image not found")


def look_up(repository: Repository, image_id: Document) -> Image | Failure:
    """The image an id means, or why there is none."""
    digest, tag = image_id.get("imageDigest"), image_id.get("imageTag")
    if digest is None and tag is None:
        return Failure(
            "MissingDigestAndTag", "Invalid request parameters: both tag and digest cannot be null"
        )
    if digest is not None and not is_digest(digest):
        return Failure(
            "InvalidImageDigest",
            "Invalid request parameters: image digest should satisfy the regex "
            f"'{_DIGEST.pattern}'",
        )
    by_tag = None if tag is None else repository.images.by_tag(tag)
    if digest is None:
        return by_tag or NOT_FOUND
    image = repository.images.by_digest(digest)
    if tag is not None and image is not None and by_tag is not image:
        return Failure(
            "ImageTagDoesNotMatchDigest", "The image tag does not match the image digest"
        )
    return image or NOT_FOUND


def the_image(repository: Repository, image_id: Document) -> Image:
    """The one image an operation is about; refuses when there is none."""
    found = look_up(repository, image_id)
    if isinstance(found, Image):
        return found
    if found.code in ("MissingDigestAndTag", "InvalidImageDigest"):
        raise invalid_parameter(found.reason)
    raise image_not_found(image_id, repository.name, repository.account)


def is_digest(text: str) -> bool:
    """Whether this is written like a digest at all."""
    return _DIGEST.fullmatch(text) is not None


def image_id(image: Image, asked: Document | None = None) -> Document:
    """The ImageIdentifier of an image: its digest, and the tag it was asked by."""
    tag = (asked or {}).get("imageTag")
    return {"imageDigest": image.digest} | ({"imageTag": tag} if tag else {})
