"""PutImage and layer uploads: what is checked, and in which words it is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.clients import client

NAME = {"repositoryName": "team/app"}


@pytest.fixture
def ecr(sandbox: Sandbox) -> Any:
    return client("ecr")


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, "team/app")


def upload(ecr: Any, data: bytes) -> dict[str, Any]:
    begun = ecr.initiate_layer_upload(**NAME)
    half = max(len(data) // 2, 1) if len(data) > begun["partSize"] else len(data)
    for start in range(0, len(data), half):
        part = data[start : start + half]
        ecr.upload_layer_part(
            **NAME,
            uploadId=begun["uploadId"],
            partFirstByte=start,
            partLastByte=start + len(part) - 1,
            layerPartBlob=part,
        )
    digest = worlds.digest_of(data)
    ecr.complete_layer_upload(**NAME, uploadId=begun["uploadId"], layerDigests=[digest])
    return {"mediaType": worlds.OCI_LAYER, "digest": digest, "size": len(data)}


def manifest(config: dict[str, Any], *layers: dict[str, Any], **more: Any) -> str:
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": worlds.OCI_IMAGE,
            "config": {**config, "mediaType": worlds.OCI_CONFIG},
            "layers": layers,
            **more,
        }
    )


def test_a_pushed_image_is_there_at_once_and_its_bytes_are_the_same(
    ecr: Any, repository: Repository, sandbox: Sandbox
) -> None:
    config, layer = upload(ecr, b"{}"), upload(ecr, bytes(6 << 20))
    text = manifest(config, layer)
    ecr.put_image(**NAME, imageManifest=text, imageTag="v1")
    (row,) = ecr.describe_images(**NAME)["imageDetails"]
    assert row["imageDigest"] == worlds.digest_of(text.encode())
    assert row["imageTags"] == ["v1"]
    assert row["imageSizeInBytes"] == config["size"] + layer["size"]
    assert row["imagePushedAt"].timestamp() == pytest.approx(sandbox.world.clock.now(), abs=5)
    assert row["artifactMediaType"] == worlds.OCI_CONFIG
    assert repository.blobs[layer["digest"]].read() == bytes(6 << 20)


def test_layers_and_children_must_be_there(ecr: Any, repository: Repository) -> None:
    config = upload(ecr, b"{}")
    missing: dict[str, Any] = {
        "mediaType": worlds.OCI_LAYER,
        "digest": "sha256:" + "1" * 64,
        "size": 1,
    }
    with pytest.raises(ecr.exceptions.LayersNotFoundException, match=missing["digest"]):
        ecr.put_image(**NAME, imageManifest=manifest(config, missing))
    index = {"schemaVersion": 2, "mediaType": worlds.OCI_INDEX, "manifests": [missing]}
    with pytest.raises(ecr.exceptions.ReferencedImagesNotFoundException):
        ecr.put_image(**NAME, imageManifest=json.dumps(index))
    assert len(repository.images) == 0


def test_the_same_image_twice_is_refused_and_another_tag_is_not(
    ecr: Any, repository: Repository
) -> None:
    text = manifest(upload(ecr, b"{}"))
    ecr.put_image(**NAME, imageManifest=text, imageTag="a")
    for tag in ({"imageTag": "a"}, {}):
        with pytest.raises(ecr.exceptions.ImageAlreadyExistsException):
            ecr.put_image(**NAME, imageManifest=text, **tag)
    ecr.put_image(**NAME, imageManifest=text, imageTag="b")
    (row,) = ecr.describe_images(**NAME)["imageDetails"]
    assert row["imageTags"] == ["a", "b"]


def test_a_moved_tag_leaves_its_image_untagged(ecr: Any, repository: Repository) -> None:
    one, two = (manifest(upload(ecr, data)) for data in (b"{}", b"{ }"))
    for text in (one, two):
        ecr.put_image(**NAME, imageManifest=text, imageTag="latest")
    rows = {row["imageDigest"]: row for row in ecr.describe_images(**NAME)["imageDetails"]}
    assert "imageTags" not in rows[worlds.digest_of(one.encode())]
    assert rows[worlds.digest_of(two.encode())]["imageTags"] == ["latest"]


@pytest.mark.parametrize(
    ("mutability", "tag", "moves"),
    [
        ("MUTABLE", "v1", True),
        ("IMMUTABLE", "v1", False),
        ("IMMUTABLE_WITH_EXCLUSION", "v1", False),
        ("IMMUTABLE_WITH_EXCLUSION", "dev-1", True),
        ("MUTABLE_WITH_EXCLUSION", "v1", True),
        ("MUTABLE_WITH_EXCLUSION", "dev-1", False),
    ],
)
def test_tag_mutability(
    ecr: Any, repository: Repository, mutability: str, tag: str, moves: bool
) -> None:
    filters = {
        "imageTagMutabilityExclusionFilters": [{"filterType": "WILDCARD", "filter": "dev-*"}]
    }
    given = filters if mutability.endswith("EXCLUSION") else {}
    ecr.put_image_tag_mutability(**NAME, imageTagMutability=mutability, **given)
    ecr.put_image(**NAME, imageManifest=manifest(upload(ecr, b"{}")), imageTag=tag)
    second = manifest(upload(ecr, b"{ }"))
    if moves:
        ecr.put_image(**NAME, imageManifest=second, imageTag=tag)
    else:
        with pytest.raises(ecr.exceptions.ImageTagAlreadyExistsException, match="immutable"):
            ecr.put_image(**NAME, imageManifest=second, imageTag=tag)


@pytest.mark.parametrize("text", ["\0", "not json", "[]", "{}", '{"mediaType": 5}'])
def test_what_is_no_manifest_is_refused(ecr: Any, repository: Repository, text: str) -> None:
    with pytest.raises(ecr.exceptions.InvalidParameterException):
        ecr.put_image(**NAME, imageManifest=text)


def test_a_wrong_digest_is_refused(ecr: Any, repository: Repository) -> None:
    text = manifest(upload(ecr, b"{}"))
    with pytest.raises(ecr.exceptions.ImageDigestDoesNotMatchException):
        ecr.put_image(**NAME, imageManifest=text, imageDigest="sha256:" + "2" * 64)


def test_uploads_are_checked(ecr: Any, repository: Repository) -> None:
    begun = {"uploadId": ecr.initiate_layer_upload(**NAME)["uploadId"]}
    with pytest.raises(ecr.exceptions.EmptyUploadException):
        ecr.complete_layer_upload(**NAME, **begun, layerDigests=["sha256:00"])
    part = {"partFirstByte": 5, "partLastByte": 9, "layerPartBlob": b"12345"}
    with pytest.raises(ecr.exceptions.InvalidLayerPartException) as caught:
        ecr.upload_layer_part(**NAME, **begun, **part)
    assert caught.value.response["lastValidByteReceived"] == -1
    part |= {"partFirstByte": 0, "partLastByte": 4}
    ecr.upload_layer_part(**NAME, **begun, **part)
    with pytest.raises(ecr.exceptions.InvalidLayerException):
        ecr.complete_layer_upload(**NAME, **begun, layerDigests=["sha256:00"])
    unknown = {"uploadId": "0f8fad5b-d9cb-469f-a165-70867728950e"}
    with pytest.raises(ecr.exceptions.UploadNotFoundException):
        ecr.upload_layer_part(**NAME, **unknown, **part)
    upload(ecr, b"12345")
    with pytest.raises(ecr.exceptions.LayerAlreadyExistsException):
        upload(ecr, b"12345")
