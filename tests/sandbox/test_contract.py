"""The same assertions against the sandbox and against moto, for what moto does right.

moto's digests, sizes, paging, media types, layer checks and its error for an immutable tag (the
model has ImageTagAlreadyExistsException for it) are known to be wrong; nothing of that is
asserted here. Where both agree, neither is a private invention.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.clients import ONCE, client, code

NAME = {"repositoryName": "team/app"}
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "read",
                "Effect": "Allow",
                "Principal": "*",
                "Action": ["ecr:BatchGetImage"],
            }
        ],
    }
)
LIFECYCLE = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "description": "one",
                "selection": {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": 14,
                },
                "action": {"type": "expire"},
            }
        ]
    }
)


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["sandbox", "moto"])
def ecr(request: pytest.FixtureRequest) -> Any:
    if request.param == "sandbox":
        request.getfixturevalue("sandbox")
        return client("ecr")
    endpoint = request.getfixturevalue("moto")
    import urllib3

    urllib3.request("POST", f"{endpoint}/moto-api/reset")
    return boto3.client(
        "ecr",
        endpoint_url=endpoint,
        region_name=worlds.REGION,
        aws_access_key_id="AKIAEXAMPLE",
        aws_secret_access_key="any",
        config=ONCE,
    )


def refused(call: Any, **arguments: Any) -> str:
    with pytest.raises(Exception, match="An error occurred") as caught:
        call(**arguments)
    return code(caught.value)


def test_a_repositorys_life(ecr: Any) -> None:
    made = ecr.create_repository(**NAME, tags=[{"Key": "team", "Value": "a"}])["repository"]
    assert made["imageTagMutability"] == "MUTABLE"
    assert made["encryptionConfiguration"] == {"encryptionType": "AES256"}
    assert made["imageScanningConfiguration"] == {"scanOnPush": False}
    assert refused(ecr.create_repository, **NAME) == "RepositoryAlreadyExistsException"
    (row,) = ecr.describe_repositories()["repositories"]
    assert row == made
    assert ecr.describe_repositories(repositoryNames=["team/app"])["repositories"] == [made]
    assert ecr.delete_repository(**NAME)["repository"]["repositoryName"] == "team/app"
    assert refused(ecr.describe_repositories, repositoryNames=["team/app"]) == (
        "RepositoryNotFoundException"
    )


def test_what_is_missing_is_said_in_the_same_words(ecr: Any) -> None:
    def sentence(call: Any, **arguments: Any) -> str:
        with pytest.raises(ecr.exceptions.ClientError) as caught:
            call(**arguments)
        message = str(caught.value.response["Error"]["Message"])
        return message.replace("123456789012", "0").replace(worlds.ACCOUNT, "0")

    where = "in the registry with id '0'"
    lost = f"The repository with name 'team/app' does not exist {where}"
    assert sentence(ecr.list_images, **NAME) == lost
    assert sentence(ecr.delete_repository, **NAME) == lost
    ecr.create_repository(**NAME)
    named = f"for the repository with name 'team/app' {where}"
    assert sentence(ecr.get_lifecycle_policy, **NAME) == f"Lifecycle policy does not exist {named}"
    assert sentence(ecr.get_repository_policy, **NAME) == (
        f"Repository policy does not exist {named}"
    )
    assert sentence(ecr.get_registry_policy) == f"Registry policy does not exist {where}"


def test_resource_tags(ecr: Any) -> None:
    arn = ecr.create_repository(**NAME)["repository"]["repositoryArn"]
    ecr.tag_resource(resourceArn=arn, tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    ecr.tag_resource(resourceArn=arn, tags=[{"Key": "a", "Value": "3"}])
    ecr.untag_resource(resourceArn=arn, tagKeys=["b"])
    assert ecr.list_tags_for_resource(resourceArn=arn)["tags"] == [{"Key": "a", "Value": "3"}]


def test_policies_are_kept(ecr: Any) -> None:
    ecr.create_repository(**NAME)
    ecr.set_repository_policy(**NAME, policyText=POLICY)
    assert json.loads(ecr.get_repository_policy(**NAME)["policyText"]) == json.loads(POLICY)
    ecr.delete_repository_policy(**NAME)
    assert refused(ecr.delete_repository_policy, **NAME) == "RepositoryPolicyNotFoundException"
    ecr.put_lifecycle_policy(**NAME, lifecyclePolicyText=LIFECYCLE)
    kept = ecr.get_lifecycle_policy(**NAME)["lifecyclePolicyText"]
    assert json.loads(kept) == json.loads(LIFECYCLE)
    ecr.delete_lifecycle_policy(**NAME)
    assert refused(ecr.get_lifecycle_policy, **NAME) == "LifecyclePolicyNotFoundException"


@pytest.mark.parametrize("text", ["{}" + " " * 100, "[" + " " * 100, LIFECYCLE.replace("14", "0")])
def test_a_bad_lifecycle_policy_is_refused(ecr: Any, text: str) -> None:
    ecr.create_repository(**NAME)
    assert refused(ecr.put_lifecycle_policy, **NAME, lifecyclePolicyText=text) == (
        "InvalidParameterException"
    )


def test_mutability_with_exclusions_is_kept(ecr: Any) -> None:
    ecr.create_repository(**NAME)
    filters = [{"filterType": "WILDCARD", "filter": "dev-*"}]
    ecr.put_image_tag_mutability(
        **NAME,
        imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters=filters,
    )
    (row,) = ecr.describe_repositories()["repositories"]
    assert row["imageTagMutability"] == "IMMUTABLE_WITH_EXCLUSION"
    assert row["imageTagMutabilityExclusionFilters"] == filters


def test_scanning_configurations_are_kept(ecr: Any) -> None:
    ecr.create_repository(**NAME)
    rule = {
        "scanFrequency": "SCAN_ON_PUSH",
        "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}],
    }
    ecr.put_registry_scanning_configuration(scanType="BASIC", rules=[rule])
    told = ecr.get_registry_scanning_configuration()["scanningConfiguration"]
    assert told == {"scanType": "BASIC", "rules": [rule]}
    ecr.put_image_scanning_configuration(**NAME, imageScanningConfiguration={"scanOnPush": True})
    (row,) = ecr.describe_repositories()["repositories"]
    assert row["imageScanningConfiguration"] == {"scanOnPush": True}


def test_layers_are_uploaded_in_parts(ecr: Any) -> None:
    ecr.create_repository(**NAME)
    data, digest = b"some bytes", worlds.digest_of(b"some bytes")
    begun = {"uploadId": ecr.initiate_layer_upload(**NAME)["uploadId"]}
    part = {"partFirstByte": 0, "partLastByte": len(data) - 1, "layerPartBlob": data}
    assert ecr.upload_layer_part(**NAME, **begun, **part)["lastByteReceived"] == len(data) - 1
    told = ecr.complete_layer_upload(**NAME, **begun, layerDigests=[digest])
    assert told["layerDigest"] == digest
    (layer,) = ecr.batch_check_layer_availability(**NAME, layerDigests=[digest])["layers"]
    assert (layer["layerAvailability"], layer["layerSize"]) == ("AVAILABLE", len(data))


def test_failures_of_batches(ecr: Any) -> None:
    ecr.create_repository(**NAME)
    for operation in (ecr.batch_get_image, ecr.batch_delete_image):
        (failure,) = operation(**NAME, imageIds=[{"imageTag": "none"}])["failures"]
        assert failure["failureCode"] == "ImageNotFound"
        assert failure["failureReason"] == "Requested image not found"
        assert failure["imageId"] == {"imageTag": "none"}


def test_an_image_that_is_not_there(ecr: Any) -> None:
    ecr.create_repository(**NAME)
    assert refused(ecr.describe_images, **NAME, imageIds=[{"imageTag": "none"}]) == (
        "ImageNotFoundException"
    )


def push(ecr: Any, tag: str, config: bytes = b"{}") -> str:
    """Put an image of one config; moto believes the digest it is given, so it is given."""
    described = {
        "mediaType": worlds.OCI_CONFIG,
        "digest": worlds.digest_of(config),
        "size": len(config),
    }
    begun = {"uploadId": ecr.initiate_layer_upload(**NAME)["uploadId"]}
    part = {"partFirstByte": 0, "partLastByte": len(config) - 1, "layerPartBlob": config}
    ecr.upload_layer_part(**NAME, **begun, **part)
    ecr.complete_layer_upload(**NAME, **begun, layerDigests=[described["digest"]])
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": worlds.OCI_IMAGE,
            "config": described,
            "layers": [],
        }
    )
    digest = worlds.digest_of(manifest.encode())
    answer = ecr.put_image(**NAME, imageManifest=manifest, imageTag=tag, imageDigest=digest)
    assert answer["image"]["imageId"] == {"imageDigest": digest, "imageTag": tag}
    return digest


def test_an_images_life(ecr: Any) -> None:
    ecr.create_repository(**NAME)
    digest = push(ecr, "v1")
    both = {"imageDigest": digest, "imageTag": "v1"}
    assert ecr.list_images(**NAME)["imageIds"] == [both]
    assert ecr.list_images(**NAME, filter={"tagStatus": "UNTAGGED"})["imageIds"] == []
    (row,) = ecr.describe_images(**NAME, imageIds=[{"imageTag": "v1"}])["imageDetails"]
    assert (row["imageDigest"], row["imageTags"]) == (digest, ["v1"])
    (got,) = ecr.batch_get_image(**NAME, imageIds=[{"imageDigest": digest}])["images"]
    assert worlds.digest_of(got["imageManifest"].encode()) == digest
    assert refused(ecr.delete_repository, **NAME) == "RepositoryNotEmptyException"
    assert ecr.batch_delete_image(**NAME, imageIds=[both])["imageIds"] == [both]
    assert ecr.list_images(**NAME)["imageIds"] == []
    ecr.delete_repository(**NAME)


def test_a_tag_moves(ecr: Any) -> None:
    ecr.create_repository(**NAME)
    push(ecr, "latest")
    second = push(ecr, "latest", b"{ }")
    (tagged,) = ecr.list_images(**NAME, filter={"tagStatus": "TAGGED"})["imageIds"]
    assert tagged == {"imageDigest": second, "imageTag": "latest"}


def test_findings_of_a_scan(ecr: Any) -> None:
    ecr.create_repository(**NAME)
    digest = push(ecr, "v1")
    one = {**NAME, "imageId": {"imageTag": "v1"}}
    assert refused(ecr.describe_image_scan_findings, **one) == "ScanNotFoundException"
    assert ecr.start_image_scan(**one)["imageId"]["imageDigest"] == digest


def test_token_and_endpoint(ecr: Any) -> None:
    (data,) = ecr.get_authorization_token()["authorizationData"]
    assert data["authorizationToken"]
    assert data["proxyEndpoint"].startswith("http")


def test_the_registrys_replication_is_empty_at_first(ecr: Any) -> None:
    assert ecr.describe_registry()["replicationConfiguration"] == {"rules": []}


def test_the_sandbox_is_what_the_first_parameter_means(sandbox: Sandbox) -> None:
    """Guards the fixture: a client without an endpoint of its own reaches the sandbox."""
    assert client("ecr").meta.endpoint_url == sandbox.endpoint
