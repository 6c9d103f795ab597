"""Inspector as its clients see it: the registry's own findings, and where images run."""

from __future__ import annotations

import pytest

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from tests import worlds
from tests.sandbox.clients import client, code

NAMES = tuple(f"CVE-2026-{number}" for number in range(1000, 1030))


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    """A repository that Inspector looks at, with one image that has findings."""
    repository = worlds.add_repository(sandbox.world, "team/app")
    worlds.enhance(sandbox.world, repository, the_image(repository), *NAMES)
    return repository


def the_image(repository: Repository) -> Image:
    return repository.images.by_tag("v1") or worlds.add_image(repository, tags={"v1"})


def equals(value: str) -> list[dict[str, str]]:
    """A filter for exactly this."""
    return [{"comparison": "EQUALS", "value": value}]


def test_its_findings_are_those_of_the_registrys_scans(
    sandbox: Sandbox, repository: Repository
) -> None:
    inspector, ecr = client("inspector2"), client("ecr")
    pages = inspector.get_paginator("list_findings").paginate()
    found = [finding for page in pages for finding in page["findings"]]
    asked = {"repositoryName": repository.name, "imageId": {"imageTag": "v1"}}
    scans = ecr.get_paginator("describe_image_scan_findings").paginate(**asked)
    own = [each for page in scans for each in page["imageScanFindings"]["enhancedFindings"]]
    assert {one["findingArn"] for one in found} == {one["findingArn"] for one in own}
    assert len(found) == len(NAMES)
    assert all(one["epss"]["score"] == 0.25 for one in found)


def test_filters_and_order(sandbox: Sandbox, repository: Repository) -> None:
    other = worlds.add_repository(sandbox.world, "team/other")
    worlds.enhance(sandbox.world, other, the_image(other), NAMES[0], "CVE-2020-1")
    inspector = client("inspector2")

    def names(**criteria: object) -> list[str]:
        told = inspector.list_findings(
            filterCriteria=criteria,
            sortCriteria={"field": "VULNERABILITY_ID", "sortOrder": "ASC"},
            maxResults=100,
        )
        return [one["packageVulnerabilityDetails"]["vulnerabilityId"] for one in told["findings"]]

    assert names(vulnerabilityId=equals(NAMES[0])) == [NAMES[0]] * 2
    assert names(ecrImageRepositoryName=equals("team/other")) == ["CVE-2020-1", NAMES[0]]
    assert names(ecrImageTags=equals("v2")) == []
    digest = the_image(repository).digest
    assert len(names(ecrImageHash=equals(digest), vulnerabilityId=equals(NAMES[0]))) == 2
    package = {"name": {"comparison": "PREFIX", "value": "lib"}}
    assert len(names(vulnerablePackages=[package])) == len(NAMES) + 2
    assert names(vulnerabilityId=[{"comparison": "PREFIX", "value": "CVE-2020"}]) == ["CVE-2020-1"]
    with pytest.raises(inspector.exceptions.ValidationException):
        inspector.list_findings(nextToken="elsewhere")


def test_details_of_findings(sandbox: Sandbox, repository: Repository) -> None:
    inspector = client("inspector2")
    arn = inspector.list_findings(maxResults=1)["findings"][0]["findingArn"]
    unknown = arn[:-32] + "0" * 32
    told = inspector.batch_get_finding_details(findingArns=[arn, unknown])
    assert [each["epssScore"] for each in told["findingDetails"]] == [0.25]
    assert [each["errorCode"] for each in told["errors"]] == ["FINDING_DETAILS_NOT_FOUND"]
    with pytest.raises(inspector.exceptions.ValidationException):
        inspector.batch_get_finding_details(findingArns=[arn] * 11)


def test_it_knows_which_clusters_run_an_image(sandbox: Sandbox, repository: Repository) -> None:
    image = the_image(repository)
    index = worlds.add_index(repository, [image], tags={"many"})
    worlds.add_service(sandbox.world, worlds.uri(repository, "many"), count=2)
    worlds.add_pods(sandbox.world, repository, image.digest, running=3)
    inspector = client("inspector2")
    arn = f"{repository.arn}/{image.digest}"
    told = inspector.get_clusters_for_image(filter={"resourceId": arn})["cluster"]
    by_kind = {each["clusterArn"].split(":")[2]: each["clusterDetails"][0] for each in told}
    assert by_kind["ecs"]["runningUnitCount"] == 2
    metadata = by_kind["ecs"]["clusterMetadata"]["awsEcsMetadataDetails"]
    assert metadata["detailsGroup"] == "service:web"
    assert by_kind["eks"]["runningUnitCount"] == 3
    whole = inspector.get_clusters_for_image(filter={"resourceId": repository.arn})["cluster"]
    assert len(whole) == 2
    of_index = f"{repository.arn}/{index.digest}"
    (ecs,) = inspector.get_clusters_for_image(filter={"resourceId": of_index})["cluster"]
    assert ":ecs:" in ecs["clusterArn"]
    (finding,) = inspector.list_findings(maxResults=1)["findings"]
    used = finding["resources"][0]["details"]["awsEcrContainerImage"]
    assert used["inUseCount"] == 5


def test_coverage_and_whether_it_is_on(sandbox: Sandbox, repository: Repository) -> None:
    worlds.add_image(repository, content=b"new")
    inspector = client("inspector2")
    (own,) = inspector.batch_get_account_status()["accounts"]
    assert own["resourceState"]["ecr"]["status"] == "ENABLED"
    covered = inspector.list_coverage()["coveredResources"]
    kinds = [each["resourceType"] for each in covered]
    assert sorted(kinds) == ["AWS_ECR_CONTAINER_IMAGE"] * 2 + ["AWS_ECR_REPOSITORY"]
    criteria = {"scanStatusCode": equals("ACTIVE"), "resourceType": equals(kinds[-1])}
    (active,) = inspector.list_coverage(filterCriteria=criteria)["coveredResources"]
    assert active["resourceId"].endswith(the_image(repository).digest)
    elsewhere = client("inspector2", region=worlds.OTHER_REGION)
    (off,) = elsewhere.batch_get_account_status()["accounts"]
    assert off["resourceState"]["ecr"]["status"] == "DISABLED"
    assert elsewhere.list_findings()["findings"] == []


def test_a_denial_is_told_as_rest_services_do(sandbox: Sandbox) -> None:
    sandbox.faults.add("deny", service="inspector2")
    inspector = client("inspector2")
    with pytest.raises(inspector.exceptions.AccessDeniedException) as caught:
        inspector.list_findings()
    assert code(caught.value) == "AccessDeniedException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
