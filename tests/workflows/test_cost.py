"""Surveying registries in a sandbox: sums, use, copies, and places that fail."""

from __future__ import annotations

import pytest

from ecrtui.errors import NotFound
from ecrtui.model.cost import CostReport, SavingKind
from ecrtui.model.image import ImageId
from ecrtui.model.places import Registry
from ecrtui.model.savings import DAY, Terms
from ecrtui.sandbox.clock import Clock
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows import prune
from ecrtui.workflows.contents import read_bytes
from ecrtui.workflows.cost import request, survey
from ecrtui.workflows.prune import PruneRequest
from ecrtui.workflows.services import Services
from tests import worlds

HOME = Registry("main", worlds.REGION)
AWAY = Registry("main", worlds.OTHER_REGION)
APP = "team/app"
NOW = Clock.at(worlds.START).start
LONG_AGO = NOW - 200 * DAY


def surveyed(services: Services, *places: Registry, name: str = "", newest: int = 2) -> CostReport:
    *_, last = survey(services, places or (HOME,), name, Terms(newest=newest))
    assert last.complete
    return last


def releases(repository: Repository, count: int, pushed_at: float = NOW - 3600) -> None:
    for number in range(count):
        worlds.add_image(
            repository,
            tags={f"v{number}"},
            content=f"{repository.name} {number}".encode() * 50,
            pushed_at=pushed_at + number,
        )


def test_a_layer_counts_once_where_manifests_were_read(
    services: Services, sandbox: Sandbox
) -> None:
    repository = worlds.add_repository(sandbox.world, APP)
    one = worlds.add_image(repository, tags={"v1"}, content=b"same" * 100)
    other = worlds.add_image(repository, tags={"v2"}, content=b"same" * 100, labels={"a": "b"})
    (row,) = surveyed(services).repositories
    assert (row.storage.whole.bytes, row.storage.whole.bound) == (0, one.size + other.size)
    read_bytes(services, HOME, APP, [one.digest, other.digest])
    (row,) = surveyed(services).repositories
    blobs = {digest: repository.blobs[digest].size for digest in (*one.layers, *other.layers)}
    assert (row.storage.whole.bytes, row.storage.whole.bound) == (sum(blobs.values()), 0)
    assert one.last_pull is not None


def test_what_is_proposed_is_what_prune_would_take(services: Services, sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, APP)
    releases(repository, 6)
    worlds.add_service(sandbox.world, worlds.uri(repository, "v1"))
    (saving,) = surveyed(services).savings
    assert saving.kind is SavingKind.BEYOND_NEWEST
    plan = prune.plan(services, PruneRequest(registry=HOME, repository=APP, rules=saving.rules))
    assert {fate.digest for fate in plan.fates if fate.goes} == set(saving.digests)
    assert len(saving.digests) == 3
    assert plan.free == saving.freed
    assert saving.policy is False
    repository.lifecycle_policy = '{"rules": []}'
    assert surveyed(services).savings[0].policy is True


def test_what_may_belong_to_an_index_is_in_doubt_until_it_was_read(
    services: Services, sandbox: Sandbox
) -> None:
    repository = worlds.add_repository(sandbox.world, APP)
    child = worlds.add_image(repository, content=b"child")
    lone = worlds.add_image(repository, content=b"lone")
    index = worlds.add_index(repository, [child], tags={"v1"})
    report = surveyed(services)
    assert not report.savings
    assert (report.doubt.images, report.doubt.bytes) == (2, child.size + lone.size)
    read_bytes(services, HOME, APP, [index.digest])
    report = surveyed(services)
    assert report.doubt.images == 0
    assert [one.digests for one in report.savings] == [(lone.digest,)]


def test_a_forgotten_repository_and_one_that_a_function_needs(
    services: Services, sandbox: Sandbox
) -> None:
    for name in ("old/one", "old/two"):
        releases(worlds.add_repository(sandbox.world, name), 2, LONG_AGO)
    needed = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get("old/two")
    tagged = {tag: image for image in needed.images for tag in image.tags}
    worlds.add_function(
        sandbox.world, worlds.uri(needed, "v0"), digest=tagged["v0"].digest, name="job"
    )
    found = {one.repository: one for one in surveyed(services).savings}
    assert found["old/one"].kind is SavingKind.FORGOTTEN
    assert found["old/two"].kind is SavingKind.NOT_PULLED
    assert found["old/two"].digests == (tagged["v1"].digest,)


def test_nothing_is_free_where_nobody_may_look(services: Services, sandbox: Sandbox) -> None:
    releases(worlds.add_repository(sandbox.world, APP), 4, LONG_AGO)
    sandbox.faults.add("deny", service="ecs", operation="ListClusters")
    report = surveyed(services)
    assert [one.known for one in report.savings] == [False]
    assert {one.what for one in report.unknown} == {"ECS"}
    *_, answered = survey(services, [HOME], APP, Terms(not_in=("ecs",)))
    (saving,) = answered.savings
    assert (saving.known, saving.not_in) == (True, ("ECS",))
    assert prune.plan(services, request(saving)).going


def test_copies_that_no_rule_brought(services: Services, sandbox: Sandbox) -> None:
    world = sandbox.world
    here = worlds.add_repository(world, APP)
    there = worlds.add_repository(world, APP, region=worlds.OTHER_REGION)
    for repository in (here, there):
        worlds.add_image(repository, tags={"v1"}, pushed_at=NOW - 30 * DAY)
    services.reader(HOME).describe(APP, [ImageId(image_tag="v1")])
    next(iter(here.images)).last_pull = NOW - 1 * DAY
    (saving,) = surveyed(services, HOME, AWAY).savings
    assert (saving.kind, saving.registry.region) == (SavingKind.DUPLICATES, worlds.OTHER_REGION)
    assert saving.elsewhere == (worlds.REGION,)

    destination = {"region": worlds.OTHER_REGION, "registryId": worlds.ACCOUNT}
    calls = services.sessions.calls("ecr", "main", worlds.REGION)
    rules = [{"destinations": [destination]}]
    calls.call("PutReplicationConfiguration", replicationConfiguration={"rules": rules})
    assert not surveyed(services, HOME, AWAY).savings


def test_one_repository_and_one_that_is_nowhere(services: Services, sandbox: Sandbox) -> None:
    releases(worlds.add_repository(sandbox.world, APP), 2)
    releases(worlds.add_repository(sandbox.world, "team/other"), 2)
    report = surveyed(services, HOME, AWAY, name=APP)
    assert [row.repository for row in report.repositories] == [APP]
    assert not report.problems
    with pytest.raises(NotFound):
        surveyed(services, HOME, AWAY, name="team/none")


def test_a_place_that_fails_spoils_no_other(services: Services, sandbox: Sandbox) -> None:
    releases(worlds.add_repository(sandbox.world, APP), 2)
    elsewhere = Registry("nobody", worlds.REGION)
    report = surveyed(services, HOME, elsewhere)
    assert [row.repository for row in report.repositories] == [APP]
    assert len(report.problems) == 1
