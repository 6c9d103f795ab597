"""How findings are printed: rows for people and programs, and the documents of docs/json.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ecrtui.headless.output import Column, Listing
from ecrtui.model.finding import Finding, ScanReport
from ecrtui.model.scan_policy import ScanPolicy, Verdict
from ecrtui.render.ages import instant
from ecrtui.render.scans import MEANINGS, exploit_word, number, percent, severity_word
from ecrtui.workflows.affected import Affected


class Row(NamedTuple):
    """A finding of the image of one platform."""

    platform: str
    digest: str
    finding: Finding


def _same(title: str, text: Callable[[Any], str], *, right: bool = False) -> Column[Any]:
    return Column(title, lambda row, _: text(row), text, right)


def _only_machine(title: str, text: Callable[[Any], str]) -> Column[Any]:
    return Column(title, None, text)


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def listing(*, platforms: bool) -> Listing[Row]:
    """The columns of findings; with a column for the platform where there are several."""
    columns: list[Column[Row]] = [
        Column(
            "SEVERITY",
            lambda row, _: severity_word(row.finding.severity),
            lambda row: row.finding.severity.value,
        ),
        _same("FINDING", lambda row: row.finding.name),
        _same("PACKAGE", lambda row: row.finding.package),
        _same("VERSION", lambda row: row.finding.version),
        _same("FIXED IN", lambda row: row.finding.fixed_in),
        Column(
            "SCORE",
            lambda row, _: number(row.finding.score),
            lambda row: _plain(row.finding.score),
            right=True,
        ),
        _same("EXPLOIT", lambda row: exploit_word(row.finding)),
        Column(
            "EPSS",
            lambda row, _: percent(row.finding.epss),
            lambda row: _plain(row.finding.epss),
            right=True,
        ),
        *([_same("PLATFORM", lambda row: row.platform)] if platforms else []),
        _only_machine("URI", lambda row: row.finding.uri),
    ]
    return Listing(tuple(columns), row_document)


AFFECTED: Listing[Affected] = Listing(
    (
        Column(
            "SEVERITY",
            lambda row, _: severity_word(row.findings[0].severity),
            lambda row: row.findings[0].severity.value,
        ),
        _same("REPOSITORY", lambda row: row.repository),
        _same("TAGS", lambda row: " ".join(row.tags)),
        Column("DIGEST", lambda row, _: row.digest[:19], lambda row: row.digest),
        _same("PLATFORM", lambda row: row.platform),
        _same("PACKAGE", lambda row: " ".join(dict.fromkeys(f.package for f in row.findings))),
        _same("FIXED IN", lambda row: " ".join(dict.fromkeys(f.fixed_in for f in row.findings))),
        _same("REGION", lambda row: row.registry.region),
        _same("ACCOUNT", lambda row: row.registry.account),
        _same("FROM", lambda row: row.source),
    ),
    lambda row: affected_document(row),
)


def finding_document(found: Finding) -> dict[str, Any]:
    """One finding, every member of it."""
    return {
        "name": found.name,
        "severity": found.severity.value,
        "package": found.package or None,
        "version": found.version or None,
        "fixedIn": found.fixed_in or None,
        "manager": found.manager or None,
        "path": found.path or None,
        "score": found.score,
        "vector": found.vector or None,
        "exploit": found.exploit,
        "epss": found.epss,
        "layer": found.layer or None,
        "description": found.description or None,
        "uri": found.uri or None,
        "source": found.source or None,
        "related": list(found.related),
        "remedy": found.remedy or None,
        "firstSeenAt": instant(found.first_seen_at),
        "updatedAt": instant(found.updated_at),
        "arn": found.arn or None,
    }


def row_document(row: Row) -> dict[str, Any]:
    """A line of --jsonl."""
    where = {"platform": row.platform or None, "imageDigest": row.digest}
    return where | finding_document(row.finding)


def scan_document(platform: str, report: ScanReport, findings: list[Finding]) -> dict[str, Any]:
    """The scan of one platform's image."""
    known = MEANINGS.get(report.status)
    return {
        "platform": platform or None,
        "imageDigest": report.digest,
        "status": report.status,
        "description": report.description or None,
        "means": known.sentence if known else None,
        "known": report.known,
        "enhanced": report.enhanced,
        "completedAt": instant(report.completed_at),
        "sourceUpdatedAt": instant(report.source_updated_at),
        "counts": {one.value: count for one, count in report.severities.items()},
        "findings": [finding_document(found) for found in findings],
        "remarks": list(report.remarks),
    }


def policy_document(policy: ScanPolicy | None, verdict: Verdict | None) -> dict[str, Any] | None:
    """What was demanded and what came of it; null where nothing was."""
    if policy is None or verdict is None:
        return None
    return {
        "failOn": policy.worst.value,
        "onlyFixed": policy.fixable,
        "ignored": sorted(policy.ignored),
        "failed": verdict.failed,
        "findings": [
            {"name": found.name, "severity": found.severity.value, "package": found.package or None}
            for found in verdict.findings
        ],
        "unknown": [
            {"platform": platform or None, "status": status} for platform, status in verdict.unknown
        ],
    }


def affected_document(row: Affected) -> dict[str, Any]:
    """An image that has a vulnerability."""
    place = row.registry
    return {
        "profile": place.profile or None,
        "account": place.account or None,
        "region": place.region,
        "repositoryName": row.repository,
        "imageDigest": row.digest,
        "imageTags": list(row.tags),
        "platform": row.platform or None,
        "severity": row.findings[0].severity.value,
        "source": row.source,
        "findings": [finding_document(found) for found in row.findings],
    }
