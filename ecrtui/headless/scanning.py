"""How findings are printed: rows for people and programs, and the documents of docs/json.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ecrtui.headless.documents import members
from ecrtui.headless.output import Column, Listing
from ecrtui.model.affected import Affected
from ecrtui.model.finding import Finding, ScanReport, Severity
from ecrtui.model.scan_policy import ScanPolicy, Verdict
from ecrtui.model.usage import ImageUse
from ecrtui.render.affected import runs_text
from ecrtui.render.ages import instant
from ecrtui.render.images import short_digest
from ecrtui.render.scans import MEANINGS, exploit_word, number, percent, severity_word
from ecrtui.render.standing import NAMES, use_cell


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


class Hit(NamedTuple):
    """An image that has a vulnerability, and how it stands; None where nobody can tell."""

    row: Affected
    use: ImageUse | None


def _worst(hit: Hit) -> Severity:
    return hit.row.findings[0].severity


def _each(hit: Hit, name: str) -> str:
    told = (getattr(found, name) for found in hit.row.findings)
    return " ".join(dict.fromkeys(text for text in told if text))


AFFECTED: Listing[Hit] = Listing(
    (
        Column(
            "SEVERITY", lambda hit, _: severity_word(_worst(hit)), lambda hit: _worst(hit).value
        ),
        _same("REPOSITORY", lambda hit: hit.row.repository),
        _same("TAGS", lambda hit: " ".join(hit.row.tags)),
        Column("DIGEST", lambda hit, _: short_digest(hit.row.digest), lambda hit: hit.row.digest),
        _same("PLATFORM", lambda hit: hit.row.platform),
        Column("USE", lambda hit, _: use_cell(hit.use).text, lambda hit: _standing(hit.use) or ""),
        _same("RUNS IN", lambda hit: runs_text(hit.use)),
        _same("PACKAGE", lambda hit: _each(hit, "package")),
        _same("FIXED IN", lambda hit: _each(hit, "fixed_in")),
        _same("REGION", lambda hit: hit.row.registry.region),
        _same("ACCOUNT", lambda hit: hit.row.registry.account),
        _same("FROM", lambda hit: hit.row.source),
    ),
    lambda hit: affected_document(hit),
)


def _standing(use: ImageUse | None) -> str | None:
    return NAMES[use.standing] if use is not None else None


def _uses(found: ImageUse | None) -> list[dict[str, Any]] | None:
    if found is None:
        return None
    return [members(use) | {"since": instant(use.since)} for use in found.uses]


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


def scan_document(platform: str, report: ScanReport) -> dict[str, Any]:
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
        "findings": [finding_document(found) for found in report.findings],
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


def affected_document(hit: Hit) -> dict[str, Any]:
    """An image that has a vulnerability."""
    row, place = hit.row, hit.row.registry
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
        "use": _standing(hit.use),
        "running": hit.use.running if hit.use is not None else None,
        "uses": _uses(hit.use),
        "findings": [finding_document(found) for found in row.findings],
    }
