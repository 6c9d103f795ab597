"""How plans of images that go are shown, agreed to and ended, for `prune` and `delete` alike."""

from __future__ import annotations

import argparse
from functools import partial

from ecrtui.headless import narration
from ecrtui.headless.carrying import carry_out, plan_document
from ecrtui.headless.interrupts import interruptible
from ecrtui.headless.output import Column, Listing, Output
from ecrtui.headless.progress_bar import ProgressBar
from ecrtui.model.plan import Outcome
from ecrtui.model.prune import Fate
from ecrtui.render.ages import iso
from ecrtui.render.plans import plan_lines
from ecrtui.render.pruning import fate_document, names, reason, told, word
from ecrtui.render.sizes import size
from ecrtui.render.standing import NAMES
from ecrtui.workflows import prune
from ecrtui.workflows.prune import PruneOutcome, PrunePlan, PruneRequest
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

PARTLY = 5
"""The registry did not do all of it."""
_SHOWN = 40
"""Images listed before one is asked; --dry-run lists all."""


def carry(
    services: Services, options: argparse.Namespace, output: Output, request: PruneRequest
) -> int:
    """The plan, the question, the deed, what came of it; the exit code."""
    watch = Watch()
    with interruptible(watch), ProgressBar(watch, ascii_only=services.settings.ascii):
        plan = prune.plan(services, request, watch)
    if options.dry_run:
        _print(plan, output)
        return 0
    if not options.yes and not plan.done_already:
        _list(plan)
    ended: list[Outcome] = []

    def run(watch: Watch) -> Outcome:
        ended.append(prune.run(services, plan, watch))
        return ended[-1]

    code = carry_out(services, options, output, plan, run)
    return next((_after(one) for one in ended if isinstance(one, PruneOutcome)), code)


def _after(outcome: PruneOutcome) -> int:
    """What was left, one by one."""
    for one in outcome.left:
        name = " ".join(one.image_tags) or one.image_digest
        narration.say(f"{name} {'could not be deleted' if one.failed else 'stays'}: {one.why}")
    return PARTLY if outcome.failed else 0


def _print(plan: PrunePlan, output: Output) -> None:
    """A plan, for --dry-run: a line for each image on stdout, what it comes to on stderr."""
    if output.format == "json":
        images = [fate_document(fate) for fate in plan.fates]
        whole = {"unread": plan.unread, "undo": plan.undo, "images": images}
        output.document(plan_document(plan) | whole)
        return
    for line in plan_lines(plan):
        narration.say(line)
    fates = plan.fates if output.format == "jsonl" else told(plan.fates)
    output.pages(_listing(plan), [fates])


def _list(plan: PrunePlan) -> None:
    shown = told(plan.fates)
    for fate in shown[:_SHOWN]:
        narration.say(f"{word(fate):<5}  {names(fate)}  {reason(fate, plan.related.rows)}")
    if len(shown) > _SHOWN:
        narration.say(f"... and {len(shown) - _SHOWN} more: --dry-run lists all")


def _listing(plan: PrunePlan) -> Listing[Fate]:
    why = partial(reason, rows=plan.related.rows)
    return Listing(
        (
            Column("FATE", lambda row, _: word(row), word),
            Column("IMAGE", lambda row, _: names(row), lambda row: " ".join(row.image.image_tags)),
            Column("DIGEST", None, lambda row: row.digest),
            Column(
                "SIZE",
                lambda row, _: size(row.image.image_size_in_bytes),
                lambda row: str(row.image.image_size_in_bytes or 0),
                right=True,
            ),
            Column(
                "PUSHED",
                lambda row, times: times.short(row.image.image_pushed_at),
                lambda row: iso(row.image.image_pushed_at),
                right=True,
            ),
            Column("USE", None, lambda row: NAMES[row.use.standing] if row.use else "unknown"),
            Column("WHY", lambda row, _: why(row), why),
        ),
        fate_document,
    )
