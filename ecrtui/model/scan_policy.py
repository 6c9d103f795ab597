"""What a pipeline demands of an image's findings: judged the careful way.

An image that nobody scanned fails: a gate that opens for what it could not look at is none.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ecrtui.model.finding import Finding, ScanReport, Severity


class ScanPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Which findings fail it."""

    worst: Severity
    """Those of this severity and all that are worse. UNDEFINED, the last of all, is any finding."""
    ignored: frozenset[str] = frozenset()
    """Names that were looked at and are borne, in upper case."""
    fixable: bool = False
    """Whether those do not count for which there is no fix, as enhanced scanning tells; that basic
    scanning tells none is no reason to let a finding pass."""

    def failed_by(self, found: Finding) -> bool:
        """Whether one finding is too much."""
        unfixed = self.fixable and bool(found.arn) and not found.fixed_in
        if found.severity.rank > self.worst.rank or unfixed:
            return False
        return not any(name.upper() in self.ignored for name in found.names)


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """How an image stands against a policy."""

    findings: tuple[Finding, ...] = ()
    """Those that fail it, of all its platforms, each once."""
    unknown: tuple[tuple[str, str], ...] = ()
    """Platform and status of what has no findings to judge."""
    nothing: bool = False
    """There was nothing to judge at all."""

    @property
    def failed(self) -> bool:
        """Whether the policy fails."""
        return bool(self.findings or self.unknown or self.nothing)


def judged(scans: Iterable[tuple[str, ScanReport]], policy: ScanPolicy) -> Verdict:
    """The verdict on the scans of an image by platform."""
    scans = list(scans)
    found: dict[tuple[str, str, str], Finding] = {}
    for _, report in scans:
        for one in report.findings:
            if policy.failed_by(one):
                found.setdefault((*one.same, one.version), one)
    return Verdict(
        findings=tuple(found.values()),
        unknown=tuple((where, one.status) for where, one in scans if not one.known),
        nothing=not scans,
    )
