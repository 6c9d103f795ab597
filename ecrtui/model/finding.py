"""What scanning found in an image: findings of basic and of enhanced scanning in one form."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

import msgspec


class Severity(str, Enum):
    """How bad, the worst first, in the words of both kinds of scanning (API reference)."""

    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
    INFORMATIONAL = "INFORMATIONAL"
    UNTRIAGED = "UNTRIAGED"
    """Enhanced scanning's: nobody has judged it yet."""
    UNDEFINED = "UNDEFINED"
    """Basic scanning's, for the same; also for a word that is not known here."""

    @property
    def rank(self) -> int:
        """0 for the worst; it sorts."""
        return _RANKS[self.value]

    @property
    def letter(self) -> str:
        """One letter, for columns: C, H, M, L, I, and U for both that nobody judged."""
        return self.value[0]


def called(name: str) -> str:
    """A vulnerability's name as its source writes it, however it was typed: `CVE-2026-1234`,
    `GHSA-jfh8-c2jp-5v3q`. Inspector finds it by no other."""
    upper = name.strip().upper()
    return f"GHSA{upper[4:].lower()}" if upper.startswith("GHSA-") else upper


def severity(word: str) -> Severity:
    """The severity of the API's word; UNDEFINED for one that is not known here."""
    try:
        return Severity(word.upper())
    except ValueError:
        return Severity.UNDEFINED


_RANKS = {one.value: rank for rank, one in enumerate(Severity)}


class Finding(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One vulnerability of one package of one image. Its texts are foreign."""

    name: str
    """The identifier: `CVE-2026-1234`, `GHSA-...`, or what else the source calls it."""
    severity: Severity
    package: str = ""
    version: str = ""
    fixed_in: str = ""
    """The first version without it; '' when none is known."""
    manager: str = ""
    """Enhanced scanning's package manager: OS, PYTHONPKG, GOBINARY ...; '' in basic scanning."""
    path: str = ""
    """The file that brings the package, where enhanced scanning tells."""
    score: float | None = None
    """CVSS base score, the highest version's that is given."""
    vector: str = ""
    exploit: bool | None = None
    """Whether an exploit is known; None where scanning does not tell."""
    epss: float | None = None
    """The probability of being exploited, 0 to 1; only Inspector itself tells."""
    layer: str = ""
    """The digest of the layer it is in, where known."""
    description: str = ""
    uri: str = ""
    """Where the source writes about it."""
    source: str = ""
    """Whose data it is: `NVD`, `DEBIAN_CVE` ...; '' in basic scanning."""
    related: tuple[str, ...] = ()
    """What others call it: the CVE of a GHSA."""
    remedy: str = ""
    """What the service advises, in its words."""
    first_seen_at: float | None = None
    """When enhanced scanning saw it first in this image; epoch seconds, UTC."""
    arn: str = ""
    """Inspector's own name of the finding; '' in basic scanning."""
    updated_at: float | None = None
    """Epoch seconds, UTC."""

    @property
    def names(self) -> tuple[str, ...]:
        """All that it is called."""
        return self.name, *self.related

    @property
    def same(self) -> tuple[str, str]:
        """What makes it the same finding in another image: identifier and package, any version."""
        return self.name, self.package


class FindingDetails(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What Inspector knows of one finding besides. Its texts are foreign; times epoch seconds."""

    arn: str
    epss: float | None = None
    risk: int | None = None
    """Inspector's own rating, 0 to 100."""
    cisa_added_at: float | None = None
    """When CISA put it on its list of what is being exploited."""
    cisa_due_at: float | None = None
    cisa_action: str = ""
    exploit_first_at: float | None = None
    exploit_last_at: float | None = None
    weaknesses: tuple[str, ...] = ()
    """`CWE-787` ..."""
    references: tuple[str, ...] = ()


NOT_SCANNED = "NOT_SCANNED"


class ScanReport(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """All that scanning says of one image."""

    digest: str
    status: str
    """The API's: COMPLETE, ACTIVE, IN_PROGRESS, UNSUPPORTED_IMAGE ...; NOT_SCANNED where there is
    no scan at all."""
    description: str = ""
    """The API's words on the status."""
    enhanced: bool = False
    completed_at: float | None = None
    source_updated_at: float | None = None
    """When the data on vulnerabilities was renewed that the scan knew; epoch seconds, UTC."""
    findings: tuple[Finding, ...] = ()
    counts: dict[str, int] = {}
    """The API's counts by severity: of all findings, also those that are not read."""
    remarks: tuple[str, ...] = ()
    """What could not be found out, and why: that is no part of the scan."""

    @property
    def known(self) -> bool:
        """Whether it says anything about vulnerabilities: no findings then means none known."""
        return self.status in ("COMPLETE", "ACTIVE")

    @property
    def going(self) -> bool:
        """Whether a scan is on its way, so that asking again later tells more."""
        return self.status in ("IN_PROGRESS", "PENDING")

    @property
    def severities(self) -> dict[Severity, int]:
        """How many of each there are, the worst first, those there are none of left out."""
        told: dict[Severity, int] = {}
        for word, number in self.counts.items():
            told[severity(word)] = told.get(severity(word), 0) + number
        return {one: told[one] for one in Severity if told.get(one)}


class PlatformScan(NamedTuple):
    """The scan of one image, and for which platform that is; '' where it is no part of an index."""

    platform: str
    report: ScanReport


class FindingChanges(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Two images' findings compared."""

    fixed: tuple[Finding, ...] = ()
    introduced: tuple[Finding, ...] = ()
    unchanged: int = 0
