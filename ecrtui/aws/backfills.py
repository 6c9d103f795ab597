"""Replication backfills: started, stopped, listed, with what came of each image."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ecrtui.aws.calls import Calls, required, values
from ecrtui.model.backfill import Backfill, BackfillResult, Destination
from ecrtui.model.page import Page

_A_PAGE = 50
"""The most ListReplicationBackfills gives at once."""


def listed(calls: Calls) -> list[Backfill]:
    """All of a registry's, as the service orders them."""
    pages = calls.pages("ListReplicationBackfills", "backfills", Backfill, size=_A_PAGE)
    return [row for page in pages for row in page.items]


def described(calls: Calls, identity: str) -> Backfill:
    """One of them; raises NotFound."""
    answer = calls.call(
        "DescribeReplicationBackfillResults", replicationBackfillId=identity, maxResults=1
    )
    return values([answer], Backfill)[0]


def results(calls: Calls, identity: str, status: str = "") -> Iterator[Page[BackfillResult]]:
    """What came of each image, once it has ended; of one `status` where it is given."""
    only: dict[str, Any] = {"resultStatusFilter": status} if status else {}
    yield from calls.pages(
        "DescribeReplicationBackfillResults",
        "results",
        BackfillResult,
        replicationBackfillId=identity,
        **only,
    )


def start(calls: Calls, to: Destination) -> str:
    """Begin one; answers its id."""
    destination = {"region": to.region, "registryId": to.registry_id}
    answer = calls.call("StartReplicationBackfill", destination=destination)
    return str(required(answer, "replicationBackfillId"))


def stop(calls: Calls, identity: str) -> None:
    """End one; what is copied stays."""
    calls.call("StopReplicationBackfill", replicationBackfillId=identity)
