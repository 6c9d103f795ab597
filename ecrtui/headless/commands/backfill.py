"""`ecrtui backfill`: copies of what was there before the replication rules."""

from __future__ import annotations

import argparse
from functools import partial
from typing import Any

from ecrtui.errors import UsageError
from ecrtui.headless import narration
from ecrtui.headless.carrying import carry_out
from ecrtui.headless.documents import members
from ecrtui.headless.output import Column, Listing, Output
from ecrtui.model.backfill import Backfill, BackfillResult
from ecrtui.render.ages import instant, iso
from ecrtui.workflows.services import Services
from ecrtui.workflows.settings import backfill


def _document(row: Backfill) -> dict[str, Any]:
    times = {"startedAt": instant(row.started_at), "endedAt": instant(row.ended_at)}
    return members(row) | times


def _counted(row: Backfill) -> str:
    done = row.progress
    return f"{done.completed_replication_count}/{done.total_replication_count}"


BACKFILLS: Listing[Backfill] = Listing(
    (
        Column(
            "ID",
            lambda row, _: row.replication_backfill_id[:8],
            lambda row: row.replication_backfill_id,
        ),
        Column("REGION", lambda row, _: row.destination.region, lambda row: row.destination.region),
        Column(
            "ACCOUNT",
            lambda row, _: row.destination.registry_id,
            lambda row: row.destination.registry_id,
        ),
        Column("STATUS", lambda row, _: row.status, lambda row: row.status),
        Column("COPIED", lambda row, _: _counted(row), _counted, right=True),
        Column(
            "FAILED",
            lambda row, _: str(row.progress.failed_replication_count),
            lambda row: str(row.progress.failed_replication_count),
            right=True,
        ),
        Column(
            "STARTED",
            lambda row, times: times.short(row.started_at),
            lambda row: iso(row.started_at),
        ),
        Column("ENDED", None, lambda row: iso(row.ended_at)),
        Column("FAILURE", lambda row, _: row.failure_code, lambda row: row.failure_code),
    ),
    _document,
)
RESULTS: Listing[BackfillResult] = Listing(
    (
        Column("REPOSITORY", lambda row, _: row.repository_name, lambda row: row.repository_name),
        Column("DIGEST", lambda row, _: row.digest[:19], lambda row: row.digest),
        Column("STATUS", lambda row, _: row.status, lambda row: row.status),
        Column("FAILURE", lambda row, _: row.failure_code, lambda row: row.failure_code),
    ),
    members,
)


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """List them, start one and follow it, stop one, or tell what came of each image."""
    registry = services.home()
    if options.action == "list":
        if not output.pages(BACKFILLS, [backfill.listed(services, registry)]):
            narration.say("there was no backfill yet")
        return 0
    if not options.which:
        told = "a region" if options.action == "start" else "a backfill"
        raise UsageError(options.action, title=f"Name {told}", hint="ecrtui backfill lists them.")
    if options.action == "results":
        found = backfill.find(services, registry, options.which).replication_backfill_id
        pages = backfill.results(services, registry, found, failed=options.failed)
        if not output.pages(RESULTS, (page.items for page in pages)):
            narration.say("no results; they come once it has ended")
        return 0
    if options.action == "start":
        plan = backfill.plan_start(services, registry, options.which, options.account)
    else:
        plan = backfill.plan_stop(services, registry, options.which)
    return carry_out(services, options, output, plan, partial(backfill.run, services, plan))
