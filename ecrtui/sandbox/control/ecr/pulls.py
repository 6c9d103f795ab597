"""What a pull calls: tokens, manifests, layers."""

from __future__ import annotations

from ecrtui.sandbox.control.ecr.base import ecr
from ecrtui.sandbox.control.ecr.ids import NOT_FOUND, Failure, image_id, look_up
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.pulls import record_pull
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.shelf import Image


@ecr.operation("BatchGetImage")
def batch_get_image(call: Call) -> Document:
    """Manifests by id; each one counts as a pull."""
    repository, registry = call.repository, call.registry
    accepted = call.params.get("acceptedMediaTypes")
    images, failures = [], []
    for asked in call.params["imageIds"]:
        found = _pullable(repository, asked, accepted)
        if isinstance(found, Failure):
            failures.append(found.document(asked))
            continue
        record_pull(registry, found, call.key.arn, call.now)
        images.append(describe(repository, found, asked))
    return {"images": images, "failures": failures}


def describe(repository: Repository, image: Image, asked: Document) -> Document:
    """The Image document: a manifest with its id."""
    return {
        "registryId": repository.account,
        "repositoryName": repository.name,
        "imageId": image_id(image, asked),
        "imageManifest": image.read_manifest().decode(),
        "imageManifestMediaType": image.media_type,
    }


def _pullable(
    repository: Repository, asked: Document, accepted: list[str] | None
) -> Image | Failure:
    found = look_up(repository, asked)
    if isinstance(found, Failure):
        return found
    if found.status != "ACTIVE":
        return Failure("ImageInaccessible", f"The image is {found.status.lower()}")
    if accepted is not None and found.media_type not in accepted:
        return NOT_FOUND
    return found
