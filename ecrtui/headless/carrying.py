"""How every command that moves or changes something goes: the plan, the question, the deed with
its progress on stderr, the outcome on stdout."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

import msgspec

from ecrtui.errors import ReadOnly, UsageError
from ecrtui.headless import narration
from ecrtui.headless.interrupts import interruptible
from ecrtui.headless.output import Output
from ecrtui.headless.progress_bar import ProgressBar
from ecrtui.model.plan import Outcome, Plan
from ecrtui.render.plans import outcome_line, plan_lines
from ecrtui.workflows import journal
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

Run = Callable[[Watch], Outcome]


def carry_out(
    services: Services, options: argparse.Namespace, output: Output, plan: Plan, run: Run
) -> int:
    """Show a plan, ask where a registry changes, do it, print the outcome; the exit code.

    With --dry-run the plan alone is printed; where nobody is asked its warnings are told on stderr.
    Raises what `run` raises; an interrupt stops it.
    """
    if options.dry_run:
        print_plan(plan, output)
        return 0
    if plan.done_already:
        return print_outcome(output, Outcome(sentence=plan.done_already, digest=plan.digest), plan)
    if plan.changes and services.read_only:
        raise ReadOnly(f"{plan.kind} {plan.target}")
    if (plan.changes or plan.careful) and not options.yes:
        agree(plan)
    else:
        for warning in plan.warnings:
            narration.say(warning)
    watch = Watch()
    with interruptible(watch), ProgressBar(watch, ascii_only=services.settings.ascii):
        outcome = journal.carry(services, plan, run, watch)
    return print_outcome(output, outcome, plan)


def agree(plan: Plan) -> None:
    """Show what will change and have it confirmed; raises UsageError where it is not."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            f"{plan.kind} {plan.target}",
            title="Nobody can be asked here",
            hint="--dry-run shows the plan, --yes agrees to it.",
        )
    for line in plan_lines(plan):
        narration.say(line)
    sys.stderr.write("ecrtui: go ahead? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise UsageError(f"{plan.kind} {plan.target}", title="Not confirmed, nothing was done")


def print_plan(plan: Plan, output: Output) -> None:
    """A plan, for --dry-run."""
    if output.is_json:
        output.document(plan_document(plan))
    else:
        output.lines([line] for line in plan_lines(plan))


def plan_document(plan: Plan) -> dict[str, Any]:
    """A plan as JSON: its common members alone, whatever a workflow keeps besides."""
    names = zip(Plan.__struct_fields__, Plan.__struct_encode_fields__, strict=True)
    whole = {other: msgspec.to_builtins(getattr(plan, name)) for name, other in names}
    return whole | {"facts": dict(plan.facts)}


def print_outcome(output: Output, outcome: Outcome, plan: Plan) -> int:
    """An outcome on stdout; the exit code."""
    if output.is_json:
        told = msgspec.to_builtins(outcome)
        for change in told["changes"]:
            del change["at"]  # the journal's, which wrote it down
        output.document({"kind": plan.kind, "source": plan.source, "target": plan.target} | told)
    else:
        output.lines([[outcome_line(outcome)]])
    return 0
