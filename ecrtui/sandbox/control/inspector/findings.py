"""Findings: those of the registry's own enhanced scans, as Inspector tells them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ecrtui.sandbox.control.inspector.base import (
    inspector,
    matches,
    only_repositories,
    own,
    watched,
)
from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.registry import Registry, Repository
from ecrtui.sandbox.shelf import Image, Scan
from ecrtui.sandbox.workloads.in_use import running

_PAGE = 25
_SEVERITIES = ("UNTRIAGED", "INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL")
_SORTED_BY = {
    "AWS_ACCOUNT_ID": "awsAccountId",
    "FINDING_TYPE": "findingType",
    "FIRST_OBSERVED_AT": "firstObservedAt",
    "LAST_OBSERVED_AT": "lastObservedAt",
    "FINDING_STATUS": "findingStatus",
    "RESOURCE_TYPE": "resourceType",
    "ECR_IMAGE_PUSHED_AT": "ecrImagePushedAt",
    "ECR_IMAGE_REPOSITORY_NAME": "ecrImageRepositoryName",
    "ECR_IMAGE_REGISTRY": "ecrImageRegistry",
    "VULNERABILITY_ID": "vulnerabilityId",
    "VULNERABILITY_SOURCE": "vulnerabilitySource",
    "INSPECTOR_SCORE": "inspectorScore",
    "VENDOR_SEVERITY": "vendorSeverity",
    "EPSS_SCORE": "epssScore",
}


@inspector.operation("ListFindings")
def list_findings(call: Call) -> Document:
    """Findings that meet the filters, sorted where that is asked for, in pages."""
    criteria = call.params.get("filterCriteria", {})
    found = [
        (finding, values)
        for finding, values in _all(call, only_repositories(criteria, "ecrImageRepositoryName"))
        if matches(criteria, values)
    ]
    sort = call.params.get("sortCriteria")
    if sort is not None:
        found.sort(key=lambda one: _key(sort["field"], one[1]), reverse=sort["sortOrder"] == "DESC")
    about = f"findings/{criteria}/{sort}"
    rows, more = page(call, about, [finding for finding, _ in found], default=_PAGE)
    return {"findings": rows} | more


@inspector.operation("BatchGetFindingDetails")
def batch_get_finding_details(call: Call) -> Document:
    """What is known beyond a finding: EPSS, CISA's catalogue of what is exploited."""
    known = {arn: details for _, _, scan in watched(call) for arn, details in scan.details.items()}
    wanted = call.params["findingArns"]
    return {
        "findingDetails": [{"findingArn": arn, **known[arn]} for arn in wanted if arn in known],
        "errors": [
            {
                "findingArn": arn,
                "errorCode": "FINDING_DETAILS_NOT_FOUND",
                "errorMessage": "Finding details not found",
            }
            for arn in wanted
            if arn not in known
        ],
    }


def _all(call: Call, only: set[str] | None) -> Iterator[tuple[Document, dict[str, Any]]]:
    registry = own(call)
    for repository, image, scan in watched(call, only):
        container = _container(call, registry, repository, image)
        for finding in scan.enhanced:
            told = _told(finding, scan, repository, container)
            yield told, _values(told, container)


def _container(call: Call, registry: Registry, repository: Repository, image: Image) -> Document:
    used = running(call.world, registry, repository, image.digest)
    architectures = {"amd64", "arm64"}
    made_for = next(
        (
            str(details["architecture"])
            for finding in (image.scan.enhanced if image.scan else ())
            for resource in finding.get("resources", ())
            if (details := resource["details"]["awsEcrContainerImage"]).get("architecture")
            in architectures
        ),
        "amd64",
    )
    answer: Document = {
        "repositoryName": repository.name,
        "imageTags": sorted(image.tags),
        "pushedAt": image.pushed_at,
        "architecture": made_for,
        "imageHash": image.digest,
        "registry": repository.account,
        "platform": "DEBIAN_12",
    }
    return answer | (
        {"inUseCount": used.running, "lastInUseAt": used.last} if used is not None else {}
    )


def _told(finding: Document, scan: Scan, repository: Repository, container: Document) -> Document:
    """A finding of DescribeImageScanFindings as Inspector itself has it."""
    same = finding.keys() - {"score", "scoreDetails", "resources"}
    resource = {
        "type": "AWS_ECR_CONTAINER_IMAGE",
        "id": f"{repository.arn}/{container['imageHash']}",
        "partition": "aws",
        "region": repository.region,
        "details": {"awsEcrContainerImage": container},
        "tags": {},
    }
    told = {name: finding[name] for name in sorted(same)} | {"resources": [resource]}
    if "score" in finding:
        told["inspectorScore"] = finding["score"]
    if cvss := finding.get("scoreDetails", {}).get("cvss"):
        told["inspectorScoreDetails"] = {"adjustedCvss": cvss}
    epss = scan.details.get(finding["findingArn"], {}).get("epssScore")
    return told | ({} if epss is None else {"epss": {"score": epss}})


def _values(told: Document, container: Document) -> dict[str, Any]:
    """What filters look at, by their names."""
    details = told.get("packageVulnerabilityDetails", {})
    packages = [
        {**package, "architecture": package.get("arch", "")}
        for package in details.get("vulnerablePackages", [])
    ]
    return {
        "findingArn": told["findingArn"],
        "awsAccountId": told["awsAccountId"],
        "findingType": told["type"],
        "severity": told["severity"],
        "firstObservedAt": told["firstObservedAt"],
        "lastObservedAt": told["lastObservedAt"],
        "updatedAt": told.get("updatedAt"),
        "findingStatus": told["status"],
        "title": told.get("title"),
        "inspectorScore": told.get("inspectorScore"),
        "resourceType": "AWS_ECR_CONTAINER_IMAGE",
        "resourceId": told["resources"][0]["id"],
        "ecrImagePushedAt": container["pushedAt"],
        "ecrImageArchitecture": container["architecture"],
        "ecrImageRegistry": container["registry"],
        "ecrImageRepositoryName": container["repositoryName"],
        "ecrImageTags": container["imageTags"],
        "ecrImageHash": container["imageHash"],
        "ecrImageInUseCount": container.get("inUseCount", 0),
        "ecrImageLastInUseAt": container.get("lastInUseAt"),
        "vulnerabilityId": details.get("vulnerabilityId"),
        "vulnerabilitySource": details.get("source"),
        "vendorSeverity": details.get("vendorSeverity"),
        "relatedVulnerabilities": details.get("relatedVulnerabilities"),
        "vulnerablePackages": packages,
        "fixAvailable": told.get("fixAvailable"),
        "exploitAvailable": told.get("exploitAvailable"),
        "epssScore": told.get("epss", {}).get("score"),
    }


def _key(field: str, values: dict[str, Any]) -> tuple[bool, Any]:
    if field == "SEVERITY":
        return True, _SEVERITIES.index(values["severity"])
    value = values.get(_SORTED_BY.get(field, ""))
    return value is not None, value if value is not None else 0
