"""`ecrtui journal [undo ID]`: what was changed, the newest last, and taking one change back."""

from __future__ import annotations

import argparse
from functools import partial

from ecrtui.errors import UsageError
from ecrtui.headless import narration
from ecrtui.headless.carrying import carry_out
from ecrtui.headless.output import Column, Listing, Output
from ecrtui.model.journal import Entry
from ecrtui.render.ages import iso
from ecrtui.render.journal import entry_document, place, short, subject
from ecrtui.workflows import journal
from ecrtui.workflows.services import Services

ENTRIES: Listing[Entry] = Listing(
    (
        Column("ID", lambda row, _: row.id, lambda row: row.id),
        Column(
            "WHEN", lambda row, times: times.short(row.change.at), lambda row: iso(row.change.at)
        ),
        Column("CHANGE", lambda row, _: row.change.kind.value, lambda row: row.change.kind.value),
        Column("IMAGE", lambda row, _: subject(row.change), lambda row: subject(row.change)),
        Column("BEFORE", lambda row, _: short(row.change.before), lambda row: row.change.before),
        Column("AFTER", lambda row, _: short(row.change.after), lambda row: row.change.after),
        Column("PLACE", lambda row, _: place(row.change), lambda row: place(row.change)),
        Column("COMMAND", lambda row, _: row.change.command, lambda row: row.change.command),
    ),
    entry_document,
)


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Print the changes, or take one back."""
    if options.action == "undo":
        return _undo(services, options, output)
    if options.id:
        raise UsageError(options.id, title="Only undo takes the name of a change")
    kept = journal.read(services)
    if kept.damaged:
        narration.say(f"{kept.damaged} damaged lines of the journal were passed over")
    if not output.pages(ENTRIES, [kept.entries]):
        narration.say("nothing was changed from here yet")
    return 0


def _undo(services: Services, options: argparse.Namespace, output: Output) -> int:
    from ecrtui.workflows import undo

    if not options.id:
        raise UsageError("undo", title="Which change?", hint="ecrtui journal lists their names.")
    entry = undo.find(services, options.id)
    plan = undo.plan(services, entry.change)
    return carry_out(services, options, output, plan, partial(undo.run, services, plan))
