"""Scans in words: what a status means and what to do about it, counts, one finding whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ecrtui.model.finding import (
    NOT_SCANNED,
    Finding,
    FindingChanges,
    FindingDetails,
    ScanReport,
    Severity,
)
from ecrtui.render.ages import Times
from ecrtui.render.columns import Cell
from ecrtui.render.fields import Field, Section

STYLES = {
    Severity.CRITICAL: "bad",
    Severity.HIGH: "bad",
    Severity.MEDIUM: "warn",
    Severity.LOW: "",
    Severity.INFORMATIONAL: "dim",
    Severity.UNTRIAGED: "dim",
    Severity.UNDEFINED: "dim",
}


class Meaning(NamedTuple):
    """A status in words."""

    word: str
    """In a list: one or two words."""
    sentence: str
    fix: str = ""
    """What to do about it; '' where nothing is to be done. `{start}` stands for how a scan is
    started, `{restore}` for how an image comes back from the archive, `{again}` for how one looks
    once more."""


# The states are those of ECR's ScanStatus (service model), the reasons those of its user guide and
# of the scan status reasons in Inspector's API reference.
MEANINGS: Mapping[str, Meaning] = {
    "COMPLETE": Meaning("scanned", "It was scanned."),
    "ACTIVE": Meaning("watched", "Enhanced scanning watches it and scans again with new data."),
    "IN_PROGRESS": Meaning("scanning", "It is being scanned.", "{again} in a minute."),
    "PENDING": Meaning("pending", "It waits for its first scan.", "{again} in a minute or some."),
    "FAILED": Meaning("scan failed", "The scan failed.", "{start}; AWS's words say why."),
    "UNSUPPORTED_IMAGE": Meaning(
        "unsupported",
        "The scanner does not know its operating system or kind of manifest.",
        "That says nothing about vulnerabilities: scan it elsewhere, for instance by its SBOM.",
    ),
    "SCAN_ELIGIBILITY_EXPIRED": Meaning(
        "scan expired",
        "Enhanced scanning no longer watches it: its time since push or last use has passed.",
        "Push or use it again, or lengthen the re-scan duration in Inspector's ECR settings.",
    ),
    "FINDINGS_UNAVAILABLE": Meaning(
        "unavailable",
        "Its findings cannot be had at present.",
        "{again} later; if it stays, see whether Inspector is on and may read the repository.",
    ),
    "LIMIT_EXCEEDED": Meaning(
        "limit reached",
        "A limit of scanning is reached; it was not scanned.",
        "Service Quotas shows the limits of ECR and Inspector; {again} tomorrow.",
    ),
    "IMAGE_ARCHIVED": Meaning(
        "archived", "It is in the archive, where nothing is scanned.", "{restore}."
    ),
    "IMAGE_SIZE_EXCEEDED": Meaning(
        "too large",
        "It is larger than what is scanned.",
        "That says nothing about vulnerabilities: make it smaller, or scan it elsewhere.",
    ),
    NOT_SCANNED: Meaning(
        "not scanned",
        "It was never scanned.",
        "{start}, or have the registry scan on push: the scanning settings say what it does.",
    ),
}


class Ways(NamedTuple):
    """How one does what a status asks for, in the words of a front end."""

    start: str
    restore: str
    again: str


def meaning(report: ScanReport, ways: Ways) -> Meaning:
    """What a report's status means; the API's own words for one that is not known here."""
    known = MEANINGS.get(report.status)
    if known is None:
        word = report.status.lower().replace("_", " ") or "unknown"
        return Meaning(word, report.description or f"Its scan is {word}.")
    return Meaning(known.word, known.sentence, known.fix.format(**ways._asdict()))


def counts_text(counts: Mapping[Severity, int], *, words: bool = False) -> str:
    """`C1 H4 M12`, or `1 critical, 4 high`; both for nobody's judgement are U."""
    if words:
        return ", ".join(f"{number:,} {one.value.lower()}" for one, number in counts.items())
    letters: dict[str, int] = {}
    for one, number in counts.items():
        letters[one.letter] = letters.get(one.letter, 0) + number
    return " ".join(f"{letter}{number}" for letter, number in letters.items())


def severity_word(one: Severity) -> str:
    """Letter and word: `C critical`; a colour is beside it, never alone."""
    return f"{one.letter} {one.value.lower()}"


def severity_cell(one: Severity) -> Cell:
    """The same, in its colour."""
    return Cell(severity_word(one), STYLES[one])


def counts_cell(report: ScanReport) -> Cell:
    """For a list: the counts that matter, `clean`, or the status in a word."""
    if not report.known:
        known = MEANINGS.get(report.status)
        return Cell(known.word if known else report.status.lower().replace("_", " "), "dim")
    counts = report.severities
    if not counts:
        return Cell("clean", "good")
    shown = {one: number for one, number in counts.items() if one.rank <= Severity.MEDIUM.rank}
    worst = next(iter(counts))
    return Cell(counts_text(shown or counts), STYLES[worst])


