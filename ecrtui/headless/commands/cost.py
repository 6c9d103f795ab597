"""`ecrtui cost [REPO]`: what storage costs, how it grew, and the largest savings."""

from __future__ import annotations

import argparse
import shutil
import textwrap
from collections.abc import Iterator

from ecrtui.errors import EcrtuiError, UsageError
from ecrtui.headless import narration
from ecrtui.headless.costs import MONTHS, REPOSITORIES, SAVINGS, report_document
from ecrtui.headless.interrupts import interruptible
from ecrtui.headless.output import TABLE, Output
from ecrtui.headless.progress_bar import ProgressBar
from ecrtui.model.cost import CostReport
from ecrtui.model.places import Registry
from ecrtui.model.reference import parse
from ecrtui.model.savings import Terms
from ecrtui.render import cost as words
from ecrtui.render import markdown
from ecrtui.render.text import safe
from ecrtui.render.usage import unknown_text
from ecrtui.workflows import usage
from ecrtui.workflows.cost import survey
from ecrtui.workflows.locate import place as located
from ecrtui.workflows.scope import registries_in_scope
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

_READING = "repositories"


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Print it; the first failure's exit code where some place could not be read."""
    usage.refuse_places(options.not_in)
    places, name = _scope(services, options)
    terms = Terms(
        newest=options.keep_newest,
        idle=options.not_pulled_for,
        most=options.savings,
        not_in=tuple(options.not_in),
    )
    report = _read(services, places, name, terms)
    _print(output, report, services)
    for where, error in (*report.problems, *report.asides):
        if isinstance(error, EcrtuiError):
            narration.tell(error, where)
    for one in report.unknown:
        narration.say(f"not looked at: {unknown_text(one)}")
    failed = [error for _, error in report.problems if isinstance(error, EcrtuiError)]
    return failed[0].exit_code if failed else 0


def _scope(services: Services, options: argparse.Namespace) -> tuple[list[Registry], str]:
    if not options.repository:
        return list(registries_in_scope(services)), ""
    reference = parse(options.repository)
    if reference.tag or reference.digest:
        raise UsageError(
            options.repository,
            title="That is an image, not a repository",
            hint=f"Write {reference.name}.",
        )
    if reference.host or reference.region:
        target = located(services, reference)
        return [target.registry], target.repository
    return list(registries_in_scope(services)), reference.name


def _read(services: Services, places: list[Registry], name: str, terms: Terms) -> CostReport:
    """All of it, with how far it is on a terminal's stderr; raises GivenUp when stopped."""
    watch, report = Watch(), CostReport()
    watch.expect(_READING, "repositories")
    with interruptible(watch), ProgressBar(watch, ascii_only=services.settings.ascii):
        for report in survey(services, places, name, terms):
            watch.at(_READING, 0, _so_far(report))
    return report


def _so_far(report: CostReport) -> str:
    read, images = len(report.repositories), sum(row.images for row in report.repositories)
    told = f"{read:,} of {report.total:,}, {words.number(images, 'image')}"
    return f"{told}; use looked at in {report.looked}" if report.looked else told


def _print(output: Output, report: CostReport, services: Services) -> None:
    if output.format == "json":
        output.document(report_document(report, services.clock.now()))
        return
    if output.format == "markdown":
        _markdown(output, report)
        return
    output.pages(REPOSITORIES, [report.repositories])
    if output.format == TABLE:
        columns = min(100, shutil.get_terminal_size().columns)
        lines = _lines(report, columns, ascii_only=services.settings.ascii)
        output.lines([line] for line in lines)
    elif output.format != "jsonl":
        for row in report.registries:
            narration.say(f"{row.registry.called}: {words.total_words(row)}")
        for saving in report.savings:
            narration.say(f"{words.sentence(saving)} {words.command(saving)}")


def _lines(report: CostReport, columns: int, *, ascii_only: bool) -> Iterator[str]:
    yield ""
    if len(report.registries) > 1:
        whole, amount = words.everything(report)
        yield f"all of it: {words.stored(whole)}" + (f", {amount} a month" if amount else "")
    for row in report.registries:
        yield f"{row.registry.called}: {words.total_words(row)}"
    if report.months:
        yield from ("", "Pushed and still stored, by month")
        yield from words.month_lines(report.months, columns, ascii_only=ascii_only)
    yield from ("", "The largest savings" if report.savings else "Nothing to be saved was found.")
    for count, saving in enumerate(report.savings, 1):
        yield from _wrapped(f"{count:>2}. ", words.sentence(saving), columns)
        yield f"    {words.command(saving)}"
    if report.savings or report.repositories:
        yield ""
    for note in words.notes(report):
        yield from _wrapped("", note, columns)


def _wrapped(head: str, text: str, columns: int) -> Iterator[str]:
    yield from textwrap.wrap(
        safe(text), columns, initial_indent=head, subsequent_indent=" " * len(head)
    )


def _markdown(output: Output, report: CostReport) -> None:
    output.lines([[line] for line in _heading(report)])
    output.pages(REPOSITORIES, [report.repositories])
    output.lines([[""], ["### Pushed and still stored, by month"], [""]])
    output.pages(MONTHS, [words.shown_months(report.months)])
    output.lines([[""], ["### The largest savings"], [""]])
    if report.savings:
        output.pages(SAVINGS, [report.savings])
    else:
        output.lines([["Nothing to be saved was found."]])
    output.lines([[""], *([f"- {markdown.cell(note)}"] for note in words.notes(report))])


def _heading(report: CostReport) -> Iterator[str]:
    yield from ("### Storage", "")
    for row in report.registries:
        yield f"- {markdown.cell(row.registry.called)}: {words.total_words(row)}"
    yield ""
