"""What Inspector looks at: whether it is on, and which images and repositories it covers."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from ecrtui.sandbox.control.inspector.base import enabled, inspector, matches, own
from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.registry import Registry, Repository
from ecrtui.sandbox.shelf import Image
from ecrtui.sandbox.workloads.in_use import running


@inspector.operation("BatchGetAccountStatus")
def batch_get_account_status(call: Call) -> Document:
    """Whether Inspector is on for accounts in this region, and for what."""
    accounts, failed = [], []
    for account in call.params.get("accountIds") or [call.key.account]:
        if account != call.key.account:
            failed.append(
                {
                    "accountId": account,
                    "errorCode": "ACCESS_DENIED",
                    "errorMessage": f"Account {account} is not a member of {call.key.account}",
                }
            )
            continue
        state = _state("ENABLED" if enabled(own(call)) else "DISABLED")
        off = _state("DISABLED")
        resources = {"ec2": off, "ecr": state, "lambda": off, "lambdaCode": off}
        accounts.append({"accountId": account, "state": state, "resourceState": resources})
    return {"accounts": accounts, "failedAccounts": failed}


def _state(status: str) -> Document:
    # The model requires the other two; the service fills them with these when all is well.
    return {"status": status, "errorCode": "ALREADY_ENABLED", "errorMessage": "No error"}


@inspector.operation("ListCoverage")
def list_coverage(call: Call) -> Document:
    """Images and repositories with the state of their scans, in pages."""
    criteria = call.params.get("filterCriteria", {})
    registry = own(call)
    rows: list[Document] = []
    for repository in list(registry.repositories.values()) if enabled(registry) else ():
        for row, values in _covered(call, registry, repository):
            if matches(criteria, values):
                rows.append(row)
    found, more = page(call, f"coverage/{criteria}", rows, default=100)
    return {"coveredResources": found} | more


def _covered(
    call: Call, registry: Registry, repository: Repository
) -> list[tuple[Document, dict[str, Any]]]:
    frequency = _frequency(registry, repository)
    about = {"ecrRepository": {"name": repository.name, "scanFrequency": frequency}}
    status = {
        "MANUAL": ("INACTIVE", "SCAN_FREQUENCY_MANUAL"),
        "SCAN_ON_PUSH": ("INACTIVE", "SCAN_FREQUENCY_SCAN_ON_PUSH"),
    }.get(frequency, ("ACTIVE", "SUCCESSFUL"))
    rows = [_row(repository, "AWS_ECR_REPOSITORY", repository.arn, status, about)]
    rows += [
        _image(call, registry, repository, image)
        for image in repository.images
        if image.layers and not image.children and image.subject is None
    ]
    return rows


def _image(
    call: Call, registry: Registry, repository: Repository, image: Image
) -> tuple[Document, dict[str, Any]]:
    status = ("INACTIVE", "PENDING_INITIAL_SCAN")
    if image.scan is not None:
        status = ("ACTIVE", "SUCCESSFUL")
    if image.status != "ACTIVE":
        status = ("INACTIVE", "IMAGE_ARCHIVED")
    used = running(call.world, registry, repository, image.digest)
    told: Document = {"tags": sorted(image.tags)}
    if image.last_pull is not None:
        told["imagePulledAt"] = image.last_pull
    if used is not None:
        told |= {"inUseCount": used.running, "lastInUseAt": used.last}
    arn = f"{repository.arn}/{image.digest}"
    row, values = _row(repository, "AWS_ECR_CONTAINER_IMAGE", arn, status, {"ecrImage": told})
    if image.scan is not None and image.scan.completed_at is not None:
        row["lastScannedAt"] = values["lastScannedAt"] = image.scan.completed_at
    values |= {
        "ecrImageTags": told["tags"],
        "imagePulledAt": told.get("imagePulledAt"),
        "ecrImageInUseCount": told.get("inUseCount", 0),
        "ecrImageLastInUseAt": told.get("lastInUseAt"),
    }
    return row, values


def _row(
    repository: Repository, kind: str, arn: str, status: tuple[str, str], about: Document
) -> tuple[Document, dict[str, Any]]:
    code, reason = status
    row: Document = {
        "resourceType": kind,
        "resourceId": arn,
        "accountId": repository.account,
        "scanType": "PACKAGE",
        "scanStatus": {"statusCode": code, "reason": reason},
        "resourceMetadata": about,
    }
    values = {
        "resourceType": kind,
        "resourceId": arn,
        "accountId": repository.account,
        "scanType": "PACKAGE",
        "scanStatusCode": code,
        "scanStatusReason": reason,
        "ecrRepositoryName": repository.name,
    }
    return row, values


def _frequency(registry: Registry, repository: Repository) -> str:
    for rule in registry.settings.scanning["rules"]:
        if any(fnmatchcase(repository.name, each["filter"]) for each in rule["repositoryFilters"]):
            return str(rule["scanFrequency"])
    return "MANUAL"
