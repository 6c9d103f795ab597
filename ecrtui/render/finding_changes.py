"""Two images' findings compared: the line of the summary, the lines of the tab."""

from __future__ import annotations

from collections.abc import Iterator

from ecrtui.compare.comparison import ComparedFindings, Comparison
from ecrtui.errors import EcrtuiError
from ecrtui.model.finding import Finding, ScanReport
from ecrtui.render.columns import Cell
from ecrtui.render.fields import Field
from ecrtui.render.lines import INDENT, TextLine, broken, note, problem_lines
from ecrtui.render.scans import MEANINGS, STYLES, changes_text, severity_word
from ecrtui.render.text import fitted, safe

FINDINGS = "diff-findings"
"""The tab that tells more."""
_DAY = 86_400


def findings_fields(found: Comparison) -> list[Field]:
    """`fixed C1 H2, new M1`; none where nobody scans."""
    told = found.findings
    if told is None:
        return []
    if told.changes is None:
        return [Field("Findings", f"not known: {why_unknown(told)}", "dim", FINDINGS)]
    text = changes_text(told.changes) or "the same"
    text += f", {told.changes.unchanged:,} in both" if told.changes.unchanged else ""
    worse = bool(told.changes.introduced)
    return [Field("Findings", text, "warn" if worse else "", FINDINGS)]


def why_unknown(told: ComparedFindings) -> str:
    """What keeps two images' findings from being compared."""
    if isinstance(told.problem, EcrtuiError):
        return told.problem.sentence
    before, after = told.before, told.after
    if before is not None and after is not None and before.status == after.status:
        return f"both are {_word(before)}"
    sides = (("From", before), ("To", after))
    unknown = [(name, one) for name, one in sides if one is not None and not one.known]
    return ", ".join(f"{name} is {_word(one)}" for name, one in unknown)


def _word(report: ScanReport) -> str:
    known = MEANINGS.get(report.status)
    return known.word if known else report.status.lower().replace("_", " ")


def remark(told: ComparedFindings | None) -> str:
    """That a later scan knows of more; '' where both knew the same."""
    if told is None or told.changes is None or told.before is None or told.after is None:
        return ""
    if not (told.changes.introduced or told.changes.fixed):
        return ""
    one, other = _knew(told.before), _knew(told.after)
    if one is None or other is None or abs(one - other) < _DAY:
        return ""
    days = round(abs(one - other) / _DAY)
    return (
        f"scanned {days} day{'' if days == 1 else 's'} apart: what is new, or fixed, may only have"
        " become known, or better known, in between"
    )


def _knew(report: ScanReport) -> float | None:
    """When its scan looked; enhanced scanning goes on looking."""
    return None if report.enhanced else report.completed_at


def finding_changes(found: Comparison) -> Iterator[tuple[str, Finding]]:
    """`added` or `removed` with each finding, what is new first."""
    changes = found.findings.changes if found.findings is not None else None
    if changes is not None:
        yield from (("added", one) for one in changes.introduced)
        yield from (("removed", one) for one in changes.fixed)


def finding_change_lines(found: Comparison, columns: int, waiting: str) -> list[TextLine]:
    """What is new, then what is fixed, each the worst first."""
    told = found.findings
    if told is None:
        elsewhere = "Findings are those of ECR's scans, and both must be in private registries."
        return [note(waiting or elsewhere)]
    if told.changes is None:
        if isinstance(told.problem, EcrtuiError):
            return problem_lines(told.problem, columns)
        return broken((Cell(INDENT),), f"Not known: {why_unknown(told)}.", columns, style="warn")
    lines = [line for change, one in finding_changes(found) for line in _line(change, one, columns)]
    if not lines:
        lines.append(note("The findings are the same.", "good"))
    unchanged = told.changes.unchanged
    lines += [TextLine(), note(f"{unchanged:,} in both")] if unchanged else []
    later = remark(told)
    if later:
        lines += [TextLine(), *broken((Cell(INDENT),), later, columns, style="dim")]
    return lines


_SEVERITY = 11
_NAME = 20


def _line(change: str, one: Finding, columns: int) -> list[TextLine]:
    sign, style, word = ("+", "bad", "new") if change == "added" else ("-", "good", "fixed")
    severity = severity_word(one.severity).replace("informational", "info")
    head = (
        Cell(f"{INDENT}{sign} {word:<5}  ", style),
        Cell(f"{severity:<{_SEVERITY}}  ", STYLES[one.severity]),
        Cell(f"{fitted(safe(one.name), _NAME)}  "),
    )
    package = f"{one.package} {one.version}".strip()
    fixed = f", fixed in {one.fixed_in}" if change == "added" and one.fixed_in else ""
    lines = broken(head, package + fixed, columns, copy=one.uri or one.name)
    return [line._replace(change=change) for line in lines]
