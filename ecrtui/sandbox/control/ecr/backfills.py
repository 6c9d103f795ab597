"""Replication backfills: those the world has are listed and described; none is started here.

A backfill is the ReplicationBackfillSummary document, with `results` for its images.
"""

from __future__ import annotations

from ecrtui.sandbox.control.ecr.base import ecr
from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.refusal import Refusal


@ecr.operation("ListReplicationBackfills")
def list_replication_backfills(call: Call) -> Document:
    """The registry's backfills, the newest first."""
    registry = call.registry
    rows = [
        {name: value for name, value in backfill.items() if name != "results"}
        for backfill in registry.settings.backfills.values()
    ]
    rows.sort(key=lambda row: -float(row["startedAt"]))
    found, more = page(call, "backfills", rows, default=50)
    return {"registryId": registry.account, "backfills": found} | more


@ecr.operation("DescribeReplicationBackfillResults")
def describe_replication_backfill_results(call: Call) -> Document:
    """One backfill with a page of its images, those of one status if asked."""
    registry, asked = call.registry, call.params["replicationBackfillId"]
    backfill = registry.settings.backfills.get(asked)
    if backfill is None:
        raise Refusal(
            "ReplicationBackfillNotFoundException",
            f"The replication backfill with id '{asked}' does not exist in the registry with id "
            f"'{registry.account}'",
        )
    status = call.params.get("resultStatusFilter")
    results = [
        result for result in backfill.get("results", []) if status in (None, result["status"])
    ]
    found, more = page(call, f"backfill/{asked}/{status}", results)
    return {**backfill, "registryId": registry.account, "results": found} | more