def worst(reports: Iterable[ScanReport]) -> ScanReport | None:
    """One report for the platforms of an index: of each severity the most that any has.

    To add them up would count one vulnerability once for each platform. A platform that is not
    known makes the whole unknown, unless another has findings: those are shown.
    """
    reports = list(reports)
    if not reports:
        return None
    told = [one for one in reports if one.known]
    counts: dict[str, int] = {}
    for one in told:
        for word, number in one.counts.items():
            counts[word] = max(counts.get(word, 0), number)
    if len(told) < len(reports) and not counts:
        return next(one for one in reports if not one.known)
    first = told[0]
    return ScanReport(digest="", status=first.status, enhanced=first.enhanced, counts=counts)


def status_line(report: ScanReport, times: Times, *, words: bool = True) -> str:
    """`basic, scanned 2h ago, 1 critical, 4 high`; counts by letters where not in `words`."""
    if not report.known:
        return MEANINGS[report.status].word if report.status in MEANINGS else report.status
    parts = ["enhanced" if report.enhanced else "basic"]
    if report.completed_at is not None:
        at = times.short(report.completed_at)
        parts.append(f"scanned {at}" if times.absolute else f"scanned {at} ago")
    parts.append(counts_text(report.severities, words=words) or "nothing found")
    return ", ".join(parts)


def scan_field(report: ScanReport) -> Field:
    """One line for an overview, which leads to the tab."""
    counts = report.severities
    if not report.known:
        known = MEANINGS.get(report.status)
        return Field("Findings", f"unknown: {known.word if known else report.status}", "dim", TAB)
    worst = next(iter(counts), None)
    style = STYLES[worst] if worst is not None else "good"
    return Field("Findings", counts_text(counts, words=True) or "none", style, TAB)


TAB = "findings"
"""The tab that tells more."""


def changes_text(changes: FindingChanges) -> str:
    """`fixed C1 H2, new M1`; '' where nothing changed."""
    parts = []
    for word, findings in (("fixed", changes.fixed), ("new", changes.introduced)):
        if findings:
            counts: dict[Severity, int] = {}
            for found in findings:
                counts[found.severity] = counts.get(found.severity, 0) + 1
            ordered = {one: counts[one] for one in Severity if one in counts}
            parts.append(f"{word} {counts_text(ordered)}")
    return ", ".join(parts)


def percent(chance: float | None) -> str:
    """EPSS as people read it: `97.3%`, `<0.1%`; '' when it is not known."""
    if chance is None:
        return ""
    return f"{chance:.1%}" if chance >= _SMALLEST or not chance else "<0.1%"


_SMALLEST = 0.0005


def number(score: float | None) -> str:
    """A score with one digit; '' when it is not known."""
    return "" if score is None else f"{score:.1f}"


def exploit_word(found: Finding) -> str:
    """`yes`, `no`, or '' where scanning does not tell."""
    return {True: "yes", False: "no", None: ""}[found.exploit]


def finding_sections(
    found: Finding, more: FindingDetails | None, times: Times, why: str = ""
) -> list[Section]:
    """One finding whole; `more` is Inspector's, `why` says what kept it from being had."""
    about = [
        Field("Severity", severity_word(found.severity), STYLES[found.severity]),
        Field("Score", _score(found)),
        Field("Vector", found.vector),
        Field("Exploit", _exploit(found, more, times)),
        Field("EPSS", _epss(found, more)),
        Field("Listed", _cisa(more, times)),
        Field("Inspector", f"risk {more.risk} of 100" if more and more.risk is not None else ""),
    ]
    where = [
        Field("Package", found.package),
        Field("Installed", found.version),
        _fix(found),
        Field("Manager", found.manager),
        Field("File", found.path),
        Field("Layer", found.layer),
        Field("Advice", found.remedy),
    ]
    source = [
        Field("Description", found.description),
        Field("Read more", found.uri),
        Field("Source", found.source),
        Field("Also called", ", ".join(found.related)),
        Field("Weakness", ", ".join(more.weaknesses) if more else ""),
        *(Field("Reference", link) for link in (more.references if more else ())),
        Field("First seen", times.long(found.first_seen_at)),
        Field("Updated", times.long(found.updated_at)),
        Field("ARN", found.arn),
        Field("Unknown", why, "warn"),
    ]
    parts = ((found.name, about), ("In this image", where), ("About it", source))
    return [Section(name, tuple(one for one in fields if one.text)) for name, fields in parts]


def _fix(found: Finding) -> Field:
    if found.fixed_in:
        return Field("Fixed in", found.fixed_in)
    if found.arn:
        return Field("Fixed in", "no fix is known", "warn")
    return Field("Fixed in", "basic scanning does not tell", "dim")


def _score(found: Finding) -> str:
    return f"{number(found.score)} CVSS" if found.score is not None else ""


def _exploit(found: Finding, more: FindingDetails | None, times: Times) -> str:
    if more is not None and more.exploit_last_at is not None:
        return f"seen in use, last {times.long(more.exploit_last_at)}"
    return {True: "one is known", False: "none is known", None: ""}[found.exploit]


def _epss(found: Finding, more: FindingDetails | None) -> str:
    chance = found.epss if found.epss is not None else more.epss if more else None
    return f"{percent(chance)} within 30 days" if chance is not None else ""


def _cisa(more: FindingDetails | None, times: Times) -> str:
    if more is None or more.cisa_added_at is None:
        return ""
    due = f", due {times.long(more.cisa_due_at)}" if more.cisa_due_at is not None else ""
    action = f": {more.cisa_action}" if more.cisa_action else ""
    return f"known to be exploited, by CISA{due}{action}"
