"""Replication backfills: started, followed, stopped; their images are there then.

A backfill is the ReplicationBackfillSummary document, with `results` for its images.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace

from ecrtui.sandbox.control.ecr.base import ecr
from ecrtui.sandbox.control.ecr.settings import destinations
from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.refusal import Refusal, invalid_parameter
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.shelf import Image

STEP_SECONDS = 0.2
"""Between two looks at how far a backfill is; AWS takes minutes."""
_STEPS = 4
_RUNNING = ("PREPARING", "IN_PROGRESS", "STOPPING")


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
    backfill = _backfill(call)
    status = call.params.get("resultStatusFilter")
    told = backfill.get("results", []) if backfill["status"] not in _RUNNING else []
    results = [result for result in told if status in (None, result["status"])]
    found, more = page(call, f"backfill/{asked}/{status}", results)
    return {**backfill, "registryId": registry.account, "results": found} | more


@ecr.operation("StartReplicationBackfill")
def start_replication_backfill(call: Call) -> Document:
    """Copy what is there to a destination of the rules; one at a time for a region."""
    registry, destination = call.registry, call.params["destination"]
    images = list(_meant(call, destination))
    running = [each for each in registry.settings.backfills.values() if each["status"] in _RUNNING]
    if any(each["destination"]["region"] == destination["region"] for each in running):
        raise Refusal(
            "ReplicationBackfillInProgressException",
            f"A replication backfill is already in progress for the region "
            f"'{destination['region']}'",
        )
    if len(running) >= 10:
        raise Refusal("LimitExceededException", "At most 10 replication backfills may be running")
    backfill: Document = {
        "replicationBackfillId": str(uuid.uuid4()),
        "destination": destination,
        "status": "PREPARING",
        "startedAt": call.now,
    }
    registry.settings.backfills[backfill["replicationBackfillId"]] = backfill
    for number in range(_STEPS + 1):
        step = _step(call, backfill, images, number / _STEPS)
        call.world.later(STEP_SECONDS * (number + 1), step)
    return {"registryId": registry.account, **backfill}


@ecr.operation("StopReplicationBackfill")
def stop_replication_backfill(call: Call) -> Document:
    """End one that runs; what is copied stays."""
    backfill = _backfill(call)
    if backfill["status"] not in _RUNNING:
        raise Refusal(
            "ReplicationBackfillInvalidStatusException",
            f"The replication backfill is {backfill['status']} and cannot be stopped",
        )
    backfill["status"] = "STOPPING"
    call.world.later(STEP_SECONDS, _ended(call, backfill, "STOPPED"))
    told = ("replicationBackfillId", "destination", "status", "startedAt")
    return {"registryId": call.registry.account} | {name: backfill[name] for name in told}


def _backfill(call: Call) -> Document:
    registry, asked = call.registry, call.params["replicationBackfillId"]
    backfill = registry.settings.backfills.get(asked)
    if backfill is None:
        raise Refusal(
            "ReplicationBackfillNotFoundException",
            f"The replication backfill with id '{asked}' does not exist in the registry with id "
            f"'{registry.account}'",
        )
    return backfill


def _meant(call: Call, destination: Document) -> Iterator[tuple[Repository, Image]]:
    rules = call.registry.settings.replication
    if not any(destination in rule["destinations"] for rule in rules):
        raise invalid_parameter("The destination is not in the registry's replication rules")
    for repository in call.registry.repositories.values():
        if destination in destinations(call.registry, repository):
            yield from ((repository, image) for image in repository.images)


def _step(
    call: Call, backfill: Document, images: list[tuple[Repository, Image]], share: float
) -> Callable[[], None]:
    """So much of it is done; with all of it, the backfill is."""

    def happen() -> None:
        if backfill["status"] not in ("PREPARING", "IN_PROGRESS"):
            return
        done = images[: round(len(images) * share)]
        for repository, image in done[len(backfill.get("results", [])) :]:
            _copy(call, backfill["destination"], repository, image)
        backfill["status"] = "IN_PROGRESS"
        backfill["results"] = [_result(repository, image) for repository, image in done]
        backfill["progress"] = {
            "totalReplicationCount": len(images),
            "completedReplicationCount": len(done),
            "failedReplicationCount": 0,
            "failureCodes": [],
        }
        if share == 1:
            _ended(call, backfill, "COMPLETE")()

    return happen


def _ended(call: Call, backfill: Document, status: str) -> Callable[[], None]:
    def happen() -> None:
        backfill["status"] = status
        backfill["endedAt"] = call.now

    return happen


def _result(repository: Repository, image: Image) -> Document:
    named = {"imageDigest": image.digest}
    return {"repositoryName": repository.name, "imageId": named, "status": "COMPLETE"}


def _copy(call: Call, destination: Document, repository: Repository, image: Image) -> None:
    if destination["registryId"] not in call.world.accounts:
        return
    there = call.world.registry(destination["registryId"], destination["region"])
    copy = there.repositories.get(repository.name) or there.create(repository.name, call.now)
    if copy.images.by_digest(image.digest) is None:
        copy.blobs.update({name: repository.blobs[name] for name in image.layers})
        copy.images.put(replace(image, tags=set(image.tags), pushed_at=call.now, scan=None))
