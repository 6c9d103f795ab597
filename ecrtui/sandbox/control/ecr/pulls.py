"""What a pull calls: tokens, manifests, layers."""

from __future__ import annotations

from ecrtui.sandbox.control.ecr.base import ecr
from ecrtui.sandbox.control.ecr.ids import NOT_FOUND, Failure, image_id, is_digest, look_up
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.distribution.presign import LayerObject, sign_layer_url
from ecrtui.sandbox.distribution.tokens import issue_token
from ecrtui.sandbox.pulls import record_pull
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.shelf import Blob, Image


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


@ecr.operation("BatchCheckLayerAvailability")
def batch_check_layer_availability(call: Call) -> Document:
    """Which layers are here."""
    return check_layers(call.repository, call.params["layerDigests"])


def check_layers(repository: Repository, digests: list[str]) -> Document:
    """Layers by digest, AVAILABLE or UNAVAILABLE; what is no digest is a failure."""
    layers, failures = [], []
    for digest in digests:
        blob = repository.blobs.get(digest)
        if not is_digest(digest):
            failures.append(
                {
                    "layerDigest": digest,
                    "failureCode": "InvalidLayerDigest",
                    "failureReason": "Invalid request parameters: layer digest is not a digest",
                }
            )
        elif blob is None:
            layers.append({"layerDigest": digest, "layerAvailability": "UNAVAILABLE"})
        else:
            layers.append(_layer(blob))
    return {"layers": layers, "failures": failures}


def _layer(blob: Blob) -> Document:
    return {
        "layerDigest": blob.digest,
        "layerAvailability": "AVAILABLE",
        "layerSize": blob.size,
        "mediaType": blob.media_type,
    }


@ecr.operation("GetDownloadUrlForLayer")
def get_download_url_for_layer(call: Call) -> Document:
    """A pre-signed URL for a layer, good for an hour of real time."""
    repository, digest = call.repository, call.params["layerDigest"]
    if digest not in repository.blobs:
        raise Refusal(
            "LayersNotFoundException",
            f"The layer with digest '{digest}' does not exist in the repository with name "
            f"'{repository.name}' in the registry with id '{repository.account}'",
        )
    layer = LayerObject(repository.account, repository.region, repository.name, digest)
    return {"downloadUrl": sign_layer_url(call.registry.host, layer), "layerDigest": digest}


@ecr.operation("GetAuthorizationToken")
def get_authorization_token(call: Call) -> Document:
    """A token for the registry API, good for twelve hours of real time."""
    token, ends = issue_token(call.key.id)
    registries = [
        call.world.registry(account, call.region)
        for account in call.params.get("registryIds", [call.key.account])
        if account in call.world.accounts
    ]
    return {
        "authorizationData": [
            {
                "authorizationToken": token,
                "expiresAt": ends,
                "proxyEndpoint": f"http://{registry.host}",
            }
            for registry in registries
        ]
    }
