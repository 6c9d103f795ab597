"""`ecrtui why IMAGE`: everything that can keep a task from pulling it, each with what to do."""

from __future__ import annotations

import argparse
import shutil
import sys

from ecrtui.errors import NotFound, UsageError
from ecrtui.headless import narration
from ecrtui.headless.output import TABLE, Column, Listing, Output
from ecrtui.model.check import Check, State, may_be_pulled
from ecrtui.model.policy import Caller
from ecrtui.model.pull_failures import LONGEST, Explained, explain
from ecrtui.render import why as render
from ecrtui.workflows.locate import locate
from ecrtui.workflows.services import Services

CHECKS: Listing[Check] = Listing(
    (
        Column("STATE", lambda row, _: row.state.value, lambda row: row.state.value),
        Column("CHECK", lambda row, _: row.id, lambda row: row.id),
        Column("ABOUT", lambda row, _: row.about, lambda row: row.about),
        Column("WHAT IS SO", lambda row, _: row.detail, lambda row: row.detail),
        Column("WHAT TO DO", lambda row, _: row.fix, lambda row: row.fix),
    ),
    render.check_document,
)


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Explain a text, check an image, or both; 1 when a check failed."""
    if not options.image and not options.event:
        raise UsageError("why", title="Which image?", hint="ecrtui why IMAGE, or --event TEXT.")
    explained = _explained(options.event) if options.event else None
    found: list[Check] = []
    if not output.is_json and explained is not None:
        output.lines([line] for line in render.explained_lines(explained, _columns()))
        if explained.image and not options.image:
            narration.say(f"ecrtui why {explained.image}  checks the image itself")
    if options.image:
        found = _checked(services, options, output)
    if output.format == "json":
        document = {
            "reference": options.image or None,
            "mayBePulled": may_be_pulled(found) if options.image else None,
            "checks": [render.check_document(check) for check in found],
            "explained": render.explained_document(explained),
        }
        output.document(document)
    elif output.format == "jsonl" and explained is not None:
        output.document(render.explained_document(explained))
    return 1 if any(check.state is State.FAILED for check in found) else 0


def _checked(services: Services, options: argparse.Namespace, output: Output) -> list[Check]:
    """The checks, each printed when it is made, but for one JSON document."""
    from ecrtui.workflows.why import Question, checks

    question = Question(
        target=locate(services, options.image),
        platform=services.options.platform,
        callers=tuple(map(Caller.of, options.callers)),
        read=not options.no_read,
    )
    found: list[Check] = []
    for check in checks(services, question):
        found.append(check)
        if output.format == TABLE:
            output.lines([cell.text] for cell in render.check_lines(check, _columns()))
        elif output.format == "jsonl":
            output.pages(CHECKS, [[check]])
    if output.format in ("plain", "markdown"):
        output.pages(CHECKS, [found])
    for check in found:
        if check.missing:
            narration.say(f"Not allowed: {check.missing}: {check.id} is not known")
    narration.say(render.verdict(found))
    return found


def _explained(text: str) -> Explained:
    """What a text means; raises NotFound where it tells nothing."""
    text = sys.stdin.read(LONGEST) if text == "-" else text
    explained = explain(text)
    if explained is None:
        raise NotFound(
            text[:200].strip(),
            title="Nothing in this text tells why",
            hint="Give the whole stoppedReason of the task, or the reason of its container.",
        )
    return explained


def _columns() -> int:
    return min(110, shutil.get_terminal_size().columns)
