"""Manifests by BatchGetImage. Reading one COUNTS AS A PULL: it moves lastRecordedPullTime."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from ecrtui.aws.calls import Calls
from ecrtui.errors import Corrupt, NotFound, RemoteError
from ecrtui.model.image import ImageId
from ecrtui.model.manifest import RawManifest

BATCH = 100
"""The most imageIds one call takes (service model)."""

MEDIA_TYPES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
    "application/vnd.oci.artifact.manifest.v1+json",
)


def read(calls: Calls, repository: str, ids: Sequence[ImageId]) -> list[RawManifest]:
    """The manifests of some images, in the order asked for, each verified by its digest."""
    found: dict[tuple[str, str], RawManifest] = {}
    for start in range(0, len(ids), BATCH):
        found.update(_batch(calls, repository, ids[start : start + BATCH]))
    return [_chosen(found, wanted, repository) for wanted in ids]


def _batch(
    calls: Calls, repository: str, ids: Sequence[ImageId]
) -> Iterator[tuple[tuple[str, str], RawManifest]]:
    answer = calls.call(
        "BatchGetImage",
        repositoryName=repository,
        imageIds=[identifier(wanted) for wanted in ids],
        acceptedMediaTypes=list(MEDIA_TYPES),
    )
    for image in answer.get("images", ()):
        name = image.get("imageId", {})
        body = image.get("imageManifest", "").encode()
        digest = name.get("imageDigest", "")
        if "sha256:" + hashlib.sha256(body).hexdigest() != digest:
            raise Corrupt(f"manifest {digest} of {repository}")
        manifest = RawManifest(digest, image.get("imageManifestMediaType", ""), body)
        yield (digest, ""), manifest
        yield ("", name.get("imageTag", "")), manifest
    for failure in answer.get("failures", ()):
        _refused(failure, repository)


def _refused(failure: dict[str, object], repository: str) -> None:
    """Anything but a missing image ends the reading; what is missing is named by `_chosen`."""
    code = str(failure.get("failureCode", ""))
    if code == "ImageInaccessible":
        title, reason = "The image is archived", str(failure.get("failureReason", ""))
        raise RemoteError(
            repository if reason.rstrip(".") in ("", title) else f"{repository}: {reason}",
            title=title,
            hint="Restore it first; its row and what refers to it can be seen all the same.",
        )
    if code not in ("ImageNotFound", "ImageTagDoesNotMatchDigest"):
        raise RemoteError(f"{repository}: {failure.get('failureReason', '')} ({code})")


def identifier(wanted: ImageId) -> dict[str, str]:
    """An ImageId as the API takes it: by digest where known, else by tag."""
    if wanted.image_digest:
        return {"imageDigest": wanted.image_digest}
    return {"imageTag": wanted.image_tag}


def _chosen(
    found: dict[tuple[str, str], RawManifest], wanted: ImageId, repository: str
) -> RawManifest:
    name = (wanted.image_digest, "" if wanted.image_digest else wanted.image_tag)
    if name not in found:
        raise NotFound(
            f"{repository} has no image {wanted}",
            hint="It may have been deleted meanwhile, or its tag has moved.",
        )
    return found[name]
