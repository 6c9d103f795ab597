"""Every reading operation answers, and every answer is of the service model's shape."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ecrtui.sandbox.control.dispatch import SERVICES
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Scan
from tests import worlds
from tests.sandbox.clients import client

POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})
LIFECYCLE = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "description": "keep two",
                "selection": {
                    "tagStatus": "any",
                    "countType": "imageCountMoreThan",
                    "countNumber": 2,
                },
                "action": {"type": "expire"},
            }
        ]
    }
)
BACKFILL = "0f8fad5b-d9cb-469f-a165-70867728950e"
ROLE = f"arn:aws:iam::{worlds.ACCOUNT}:role/scanner"
READS = ("Describe", "Get", "List", "Batch")


@pytest.mark.parametrize("service", ["ecr", "ecr-public"])
def test_every_read_operation_of_the_model_is_imitated(service: str) -> None:
    imitated = SERVICES[service][0]
    reads = {name for name in imitated.model.operation_names if name.startswith(READS)}
    assert reads - imitated.operations.keys() == set()


def test_nothing_is_imitated_that_the_model_does_not_have() -> None:
    for service, _ in SERVICES.values():
        assert service.operations.keys() - set(service.model.operation_names) == set()


def arguments(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    """What each reading operation is called with, in a world where each has something to say."""
    registry = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION)
    repository = next(iter(registry.repositories.values()))
    images = list(repository.images)
    tagged = next(image for image in images if image.tags and image.status == "ACTIVE")
    subject = next(image.subject for image in images if image.subject)
    tagged.scan = Scan(
        completed_at=1.0,
        source_updated_at=2.0,
        findings=[{"name": "CVE-1", "severity": "HIGH", "attributes": [{"key": "a"}]}] * 3,
    )
    repository.lifecycle_policy, repository.policy = LIFECYCLE, POLICY
    repository.lifecycle_evaluated_at = 3.0
    repository.tags = {"team": "shop"}
    settings = registry.settings
    settings.policy = POLICY
    settings.signing = {
        "rules": [
            {"signingProfileArn": "arn:aws:signer:eu-west-1:111122223333:/signing-profiles/ours"}
        ]
    }
    target = {"region": worlds.OTHER_REGION, "registryId": worlds.ACCOUNT}
    settings.replication = [{"destinations": [target]}]
    settings.exclusions[ROLE] = 1.0
    settings.pull_through["quay"] = {"ecrRepositoryPrefix": "quay", "createdAt": 1.0}
    settings.templates["ROOT"] = {"prefix": "ROOT", "appliedFor": ["REPLICATION"]}
    settings.backfills[BACKFILL] = {
        "replicationBackfillId": BACKFILL,
        "destination": target,
        "status": "COMPLETE",
        "startedAt": 1.0,
        "results": [
            {
                "repositoryName": repository.name,
                "imageId": {"imageDigest": tagged.digest},
                "status": "COMPLETE",
            }
        ],
    }
    name = {"repositoryName": repository.name}
    image_id = {"imageDigest": tagged.digest}
    one = {**name, "imageId": image_id}
    ids = {**name, "imageIds": [image_id, {"imageTag": "no-such-tag"}]}
    layer = next(iter(repository.blobs))
    return {
        "BatchCheckLayerAvailability": {**name, "layerDigests": [layer, "sha256:00", "none"]},
        "BatchGetImage": ids,
        "BatchGetRepositoryScanningConfiguration": {"repositoryNames": [repository.name, "aaa"]},
        "BatchDeleteImage": {**name, "imageIds": [{"imageTag": "no-such-tag"}]},
        "DescribeImageReplicationStatus": one,
        "DescribeImageScanFindings": one,
        "DescribeImageSigningStatus": one,
        "DescribeImages": {**name, "filter": {"imageStatus": "ANY"}},
        "DescribeReplicationBackfillResults": {"replicationBackfillId": BACKFILL},
        "GetAccountSetting": {"name": "BLOB_MOUNTING"},
        "GetDownloadUrlForLayer": {**name, "layerDigest": layer},
        "GetLifecyclePolicy": name,
        "GetRepositoryPolicy": name,
        "ListImageReferrers": {**name, "subjectId": {"imageDigest": subject}},
        "ListImages": name,
        "ListTagsForResource": {"resourceArn": repository.arn},
    }


def test_every_read_answers_in_the_models_shape(busy_sandbox: Sandbox) -> None:
    ecr, calls = client("ecr"), arguments(busy_sandbox)
    model = ecr.meta.service_model
    reads = {name for name in model.operation_names if name.startswith(READS)}
    for name in sorted(reads - {"GetLifecyclePolicyPreview"}):
        answer = ecr._make_api_call(name, calls.get(name, {}))
        answer.pop("ResponseMetadata")
        assert answer, name
        told = [value for value in answer.values() if isinstance(value, list)]
        assert not told or any(told), f"{name} had nothing to tell: the test proves nothing"


def test_a_lifecycle_preview_runs_and_ends(busy_sandbox: Sandbox) -> None:
    ecr = client("ecr")
    name = next(iter(busy_sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).repositories))
    with pytest.raises(ecr.exceptions.LifecyclePolicyPreviewNotFoundException):
        ecr.get_lifecycle_policy_preview(repositoryName=name)
    started = ecr.start_lifecycle_policy_preview(repositoryName=name, lifecyclePolicyText=LIFECYCLE)
    assert started["status"] == "IN_PROGRESS"
    with pytest.raises(ecr.exceptions.LifecyclePolicyPreviewInProgressException):
        ecr.start_lifecycle_policy_preview(repositoryName=name, lifecyclePolicyText=LIFECYCLE)
    waiter = ecr.get_waiter("lifecycle_policy_preview_complete")
    waiter.wait(repositoryName=name, WaiterConfig={"Delay": 0.3, "MaxAttempts": 20})
    pages = ecr.get_paginator("get_lifecycle_policy_preview").paginate(
        repositoryName=name, PaginationConfig={"PageSize": 7}
    )
    results = [row for page in pages for row in page["previewResults"]]
    shelf = busy_sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get(name).images
    children = {child for image in shelf for child in image.children}
    own = [each for each in shelf if each.digest not in children and each.subject is None]
    active = [each for each in own if each.status == "ACTIVE"]
    kept = sorted(active, key=lambda image: (image.pushed_at, image.digest))[-2:]
    assert {row["imageDigest"] for row in results} == {image.digest for image in active} - {
        image.digest for image in kept
    }


def test_ecr_public_answers_in_the_models_shape(sandbox: Sandbox) -> None:
    public = client("ecr-public", region="us-east-1")
    made = public.create_repository(repositoryName="tools/one", catalogData={"description": "d"})
    registry = sandbox.world.public.registries[worlds.ACCOUNT]
    image = worlds.add_image(registry.repositories["tools/one"], tags={"1", "2"})
    assert (
        made["repository"]["repositoryUri"]
        == public.describe_repositories()["repositories"][0]["repositoryUri"]
    )
    assert public.describe_registries()["registries"][0]["aliases"][0]["name"] == registry.alias
    assert public.describe_images(repositoryName="tools/one")["imageDetails"][0]["imageTags"] == [
        "1",
        "2",
    ]
    tags = public.describe_image_tags(repositoryName="tools/one")["imageTagDetails"]
    assert [row["imageTag"] for row in tags] == ["1", "2"]
    assert {row["imageDetail"]["imageDigest"] for row in tags} == {image.digest}
    catalog = public.get_repository_catalog_data(repositoryName="tools/one")
    assert catalog["catalogData"]["description"] == "d"
    assert public.get_registry_catalog_data()["registryCatalogData"] == {}
    assert public.get_authorization_token()["authorizationData"]["authorizationToken"]
    arn = made["repository"]["repositoryArn"]
    assert public.list_tags_for_resource(resourceArn=arn)["tags"] == []
    with pytest.raises(public.exceptions.RepositoryPolicyNotFoundException):
        public.get_repository_policy(repositoryName="tools/one")


def test_an_operation_not_imitated_is_refused_in_aws_form(sandbox: Sandbox) -> None:
    account = client("account")
    with pytest.raises(account.exceptions.ClientError, match="does not imitate") as caught:
        account.get_contact_information()
    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    s3 = client("s3")
    with pytest.raises(s3.exceptions.ClientError):
        s3.list_buckets()
