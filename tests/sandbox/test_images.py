"""What DescribeImages, BatchGetImage, BatchDeleteImage and the archive do with images."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.clients import client


@pytest.fixture
def ecr(sandbox: Sandbox) -> Any:
    return client("ecr")


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, "team/app")


def only(ecr: Any, **more: Any) -> dict[str, Any]:
    (row,) = ecr.describe_images(repositoryName="team/app", **more)["imageDetails"]
    return dict(row)


def test_an_archived_image_is_hidden_unless_asked_for(ecr: Any, repository: Repository) -> None:
    image = worlds.add_image(repository, tags={"old"}, status="ARCHIVED")
    assert ecr.describe_images(repositoryName="team/app")["imageDetails"] == []
    assert ecr.list_images(repositoryName="team/app")["imageIds"] == []
    assert only(ecr, filter={"imageStatus": "ANY"})["imageStatus"] == "ARCHIVED"
    assert only(ecr, imageIds=[{"imageTag": "old"}])["imageDigest"] == image.digest
    answer = ecr.batch_get_image(repositoryName="team/app", imageIds=[{"imageTag": "old"}])
    assert answer["failures"][0]["failureCode"] == "ImageInaccessible"


def test_archiving_and_restoring(ecr: Any, repository: Repository) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    one = {"repositoryName": "team/app", "imageId": {"imageDigest": image.digest}}
    archived = ecr.update_image_storage_class(**one, targetStorageClass="ARCHIVE")
    assert archived["imageStatus"] == "ARCHIVED"
    everything = {"imageStatus": "ANY"}
    assert only(ecr, filter=everything)["lastArchivedAt"]
    restored = ecr.update_image_storage_class(**one, targetStorageClass="STANDARD")
    assert restored["imageStatus"] == "ACTIVATING"
    deadline = time.monotonic() + 15
    while only(ecr, filter=everything)["imageStatus"] != "ACTIVE":
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert only(ecr)["lastActivatedAt"]


def test_reading_a_manifest_counts_as_a_pull(
    ecr: Any, repository: Repository, sandbox: Sandbox
) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    assert "lastRecordedPullTime" not in only(ecr)
    answer = ecr.batch_get_image(repositoryName="team/app", imageIds=[{"imageTag": "v1"}])
    (got,) = answer["images"]
    assert worlds.digest_of(got["imageManifest"].encode()) == image.digest
    assert got["imageId"] == {"imageDigest": image.digest, "imageTag": "v1"}
    pulled = only(ecr)["lastRecordedPullTime"].timestamp()
    assert pulled == pytest.approx(sandbox.world.clock.now(), abs=5)


@pytest.mark.parametrize("profile", ["main", "other-visitor"])
def test_an_excluded_principals_pulls_are_not_recorded(sandbox: Sandbox, profile: str) -> None:
    principal = {
        "main": (worlds.ACCOUNT, f"arn:aws:iam::{worlds.ACCOUNT}:user/tester"),
        "other-visitor": (
            worlds.OTHER_ACCOUNT,
            f"arn:aws:iam::{worlds.OTHER_ACCOUNT}:role/visitor",
        ),
    }
    account, arn = principal[profile]
    worlds.add_image(worlds.add_repository(sandbox.world, "team/app", account=account), tags={"v1"})
    ecr = client("ecr", profile=profile)
    ecr.register_pull_time_update_exclusion(principalArn=arn)
    with pytest.raises(ecr.exceptions.ExclusionAlreadyExistsException):
        ecr.register_pull_time_update_exclusion(principalArn=arn)
    ask = {"repositoryName": "team/app", "imageIds": [{"imageTag": "v1"}]}
    ecr.batch_get_image(**ask)
    assert "lastRecordedPullTime" not in only(ecr)
    ecr.deregister_pull_time_update_exclusion(principalArn=arn)
    ecr.batch_get_image(**ask)
    assert "lastRecordedPullTime" in only(ecr)


def test_accepted_media_types_are_respected(ecr: Any, repository: Repository) -> None:
    worlds.add_image(repository, tags={"v1"})
    ask = {"repositoryName": "team/app", "imageIds": [{"imageTag": "v1"}]}
    refused = ecr.batch_get_image(**ask, acceptedMediaTypes=[worlds.OCI_INDEX])
    assert refused["images"] == []
    assert refused["failures"][0]["failureCode"] == "ImageNotFound"
    assert ecr.batch_get_image(**ask, acceptedMediaTypes=[worlds.OCI_IMAGE])["images"]


@pytest.mark.parametrize(
    ("image_id", "failure"),
    [
        ({}, "MissingDigestAndTag"),
        ({"imageDigest": "not a digest"}, "InvalidImageDigest"),
        ({"imageDigest": "sha256:" + "0" * 64}, "ImageNotFound"),
        ({"imageTag": "none"}, "ImageNotFound"),
        ({"imageDigest": "{two}", "imageTag": "one"}, "ImageTagDoesNotMatchDigest"),
    ],
)
@pytest.mark.parametrize("operation", ["batch_get_image", "batch_delete_image"])
def test_failures_name_their_reason(
    ecr: Any, repository: Repository, operation: str, image_id: dict[str, str], failure: str
) -> None:
    worlds.add_image(repository, tags={"one"})
    two = worlds.add_image(repository, tags={"two"}, content=b"two")
    asked = {key: value.replace("{two}", two.digest) for key, value in image_id.items()}
    answer = getattr(ecr, operation)(repositoryName="team/app", imageIds=[asked])
    assert [each["failureCode"] for each in answer["failures"]] == [failure]
    assert answer["failures"][0]["imageId"] == asked
    assert len(repository.images) == 2


def test_an_index_is_as_large_as_its_largest_child_and_holds_its_children(
    ecr: Any, repository: Repository
) -> None:
    small, large = (
        worlds.add_image(repository, content=bytes(range(n)) * 3, tags=()) for n in (5, 250)
    )
    index = worlds.add_index(repository, [small, large], tags={"multi"})
    by_tag = ecr.describe_images(repositoryName="team/app", imageIds=[{"imageTag": "multi"}])
    assert by_tag["imageDetails"][0]["imageSizeInBytes"] == large.size > small.size
    delete = {"repositoryName": "team/app", "imageIds": [{"imageDigest": small.digest}]}
    refused = ecr.batch_delete_image(**delete)["failures"]
    assert [each["failureCode"] for each in refused] == ["ImageReferencedByManifestList"]
    assert index.digest in refused[0]["failureReason"]
    ecr.batch_delete_image(repositoryName="team/app", imageIds=[{"imageDigest": index.digest}])
    assert ecr.batch_delete_image(**delete)["failures"] == []


def test_deleting_by_tag_untags_until_the_last(ecr: Any, repository: Repository) -> None:
    image = worlds.add_image(repository, tags={"a", "b"})
    for tag, left in (("a", 1), ("b", 0)):
        gone = ecr.batch_delete_image(repositoryName="team/app", imageIds=[{"imageTag": tag}])
        assert gone["imageIds"] == [{"imageDigest": image.digest, "imageTag": tag}]
        assert len(ecr.describe_images(repositoryName="team/app")["imageDetails"]) == left


def test_deleting_by_digest_names_every_tag_that_went(ecr: Any, repository: Repository) -> None:
    image = worlds.add_image(repository, tags={"a", "b"})
    gone = ecr.batch_delete_image(
        repositoryName="team/app", imageIds=[{"imageDigest": image.digest}]
    )
    assert [each["imageTag"] for each in gone["imageIds"]] == ["a", "b"]
    assert ecr.describe_images(repositoryName="team/app")["imageDetails"] == []


def test_referrers_are_listed_with_their_annotations(ecr: Any, repository: Repository) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    notes = {"org.example.note": worlds.HOSTILE[2]}
    referrer = worlds.add_image(
        repository,
        content=b"sbom",
        artifactType="application/spdx+json",
        subject=worlds.descriptor(image),
        annotations=notes,
    )
    ask = {"repositoryName": "team/app", "subjectId": {"imageDigest": image.digest}}
    (row,) = ecr.list_image_referrers(**ask)["referrers"]
    assert (row["digest"], row["annotations"]) == (referrer.digest, notes)
    other = {"artifactTypes": ["application/else"]}
    assert ecr.list_image_referrers(**ask, filter=other)["referrers"] == []
    by_digest = ecr.describe_images(
        repositoryName="team/app", imageIds=[{"imageDigest": referrer.digest}]
    )
    assert by_digest["imageDetails"][0]["subjectManifestDigest"] == image.digest


def test_a_scan_takes_a_while_and_once_a_day_is_enough(ecr: Any, repository: Repository) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    one = {"repositoryName": "team/app", "imageId": {"imageTag": "v1"}}
    with pytest.raises(ecr.exceptions.ScanNotFoundException, match=image.digest):
        ecr.describe_image_scan_findings(**one)
    assert ecr.start_image_scan(**one)["imageScanStatus"]["status"] == "IN_PROGRESS"
    ecr.get_waiter("image_scan_complete").wait(
        **one, WaiterConfig={"Delay": 0.3, "MaxAttempts": 30}
    )
    assert ecr.describe_image_scan_findings(**one)["imageScanFindings"]["findings"] == []
    with pytest.raises(ecr.exceptions.LimitExceededException):
        ecr.start_image_scan(**one)
    # Basic scanning no longer fills the summary in DescribeImages.
    assert "imageScanFindingsSummary" not in only(ecr)
