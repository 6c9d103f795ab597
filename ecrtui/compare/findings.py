"""Two images' findings compared: by identifier and package, whatever the version."""

from __future__ import annotations

from collections.abc import Iterable

from ecrtui.model.finding import Finding, FindingChanges, ScanReport

_Key = tuple[str, str]


def compare(before: ScanReport, after: ScanReport) -> FindingChanges:
    """What was fixed and what was introduced, the worst first; each of them once.

    It says something only where both reports are `known`: what nobody scanned has no findings.
    """
    one, other = _by_key(before.findings), _by_key(after.findings)
    return FindingChanges(
        fixed=ordered(found for key, found in one.items() if key not in other),
        introduced=ordered(found for key, found in other.items() if key not in one),
        unchanged=len(one.keys() & other.keys()),
    )


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The worst first, then the highest score, then by name and package."""
    return tuple(sorted(findings, key=_rank))


def _by_key(findings: Iterable[Finding]) -> dict[_Key, Finding]:
    """The worst of each."""
    found: dict[_Key, Finding] = {}
    for one in sorted(findings, key=_rank):
        found.setdefault(one.same, one)
    return found


def _rank(found: Finding) -> tuple[int, float, str, str]:
    return found.severity.rank, -(found.score or 0.0), found.name, found.package
