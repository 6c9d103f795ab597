"""Findings as lines one scrolls through: by platform, sorted or by package, each leads somewhere.

What a line leads to: `fold:KEY` is opened or closed, `finding:DIGEST:NUMBER` is shown whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from ecrtui.compare.findings import ordered
from ecrtui.model.finding import Finding, PlatformScan, ScanReport, Severity
from ecrtui.render.ages import Times
from ecrtui.render.columns import Cell
from ecrtui.render.lines import INDENT, TextLine, broken, note
from ecrtui.render.scans import (
    STYLES,
    Ways,
    counts_text,
    exploit_word,
    meaning,
    number,
    percent,
    severity_word,
    status_line,
)
from ecrtui.render.text import fitted, safe, width

ORDERS = ("severity", "package", "score", "epss", "name")
"""What findings are sorted by; by package they fold."""
_GAP = "  "
_LEAST = 7
"""Columns of a text that gives way."""


class FindingsView(NamedTuple):
    """What is drawn from."""

    scans: Sequence[PlatformScan]
    columns: int
    times: Times
    ways: Ways
    order: str = "severity"
    reverse: bool = False
    turned: frozenset[str] = frozenset()
    """What was opened or closed by hand: packages are open until then, and the first platform."""
    needle: str = ""
    ascii: bool = False


def finding_lines(view: FindingsView) -> list[TextLine]:
    """All platforms with their findings; with a needle only what holds it, unfolded."""
    lines: list[TextLine] = []
    several = any(scan.platform for scan in view.scans)
    for place, scan in enumerate(view.scans):
        if lines:
            lines.append(TextLine())
        opened = bool(view.needle) or is_open(view.turned, scan.report.digest, first=not place)
        if several:
            lines.append(_head(view, scan, opened=opened))
        elif scan.report.known:
            lines.append(note(status_line(scan.report, view.times)))
        if opened:
            lines += _of_scan(view, scan.report)
    return lines


def is_open(turned: frozenset[str], key: str, *, first: bool) -> bool:
    """Whether what folds is open: the first platform is by itself, the others are not."""
    return (key in turned) != first


def matching(findings: Iterable[Finding], needle: str) -> list[Finding]:
    """The findings that hold a text, case aside; also in what a narrow screen has no room for."""
    lowered = needle.lower()
    return [found for found in findings if not lowered or lowered in _text(found).lower()]


def _text(found: Finding) -> str:
    return " ".join(
        (
            severity_word(found.severity),
            *found.names,
            found.package,
            found.version,
            found.fixed_in,
            found.manager,
            found.path,
            found.source,
            found.description,
            "exploit" if found.exploit else "",
            "" if found.fixed_in else "no fix",
        )
    )


def _head(view: FindingsView, scan: PlatformScan, *, opened: bool) -> TextLine:
    told = status_line(scan.report, view.times, words=False)
    sign = _sign(view, opened=opened)
    key = scan.report.digest
    counts = next(iter(scan.report.severities), None)
    style = STYLES[counts] if counts is not None else "dim"
    name = Cell(f"{sign} {safe(scan.platform)}{_GAP}", "title")
    return TextLine((name, Cell(told, style)), key, f"fold:{key}")


def _sign(view: FindingsView, *, opened: bool) -> str:
    if view.ascii:
        return "v" if opened else ">"
    return "▾" if opened else "▸"


def _of_scan(view: FindingsView, report: ScanReport) -> Iterator[TextLine]:
    if not report.known:
        yield from _unknown(view, report)
        return
    found = matching(report.findings, view.needle)
    if not report.findings:
        yield note("Nothing was found.", "good")
    elif not found:
        yield note(f"No finding has {view.needle}.")
    else:
        places = {id(one): place for place, one in enumerate(report.findings)}
        table = _Table(report.digest, places, _columns(found, view.columns - 2))
        yield table.titles()
        if view.order == "package":
            yield from _by_package(view, table, found)
        else:
            yield from map(table.row, arranged(found, view.order, reverse=view.reverse))
    for remark in report.remarks:
        yield from broken((Cell(INDENT),), remark, view.columns, style="warn")


def _unknown(view: FindingsView, report: ScanReport) -> Iterator[TextLine]:
    told, indent = meaning(report, view.ways), (Cell(INDENT),)
    yield from broken(indent, told.sentence, view.columns, style="warn", copy=told.sentence)
    if report.description:
        yield from broken(indent, report.description, view.columns, copy=report.description)
    if told.fix:
        yield from broken(indent, told.fix, view.columns, style="dim")


def arranged(findings: Iterable[Finding], order: str, *, reverse: bool) -> list[Finding]:
    """In an order of ORDERS, the worst first; what nobody told comes last either way."""
    rows = list(ordered(findings))
    if order == "name":
        rows.sort(key=lambda one: (one.name, one.package))
    elif order in ("score", "epss"):
        value: Callable[[Finding], float | None] = lambda one: getattr(one, order)  # noqa: E731
        told = [one for one in rows if value(one) is not None]
        told.sort(key=lambda one: -(value(one) or 0.0))
        untold = [one for one in rows if value(one) is None]
        return [*(told[::-1] if reverse else told), *untold]
    return rows[::-1] if reverse else rows


def _by_package(
    view: FindingsView, table: _Table, findings: Sequence[Finding]
) -> Iterator[TextLine]:
    groups: dict[tuple[str, str], list[Finding]] = {}
    for found in ordered(findings):  # the package with the worst comes first
        groups.setdefault((found.package, found.version), []).append(found)
    rows = list(groups.items())
    for (package, version), members in rows[::-1] if view.reverse else rows:
        key = f"{table.digest}:{package}:{version}"
        opened = bool(view.needle) or is_open(view.turned, key, first=True)
        counts: dict[Severity, int] = {}
        for found in members:
            counts[found.severity] = counts.get(found.severity, 0) + 1
        name = (
            f"{INDENT}{_sign(view, opened=opened)} {package or '(no package)'} {version}".rstrip()
        )
        cells = (
            Cell(f"{safe(name)}{_GAP}", "accent"),
            Cell(counts_text(counts), STYLES[members[0].severity]),
        )
        yield TextLine(cells, package, f"fold:{key}")
        if opened:
            yield from map(table.row, members)


class _Column(NamedTuple):
    title: str
    text: Callable[[Finding], str]
    gives: int
    """The highest goes first when there is no room; 0 stays."""
    flexible: bool = False
    right: bool = False


_COLUMNS = (
    _Column("SEVERITY", lambda found: _short(found.severity), 0),
    _Column("FINDING", lambda found: found.name, 0, flexible=True),
    _Column("PACKAGE", lambda found: found.package, 0, flexible=True),
    _Column("VERSION", lambda found: found.version, 4, flexible=True),
    _Column(
        "FIXED IN", lambda found: found.fixed_in or ("-" if found.arn else ""), 1, flexible=True
    ),
    _Column("SCORE", lambda found: number(found.score), 3, right=True),
    _Column("EXPLOIT", exploit_word, 2),
    _Column("EPSS", lambda found: percent(found.epss), 5, right=True),
)
_WIDEST = 32


def _short(one: Severity) -> str:
    """`C critical`; the longest word is shortened."""
    return severity_word(one).replace("informational", "info")


def _columns(findings: Sequence[Finding], room: int) -> list[tuple[_Column, int]]:
    """The columns there is something in and room for, with their widths."""
    wanted: list[tuple[_Column, int]] = []
    for column in _COLUMNS:
        widest = max(width(safe(column.text(found)[:_WIDEST])) for found in findings)
        if widest or not column.gives:
            wanted.append((column, max(len(column.title), min(widest, _WIDEST))))
    while _across(wanted, least=True) > room and any(column.gives for column, _ in wanted):
        wanted.remove(max(wanted, key=lambda one: one[0].gives))
    while _across(wanted) > room:
        widest_one = max(
            (one for one in wanted if one[0].flexible and one[1] > _LEAST),
            key=lambda one: one[1],
            default=None,
        )
        if widest_one is None:
            break
        wanted[wanted.index(widest_one)] = (widest_one[0], widest_one[1] - 1)
    return wanted


_READABLE = 14
"""Columns down to which a text gives way before a whole column does."""


def _across(columns: Sequence[tuple[_Column, int]], *, least: bool = False) -> int:
    widths = (
        min(size, _READABLE) if least and column.flexible else size for column, size in columns
    )
    return sum(widths) + len(_GAP) * (len(columns) - 1)


class _Table(NamedTuple):
    digest: str
    places: dict[int, int]
    """The number of each finding in its report, by identity."""
    columns: list[tuple[_Column, int]]

    def titles(self) -> TextLine:
        """The heads of the columns."""
        cells = [fitted(column.title, size, right=column.right) for column, size in self.columns]
        return TextLine((Cell(INDENT + _GAP.join(cells), "dim"),))

    def row(self, found: Finding) -> TextLine:
        """One finding on a line; its severity bears the colour."""
        (severity, size), *rest = self.columns
        cells = [Cell(INDENT + fitted(severity.text(found), size) + _GAP, STYLES[found.severity])]
        plain = ""
        for column, size in rest:
            text = fitted(safe(column.text(found)), size, right=column.right) + _GAP
            if found.exploit and column.title == "EXPLOIT":
                cells += (Cell(plain), Cell(text, "bad"))
                plain = ""
            else:
                plain += text
        cells.append(Cell(plain))
        leads = f"finding:{self.digest}:{self.places[id(found)]}"
        return TextLine(tuple(cells), found.uri or found.name, leads)
