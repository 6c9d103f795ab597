"""Scan findings by DescribeImageScanFindings, of basic and enhanced scanning in one form.

Asking for them is no pull. Of a list's pages the status and the counts are the whole scan's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from ecrtui.aws.calls import PAGE_SIZE, Calls, required, values
from ecrtui.aws.failures import NO_SCAN
from ecrtui.aws.manifests import identifier
from ecrtui.errors import NotFound, RemoteError, UsageError
from ecrtui.model.finding import NOT_SCANNED, Finding, ScanReport, severity
from ecrtui.model.image import ImageId


class _Attribute(msgspec.Struct, frozen=True):
    key: str
    value: str = ""


class _Basic(msgspec.Struct, frozen=True):
    name: str = ""
    description: str = ""
    uri: str = ""
    severity: str = ""
    attributes: tuple[_Attribute, ...] = ()


class _Cvss(msgspec.Struct, frozen=True, rename="camel"):
    base_score: float | None = None
    scoring_vector: str = ""
    version: str = ""


class _Package(msgspec.Struct, frozen=True, rename="camel"):
    name: str = ""
    version: str = ""
    epoch: int = 0
    release: str = ""
    package_manager: str = ""
    file_path: str = ""
    source_layer_hash: str = ""
    fixed_in_version: str = ""


class _Vulnerability(msgspec.Struct, frozen=True, rename="camel"):
    vulnerability_id: str = ""
    source: str = ""
    source_url: str = ""
    cvss: tuple[_Cvss, ...] = ()
    related_vulnerabilities: tuple[str, ...] = ()
    vulnerable_packages: tuple[_Package, ...] = ()


class _Advice(msgspec.Struct, frozen=True):
    text: str = ""


class _Remediation(msgspec.Struct, frozen=True):
    recommendation: _Advice = _Advice()


class Enhanced(msgspec.Struct, frozen=True, rename="camel"):
    """One finding of enhanced scanning, as ECR and Inspector write it."""

    finding_arn: str = ""
    title: str = ""
    description: str = ""
    severity: str = ""
    score: float | None = None
    exploit_available: str = ""
    first_observed_at: float | None = None
    updated_at: float | None = None
    package_vulnerability_details: _Vulnerability = _Vulnerability()
    remediation: _Remediation = _Remediation()


def pages(
    calls: Calls, repository: str, wanted: ImageId, *, size: int = PAGE_SIZE
) -> Iterator[ScanReport]:
    """The scan of one image page by page, each with the findings of its page.

    An image without a scan is one report that says so. Raises NotFound for one that is not there.
    """
    token: str | None = None
    while True:
        more = {"nextToken": token} if token else {}
        try:
            answer = calls.call(
                "DescribeImageScanFindings",
                repositoryName=repository,
                imageId=identifier(wanted),
                maxResults=size,
                **more,
            )
        except NotFound as missing:
            if missing.title != NO_SCAN:
                raise
            yield ScanReport(digest=wanted.image_digest, status=NOT_SCANNED)
            return
        following = answer.get("nextToken")
        if following is not None and following == token:
            raise RemoteError("DescribeImageScanFindings answers the same page again and again")
        token = following
        yield _report(answer)
        if token is None:
            return


def counted(calls: Calls, repository: str, digest: str) -> ScanReport:
    """The scan of one image by its counts, in one call; the findings are left out."""
    wanted = ImageId(image_digest=digest)
    report = next(pages(calls, repository, wanted, size=1))
    if report.findings and not report.counts:  # an endpoint that does not count
        counts: dict[str, int] = {}
        for page in pages(calls, repository, wanted):
            for found in page.findings:
                counts[found.severity.value] = counts.get(found.severity.value, 0) + 1
        report = msgspec.structs.replace(report, counts=counts)
    return msgspec.structs.replace(report, findings=())


def start(calls: Calls, repository: str, digest: str) -> str:
    """Start a basic scan; answers its status.

    Raises RemoteError when it was scanned within a day, UsageError for what cannot be scanned.
    """
    answer = calls.call(
        "StartImageScan", repositoryName=repository, imageId={"imageDigest": digest}
    )
    return str(required(answer, "imageScanStatus", "status"))


def scan_type(calls: Calls) -> str:
    """BASIC or ENHANCED: what the registry scans with."""
    answer = calls.call("GetRegistryScanningConfiguration")
    return str(answer.get("scanningConfiguration", {}).get("scanType", "BASIC"))


def not_public(name: str) -> UsageError:
    """What is raised of ECR Public, whose API has no scans."""
    return UsageError(
        name,
        title="ECR Public scans nothing",
        hint="Copy the image into a private repository to have it scanned: ecrtui copy.",
    )


def _report(answer: dict[str, Any]) -> ScanReport:
    status = answer.get("imageScanStatus") or {}
    found = answer.get("imageScanFindings") or {}
    enhanced = "enhancedFindings" in found
    rows = [one for row in values(found.get("enhancedFindings", []), Enhanced) for one in of(row)]
    rows += map(_of_basic, values(found.get("findings", []), _Basic))
    return ScanReport(
        digest=str(answer.get("imageId", {}).get("imageDigest", "")),
        status=str(status.get("status", "")) or ("COMPLETE" if found else NOT_SCANNED),
        description=str(status.get("description", "")),
        enhanced=enhanced or status.get("status") == "ACTIVE",
        completed_at=found.get("imageScanCompletedAt"),
        source_updated_at=found.get("vulnerabilitySourceUpdatedAt"),
        findings=tuple(rows),
        counts=dict(found.get("findingSeverityCounts") or {}),
    )


def _of_basic(row: _Basic) -> Finding:
    told = {one.key.lower(): one.value for one in row.attributes}
    version = next((v for v in ("4", "3", "2") if f"cvss{v}_score" in told), "")
    fixed = next((value for key, value in told.items() if "fixed" in key or "patched" in key), "")
    return Finding(
        name=row.name,
        severity=severity(row.severity),
        package=told.get("package_name", ""),
        version=told.get("package_version", ""),
        fixed_in=fixed,
        score=_number(told.get(f"cvss{version}_score", "")),
        vector=told.get(f"cvss{version}_vector", ""),
        description=row.description,
        uri=row.uri,
    )


def of(row: Enhanced) -> list[Finding]:
    """One finding for each package that Inspector names in one of its own."""
    about, advice = row.package_vulnerability_details, row.remediation.recommendation
    best = max(about.cvss, key=lambda one: one.version, default=_Cvss())
    exploit = {"YES": True, "NO": False}.get(row.exploit_available)
    return [
        Finding(
            name=about.vulnerability_id or row.title,
            severity=severity(row.severity),
            package=package.name,
            version=_version(package),
            fixed_in="" if package.fixed_in_version == _NO_FIX else package.fixed_in_version,
            manager=package.package_manager,
            path=package.file_path,
            score=best.base_score if best.base_score is not None else row.score,
            vector=best.scoring_vector,
            exploit=exploit,
            layer=package.source_layer_hash,
            description=row.description,
            uri=about.source_url,
            source=about.source,
            related=about.related_vulnerabilities,
            remedy=advice.text,
            first_seen_at=row.first_observed_at,
            arn=row.finding_arn,
            updated_at=row.updated_at,
        )
        for package in about.vulnerable_packages or (_Package(),)
    ]


_NO_FIX = "NotAvailable"
"""What Inspector writes in place of a version."""


def _version(package: _Package) -> str:
    """As the package manager writes it: `epoch:version-release`, where Inspector splits it."""
    epoch = f"{package.epoch}:" if package.epoch else ""
    release = package.release
    apart = release and not package.version.endswith(release)
    return f"{epoch}{package.version}{'-' + release if apart else ''}"


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
