"""Backfills, what ECR Public changes, roles and quotas, as an SDK sees them."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from ecrtui.sandbox.control.ecr import backfills
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.clients import client

THERE = {"region": worlds.OTHER_REGION, "registryId": worlds.OTHER_ACCOUNT}
_PATIENCE = 30.0


def ended(ecr: Any, identity: str) -> Any:
    """The backfill once it no longer runs."""
    ends = time.monotonic() + _PATIENCE
    while True:
        found = ecr.describe_replication_backfill_results(replicationBackfillId=identity)
        if found["status"] not in ("PREPARING", "IN_PROGRESS", "STOPPING"):
            return found
        assert time.monotonic() < ends, found
        time.sleep(0.05)


@pytest.fixture
def replicated(sandbox: Sandbox) -> Any:
    """A client of a registry whose rules copy one repository of two."""
    for name in ("team/app", "other/tool"):
        repository = worlds.add_repository(sandbox.world, name)
        for number in range(3):
            worlds.add_image(repository, tags={f"v{number}"}, content=bytes([number]))
    filters = [{"filter": "team/", "filterType": "PREFIX_MATCH"}]
    rule = {"destinations": [THERE], "repositoryFilters": filters}
    ecr = client("ecr")
    ecr.put_replication_configuration(replicationConfiguration={"rules": [rule]})
    return ecr


def test_a_backfill_copies_what_the_rules_mean(sandbox: Sandbox, replicated: Any) -> None:
    begun = replicated.start_replication_backfill(destination=THERE)
    found = ended(replicated, begun["replicationBackfillId"])
    assert found["status"] == "COMPLETE"
    assert found["progress"]["completedReplicationCount"] == 3
    assert {row["repositoryName"] for row in found["results"]} == {"team/app"}
    there = sandbox.world.registry(worlds.OTHER_ACCOUNT, worlds.OTHER_REGION)
    assert set(there.repositories) == {"team/app"}
    assert {image.status for image in there.get("team/app").images} == {"ACTIVE"}
    (tagged,) = [image for image in there.get("team/app").images if "v1" in image.tags]
    status = replicated.describe_image_replication_status(
        repositoryName="team/app", imageId={"imageDigest": tagged.digest}
    )
    assert [row["status"] for row in status["replicationStatuses"]] == ["COMPLETE"]
    with pytest.raises(replicated.exceptions.ReplicationBackfillInvalidStatusException):
        replicated.stop_replication_backfill(replicationBackfillId=begun["replicationBackfillId"])


def test_one_runs_at_a_time_and_is_stopped(
    replicated: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfills, "STEP_SECONDS", 1000.0)
    begun = replicated.start_replication_backfill(destination=THERE)["replicationBackfillId"]
    with pytest.raises(replicated.exceptions.ReplicationBackfillInProgressException):
        replicated.start_replication_backfill(destination=THERE)
    monkeypatch.setattr(backfills, "STEP_SECONDS", 0.05)
    told = replicated.stop_replication_backfill(replicationBackfillId=begun)
    assert told["status"] == "STOPPING"
    assert ended(replicated, begun)["status"] == "STOPPED"


def test_a_backfill_needs_a_rule(replicated: Any) -> None:
    strange = {**THERE, "region": "eu-north-1"}
    with pytest.raises(replicated.exceptions.InvalidParameterException, match="rules"):
        replicated.start_replication_backfill(destination=strange)
    with pytest.raises(replicated.exceptions.ReplicationBackfillNotFoundException):
        replicated.stop_replication_backfill(
            replicationBackfillId="00000000-0000-4000-8000-000000000000"
        )


def test_what_ecr_public_changes(sandbox: Sandbox) -> None:
    sandbox.world.public.open(worlds.ACCOUNT, "mine")
    public = client("ecr-public", region="us-east-1")
    arn = public.create_repository(repositoryName="tool")["repository"]["repositoryArn"]
    assert public.put_registry_catalog_data(displayName="Mine")["registryCatalogData"] == {
        "displayName": "Mine"
    }
    data = {"description": "A tool", "architectures": ["ARM 64"], "logoImageBlob": b"png"}
    public.put_repository_catalog_data(repositoryName="tool", catalogData=data)
    public.put_repository_catalog_data(repositoryName="tool", catalogData={"architectures": []})
    kept = public.get_repository_catalog_data(repositoryName="tool")["catalogData"]
    assert kept == {"description": "A tool"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    public.set_repository_policy(repositoryName="tool", policyText=policy)
    assert public.delete_repository_policy(repositoryName="tool")["policyText"] == policy
    public.tag_resource(resourceArn=arn, tags=[{"Key": "a", "Value": "1"}])
    public.untag_resource(resourceArn=arn, tagKeys=["a", "b"])
    assert public.list_tags_for_resource(resourceArn=arn)["tags"] == []
    with pytest.raises(public.exceptions.InvalidParameterException, match="ARN"):
        public.tag_resource(resourceArn="arn:aws:ecr:x", tags=[])


def test_a_layer_goes_into_ecr_public_by_its_api_too(sandbox: Sandbox) -> None:
    sandbox.world.public.open(worlds.ACCOUNT, "mine")
    public = client("ecr-public", region="us-east-1")
    public.create_repository(repositoryName="tool")
    named = {"repositoryName": "tool"}
    layer = b"layer"
    upload = public.initiate_layer_upload(**named)["uploadId"]
    public.upload_layer_part(
        **named,
        uploadId=upload,
        partFirstByte=0,
        partLastByte=len(layer) - 1,
        layerPartBlob=layer,
    )
    digest = worlds.digest_of(layer)
    done = public.complete_layer_upload(**named, uploadId=upload, layerDigests=[digest])
    assert done["layerDigest"] == digest
    row = {"mediaType": worlds.OCI_LAYER, "digest": digest, "size": len(layer)}
    manifest = {"schemaVersion": 2, "mediaType": worlds.OCI_IMAGE, "config": row, "layers": [row]}
    put = public.put_image(**named, imageManifest=json.dumps(manifest), imageTag="v1")
    (shown,) = public.describe_images(**named)["imageDetails"]
    assert shown["imageDigest"] == put["image"]["imageId"]["imageDigest"]


def test_a_role_tells_its_path(sandbox: Sandbox) -> None:
    sandbox.world.add_role(worlds.ACCOUNT, "scanner", path="/tools/")
    iam = client("iam")
    role = iam.get_role(RoleName="scanner")["Role"]
    assert role["Arn"] == f"arn:aws:iam::{worlds.ACCOUNT}:role/tools/scanner"
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_role(RoleName="visitor")  # another account's


def test_quotas_have_defaults_and_values_of_ones_own(sandbox: Sandbox) -> None:
    quotas = client("service-quotas")
    defaults = quotas.get_paginator("list_aws_default_service_quotas")
    pages = defaults.paginate(ServiceCode="ecr", PaginationConfig={"PageSize": 2})
    rows = [row for page in pages for row in page["Quotas"]]
    by_name = {row["QuotaName"]: row["Value"] for row in rows}
    assert by_name["Images per repository"] == 100_000
    assert len(by_name) == len(rows)
    assert quotas.list_service_quotas(ServiceCode="ecr")["Quotas"] == []
    sandbox.world.quotas[worlds.ACCOUNT, worlds.REGION, "Images per repository"] = 200_000
    (own,) = quotas.list_service_quotas(ServiceCode="ecr")["Quotas"]
    assert (own["QuotaName"], own["Value"]) == ("Images per repository", 200_000)
    with pytest.raises(quotas.exceptions.NoSuchResourceException):
        quotas.list_service_quotas(ServiceCode="none")
