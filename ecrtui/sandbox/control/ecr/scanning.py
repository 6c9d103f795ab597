"""Scans: findings of an image, and the settings that say what is scanned when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

from ecrtui.sandbox.control.ecr.base import ecr
from ecrtui.sandbox.control.ecr.ids import image_id, the_image
from ecrtui.sandbox.control.ecr.scan_counts import severity_counts
from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.registry import Registry, Repository
from ecrtui.sandbox.shelf import Image, Scan
from ecrtui.sandbox.workloads.in_use import running

DAY = 86_400
SCAN_SECONDS = 2.0
"""How long a scan is IN_PROGRESS here."""


@ecr.operation("DescribeImageScanFindings")
def describe_image_scan_findings(call: Call) -> Document:
    """The findings of an image, in pages; the counts are always of all of them."""
    repository = call.repository
    image = the_image(repository, call.params["imageId"])
    scan = image.scan
    if scan is None:
        tag = call.params["imageId"].get("imageTag", "null")
        raise Refusal(
            "ScanNotFoundException",
            f"Image scan does not exist for the image with '{{imageDigest:'{image.digest}', "
            f"imageTag:'{tag}'}}' in the repository with name '{repository.name}' in the registry "
            f"with id '{repository.account}'",
        )
    answer = _about(repository, image, call.params["imageId"], scan)
    if scan.status not in ("COMPLETE", "ACTIVE"):
        return answer
    kind = "enhancedFindings" if scan.enhanced else "findings"
    about = f"findings/{repository.name}/{image.digest}"
    found, more = page(call, about, scan.enhanced or scan.findings)
    if scan.enhanced:
        found = _in_use(call, repository, image, found)
    return answer | {"imageScanFindings": {**_summary(scan), kind: found}} | more


def _in_use(
    call: Call, repository: Repository, image: Image, found: Sequence[Document]
) -> list[Document]:
    """Enhanced findings with how many run the image now, as Inspector counts them."""
    used = running(call.world, call.registry, repository, image.digest)
    if used is None:
        return list(found)
    counts = {"inUseCount": used.running, "lastInUseAt": used.last}
    return [
        {**one, "resources": [_counted(resource, counts) for resource in one["resources"]]}
        for one in found
    ]


def _counted(resource: Document, counts: Document) -> Document:
    details = resource["details"]
    container = {**details["awsEcrContainerImage"], **counts}
    return {**resource, "details": {**details, "awsEcrContainerImage": container}}


def _about(repository: Repository, image: Image, asked: Document, scan: Scan) -> Document:
    return {
        "registryId": repository.account,
        "repositoryName": repository.name,
        "imageId": image_id(image, asked),
        "imageScanStatus": {"status": scan.status, "description": scan.description},
    }


def _summary(scan: Scan) -> Document:
    summary: Document = {"findingSeverityCounts": severity_counts(scan)}
    if scan.completed_at is not None:
        summary["imageScanCompletedAt"] = scan.completed_at
    if scan.source_updated_at is not None:
        summary["vulnerabilitySourceUpdatedAt"] = scan.source_updated_at
    return summary


@ecr.operation("StartImageScan")
def start_image_scan(call: Call) -> Document:
    """Scan an image again: once a day, and what was found before is found again.

    The sandbox has no vulnerability data: an image without findings in the seed has none.
    """
    repository = call.repository
    image = the_image(repository, call.params["imageId"])
    if call.registry.settings.scanning["scanType"] == "ENHANCED":
        raise Refusal("ValidationException", "This feature is disabled")
    if image.status != "ACTIVE":
        raise Refusal("ImageArchivedException", "The image is archived")
    if image.children or not image.layers:
        raise Refusal(
            "UnsupportedImageTypeException", "The image type is not supported for scanning"
        )
    scan = image.scan or Scan()
    if scan.completed_at is not None and call.now - scan.completed_at < DAY:
        raise Refusal(
            "LimitExceededException",
            "The scan quota per image has been exceeded. Wait and try again.",
        )
    image.scan = scan
    scan.status, scan.description = "IN_PROGRESS", "The scan is in progress."
    call.world.later(SCAN_SECONDS, _completion(call, scan))
    return _about(repository, image, call.params["imageId"], scan)


def _completion(call: Call, scan: Scan) -> Callable[[], None]:
    def complete() -> None:
        scan.status, scan.description = "COMPLETE", "The scan was completed successfully."
        scan.completed_at = call.now

    return complete


@ecr.operation("PutImageScanningConfiguration")
def put_image_scanning_configuration(call: Call) -> Document:
    """Switch a repository's scan on push."""
    repository = call.repository
    given = call.params["imageScanningConfiguration"]
    repository.scan_on_push = given.get("scanOnPush", False)
    return {
        "registryId": repository.account,
        "repositoryName": repository.name,
        "imageScanningConfiguration": {"scanOnPush": repository.scan_on_push},
    }


@ecr.operation("GetRegistryScanningConfiguration")
def get_registry_scanning_configuration(call: Call) -> Document:
    """The registry's scan type and rules."""
    registry = call.registry
    return {
        "registryId": registry.account,
        "scanningConfiguration": registry.settings.scanning,
    }


@ecr.operation("PutRegistryScanningConfiguration")
def put_registry_scanning_configuration(call: Call) -> Document:
    """Replace the registry's scan type and rules."""
    scanning = {
        "scanType": call.params.get("scanType", "BASIC"),
        "rules": call.params.get("rules", []),
    }
    call.registry.settings.scanning = scanning
    return {"registryScanningConfiguration": scanning}


@ecr.operation("BatchGetRepositoryScanningConfiguration")
def batch_get_repository_scanning_configuration(call: Call) -> Document:
    """What the registry's rules make of each repository."""
    registry = call.registry
    found, failures = [], []
    for name in call.params["repositoryNames"]:
        repository = registry.repositories.get(name)
        if repository is not None:
            found.append(_applied(registry, repository))
            continue
        failures.append(
            {
                "repositoryName": name,
                "failureCode": "REPOSITORY_NOT_FOUND",
                "failureReason": "REPOSITORY_NOT_FOUND",
            }
        )
    return {"scanningConfigurations": found, "failures": failures}


def _applied(registry: Registry, repository: Repository) -> Document:
    frequency = "SCAN_ON_PUSH" if repository.scan_on_push else "MANUAL"
    applied: list[Document] = []
    for rule in registry.settings.scanning["rules"]:
        matching = [
            each
            for each in rule["repositoryFilters"]
            if fnmatchcase(repository.name, each["filter"])
        ]
        if matching:
            frequency, applied = rule["scanFrequency"], applied + matching
    return {
        "repositoryArn": repository.arn,
        "repositoryName": repository.name,
        "scanOnPush": frequency != "MANUAL",
        "scanFrequency": frequency,
        "appliedScanFilters": applied,
    }
