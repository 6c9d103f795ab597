"""Cost as a text of the explorer: sums, savings, growth, repositories, what holds for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecrtui.model.cost import CostReport, RepositoryCost, Saving
from ecrtui.model.places import Registry
from ecrtui.render import cost as words
from ecrtui.render.columns import Cell
from ecrtui.render.lines import INDENT, TextLine, broken, note, title
from ecrtui.render.text import fitted, safe, width
from ecrtui.render.usage import unknown_text

SAVING, REPOSITORY = "saving:", "repository:"
"""What lines lead to, before the number of a row."""
TITLES = ("The largest savings", "Pushed and still stored, by month", "Repositories")
"""Of the parts, in their order."""
_SIZE, _MONEY, _IMAGES = 10, 14, 14


def cost_text(
    report: CostReport, columns: int, *, ascii_only: bool = False, reading: bool = False
) -> list[TextLine]:
    """All of it, in lines of so many columns."""
    lines = [*_sums(report, columns), TextLine(), *_savings(report, columns, reading=reading)]
    if report.months:
        lines += [TextLine(), title(TITLES[1])]
        bars = words.month_lines(report.months, columns - 4, ascii_only=ascii_only)
        lines += [TextLine((Cell(INDENT), Cell(bar)), bar) for bar in bars]
    lines += [TextLine(), title(f"{TITLES[2]} ({len(report.repositories):,})")]
    several = len(report.registries) > 1
    for number, row in enumerate(report.repositories):
        lines.append(_repository(row, number, columns, several=several))
    notes = words.notes(report)
    lines += [TextLine()] if notes else []
    for one in notes:
        lines += broken((Cell(INDENT),), one, columns, style="dim", copy=one)
    return lines


def _sums(report: CostReport, columns: int) -> Iterator[TextLine]:
    rows = report.registries
    if len(rows) > 1:
        whole, amount = words.everything(report)
        told = f"all {len(rows)} registries"
        said = f"{told}: {words.stored(whole)}" + (f", {amount} a month" if amount else "")
        yield _row(words.short(whole), amount, told, columns, copy=said)
    for row in rows:
        amount = words.money(row.money, words.currency(row.price))
        archived = row.storage.archived
        told = row.registry.called
        told += f", {words.short(archived)} of it archived" if archived.most else ""
        said = f"{row.registry.called}: {words.total_words(row)}"
        yield _row(words.short(row.storage.whole), amount, told, columns, copy=said)
    for where, problem in report.problems:
        told = f"{where}: {getattr(problem, 'sentence', problem)}"
        yield from broken((Cell(INDENT),), told, columns, style="warn", copy=told)


def _row(
    stored: str,
    amount: str,
    told: str,
    columns: int,
    *,
    copy: str,
    leads: str = "",
    style: str = "",
) -> TextLine:
    """Bytes, money, and what they are of."""
    head = Cell(f"{INDENT}{stored:>{_SIZE}}", style), Cell(f"  {amount:>{_MONEY}}  ", "dim")
    room = columns - sum(width(cell.text) for cell in head)
    return TextLine((*head, Cell(fitted(safe(told), room).rstrip(), style)), copy, leads)


def _savings(report: CostReport, columns: int, *, reading: bool) -> Iterator[TextLine]:
    yield title(TITLES[0])
    if not report.savings:
        nothing = "Nothing to be saved was found."
        nothing += " What is in doubt stands at the end." if report.doubt.images else ""
        yield note("Reading ..." if reading else nothing)
    if not all(saving.known for saving in report.savings):
        yield from broken((Cell(INDENT),), _doubt(report), columns, style="warn")
    several = len(report.registries) > 1
    for number, saving in enumerate(report.savings):
        yield _saving(saving, number, columns, several=several)


def _doubt(report: CostReport) -> str:
    """What a question mark behind a saving means."""
    told = "? only if nothing uses them"
    if not report.unknown:
        return f"{told}, which nobody could look at"
    more = f" and {len(report.unknown) - 1} more" if len(report.unknown) > 1 else ""
    return f"{told}: not looked at: {unknown_text(report.unknown[0])}{more}"


def _saving(saving: Saving, number: int, columns: int, *, several: bool) -> TextLine:
    told = f"{_place(saving.repository, saving.registry, several=several)}: {words.brief(saving)}"
    return _row(
        words.short(saving.freed),
        words.money(saving.money, saving.currency),
        told,
        columns,
        copy=words.command(saving),
        leads=f"{SAVING}{number}",
        style="" if saving.known else "dim",
    )


def _repository(row: RepositoryCost, number: int, columns: int, *, several: bool) -> TextLine:
    place = _place(row.repository, row.registry, several=several)
    return _row(
        words.short(row.storage.whole),
        words.money(row.money, words.currency(row.price)),
        f"{words.number(row.images, 'image'):>{_IMAGES}}  {place}",
        columns,
        copy=row.repository,
        leads=f"{REPOSITORY}{number}",
    )


def _place(repository: str, registry: Registry, *, several: bool) -> str:
    return f"{repository} in {words.region(registry)}" if several else repository


def summary(report: CostReport) -> Sequence[str]:
    """For the channel where one talks about money: sums, then a sentence for each saving."""
    sums = [f"{row.registry.called}: {words.total_words(row)}" for row in report.registries]
    return [*sums, *(words.sentence(saving) for saving in report.savings)]
