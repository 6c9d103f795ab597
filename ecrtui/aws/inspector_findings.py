"""Amazon Inspector's own findings: EPSS, what CISA says, and which images have a vulnerability."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from ecrtui.aws.calls import Calls, required, values
from ecrtui.aws.findings import Enhanced, of
from ecrtui.errors import RemoteError
from ecrtui.model.finding import Finding, FindingDetails

_A_PAGE = 100
"""The most ListFindings gives (service model)."""
_DETAILS_AT_ONCE = 10
_IMAGE = "AWS_ECR_CONTAINER_IMAGE"


class OfImage(NamedTuple):
    """A finding and the image that has it."""

    account: str
    repository: str
    digest: str
    tags: tuple[str, ...]
    finding: Finding


def is_on(calls: Calls, account: str = "") -> bool:
    """Whether Inspector scans an account's images in this region. Raises NotAllowed."""
    who = {"accountIds": [account]} if account else {}
    answer = calls.call("BatchGetAccountStatus", **who)
    for row in answer.get("accounts", ()):
        if row.get("resourceState", {}).get("ecr", {}).get("status") == "ENABLED":
            return True
    return False


def epss(calls: Calls, digest: str) -> dict[str, float]:
    """The EPSS of each finding of an image, by the finding's ARN."""
    rows = _listed(calls, {"ecrImageHash": _equals(digest)})
    scores = ((row.get("findingArn", ""), row.get("epss", {}).get("score")) for row in rows)
    return {str(arn): float(score) for arn, score in scores if score is not None}


def images_with(calls: Calls, name: str, account: str = "") -> Iterator[OfImage]:
    """Every image of an account that has a vulnerability, by its own name or a related one."""
    scope = {"awsAccountId": _equals(account)} if account else {}
    seen: set[str] = set()
    for criterion in ("vulnerabilityId", "relatedVulnerabilities"):
        for row in _listed(calls, {criterion: _equals(name), **scope}):
            arn = str(row.get("findingArn", ""))
            if arn not in seen:
                seen.add(arn)
                yield from _of_images(row)


def details(calls: Calls, arns: Sequence[str]) -> dict[str, FindingDetails]:
    """What else is known of some findings, by ARN; those it does not know are left out."""
    known: dict[str, FindingDetails] = {}
    for start in range(0, len(arns), _DETAILS_AT_ONCE):
        batch = list(arns[start : start + _DETAILS_AT_ONCE])
        answer = calls.call("BatchGetFindingDetails", findingArns=batch)
        for row in answer.get("findingDetails", ()):
            known[str(row.get("findingArn", ""))] = _details(row)
    return known


def _listed(calls: Calls, criteria: dict[str, Any]) -> Iterator[dict[str, Any]]:
    criteria = {"findingStatus": _equals("ACTIVE"), "resourceType": _equals(_IMAGE), **criteria}
    token: str | None = None
    while True:
        more = {"nextToken": token} if token else {}
        answer = calls.call("ListFindings", filterCriteria=criteria, maxResults=_A_PAGE, **more)
        yield from answer.get("findings", ())
        following = answer.get("nextToken")
        if following is not None and following == token:
            raise RemoteError("ListFindings answers the same page again and again")
        token = following
        if token is None:
            return


def _of_images(row: dict[str, Any]) -> Iterator[OfImage]:
    findings = _findings(row)
    for resource in row.get("resources", ()):
        image = resource.get("details", {}).get("awsEcrContainerImage")
        if not image:
            continue
        for found in findings:
            yield OfImage(
                str(image.get("registry") or row.get("awsAccountId", "")),
                str(required(image, "repositoryName")),
                str(required(image, "imageHash")),
                tuple(map(str, image.get("imageTags", ()))),
                found,
            )


def _findings(row: dict[str, Any]) -> list[Finding]:
    """ListFindings has ECR's members but for the score's name, and times as datetimes."""
    plain = {**row, "score": row.get("inspectorScore")}
    for name in ("firstObservedAt", "updatedAt"):
        plain[name] = _epoch(row.get(name))
    (whole,) = values([plain], Enhanced)
    chance = row.get("epss", {}).get("score")
    return [msgspec.structs.replace(found, epss=chance) for found in of(whole)]


def _details(row: dict[str, Any]) -> FindingDetails:
    cisa, exploit = row.get("cisaData") or {}, row.get("exploitObserved") or {}
    return FindingDetails(
        arn=str(row.get("findingArn", "")),
        epss=row.get("epssScore"),
        risk=row.get("riskScore"),
        cisa_added_at=_epoch(cisa.get("dateAdded")),
        cisa_due_at=_epoch(cisa.get("dateDue")),
        cisa_action=str(cisa.get("action", "")),
        exploit_first_at=_epoch(exploit.get("firstSeen")),
        exploit_last_at=_epoch(exploit.get("lastSeen")),
        weaknesses=tuple(map(str, row.get("cwes", ()))),
        references=tuple(map(str, row.get("referenceUrls", ()))),
    )


def _equals(value: str) -> list[dict[str, str]]:
    return [{"comparison": "EQUALS", "value": value}]


def _epoch(value: Any) -> float | None:
    """A time in epoch seconds, however the parser gave it."""
    if value is None or isinstance(value, (int, float)):
        return value
    return float(value.timestamp())
