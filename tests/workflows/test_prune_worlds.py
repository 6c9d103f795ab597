"""Random worlds pruned, the sandbox as the judge: nothing in use or unknown goes, no index is left
without what it lists, all that was promised is gone, and an undo brings every digest and tag back.

The accounts have two regions, since every place of every region is asked twice for each example: in
seventeen of them a busy machine takes longer than a test may, which looks like a flaky example.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrtui.model.image import ImageId
from ecrtui.model.prune import Rules
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from ecrtui.workflows.contents import read_bytes
from ecrtui.workflows.prune import PrunePlan
from ecrtui.workflows.services import Services
from tests import worlds
from tests.workflows.at_work import services_in
from tests.workflows.pruning import HOME, carried, planned, put_back, there

NAMES = count(1)
TAGS = ("v1", "v2", "v3", "pr-1", "pr-2", "prod", "stable", "old")
REGIONS = (worlds.REGION, worlds.OTHER_REGION)
DENIED = ("ListClusters", "ListFunctions", "ListProjects")
THROTTLED = ("BatchDeleteImage", "DescribeImages")
EXAMPLES = 40

PATTERNS = st.lists(st.sampled_from(("v*", "pr-*", "*", "prod")), max_size=2).map(tuple)
RULES = st.builds(
    Rules,
    untagged=st.booleans(),
    tags=PATTERNS,
    keep=st.lists(st.sampled_from(("prod", "v3")), max_size=1).map(tuple),
    older_than=st.none() | st.just(3 * 86_400.0),
    newest=st.none() | st.integers(0, 2),
).filter(lambda rules: rules.say_something)


class World:
    """One repository of random images, and the digests that surely are in use."""

    def __init__(self, sandbox: Sandbox, chance: random.Random) -> None:
        self.chance, self.world = chance, sandbox.world
        self.name = f"random/app-{next(NAMES)}"
        self.repository: Repository = worlds.add_repository(self.world, self.name)
        self.tags = list(TAGS)
        chance.shuffle(self.tags)
        self.used: set[str] = set()
        self._images()
        self._indexes()
        self._referrers()
        self._uses()

    def _some_tags(self) -> set[str]:
        return {self.tags.pop() for _ in range(self.chance.choice((0, 0, 1, 1, 2))) if self.tags}

    def _images(self) -> None:
        for number in range(self.chance.randrange(1, 7)):
            worlds.add_image(
                self.repository,
                tags=self._some_tags(),
                content=self.chance.choice((b"shared", bytes([number]))),
                labels={"n": str(number)},
                pushed_at=self.world.clock.start - self.chance.choice((1, 2, 5, 9)) * 86_400,
            )

    def _indexes(self) -> None:
        for _ in range(self.chance.randrange(3)):  # the second may hold the first
            known = list(self.repository.images)
            children = self.chance.sample(known, self.chance.randrange(1, min(3, len(known)) + 1))
            worlds.add_index(self.repository, children, tags=self._some_tags())

    def _referrers(self) -> None:
        for number in range(self.chance.randrange(3)):
            subject = self.chance.choice(list(self.repository.images))
            worlds.add_image(
                self.repository,
                tags=self._some_tags() if self.chance.randrange(4) == 0 else (),
                content=f"about {number}".encode(),
                artifactType="application/vnd.example.signature",
                subject=worlds.descriptor(subject),
            )

    def _uses(self) -> None:
        for number in range(self.chance.randrange(3)):
            image = self.chance.choice(list(self.repository.images))
            self.use(image, f"{self.name.replace('/', '-')}-{number}")

    def use(self, image: Image, name: str) -> None:
        """A service runs it, or a function is made of it, or a task may be started by its tag."""
        kind, region = self.chance.randrange(3), self.chance.choice(REGIONS)
        tag = next(iter(sorted(image.tags)), "")
        where = worlds.uri(self.repository, tag, "" if tag else image.digest)
        if kind == 0:
            digest = image.digest
            worlds.add_service(self.world, where, digest=digest, name=name, region=region)
        elif kind == 1:
            worlds.add_function(self.world, where, digest=image.digest, name=name, region=region)
        else:
            worlds.add_definition(self.world, where, name, region=region)
        self.used.add(image.digest)

    def closed(self, digests: set[str]) -> set[str]:
        """What they hold, and what refers to it, by the registry's own word."""
        found, images = set(digests), self.repository.images
        waiting = list(digests)
        while waiting:
            image = images.by_digest(waiting.pop())
            below = {*image.children, *(one.digest for one in images.referrers(image.digest))}  # type: ignore[union-attr]
            waiting += below - found
            found |= below
        return found

    def holes(self) -> list[str]:
        """Indexes that list what is not there."""
        return [
            image.digest
            for image in self.repository.images
            if any(self.repository.images.by_digest(child) is None for child in image.children)
        ]


@pytest.fixture
def services(sandbox: Sandbox, tmp_path: Path) -> Iterator[Services]:
    for account in sandbox.world.accounts.values():
        account.regions = dict.fromkeys(REGIONS, "ENABLED_BY_DEFAULT")
    made = services_in(tmp_path)
    yield made
    made.close()


def some_are_read(services: Services, world: World) -> None:
    """A person has opened some of them before."""
    digests = sorted(there(world.repository))
    read = [one for one in digests if world.chance.randrange(2)]
    read_bytes(services, HOME, world.name, read)


def asked(services: Services, world: World, rules: Rules, include: list[str]) -> PrunePlan:
    """By rules, or some by name."""
    digests = sorted(there(world.repository))
    reading = world.chance.randrange(2) == 0
    if world.chance.randrange(3):
        named = {"rules": rules}
    else:
        few = world.chance.sample(digests, min(2, len(digests)))
        named = {"images": tuple(map(ImageId, few))}  # type: ignore[dict-item]
    return planned(
        services,
        repository=world.name,
        include=tuple(include),
        read_manifests=reading,
        **named,
    )


@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.integers(0, 1 << 30), RULES)
def test_nothing_needed_goes_and_all_of_it_comes_back(
    sandbox: Sandbox, services: Services, seed: int, rules: Rules
) -> None:
    chance = random.Random(seed)
    sandbox.faults.clear()
    world = World(sandbox, chance)
    some_are_read(services, world)
    before = there(world.repository)
    bodies = {one.digest: one.read_manifest() for one in world.repository.images}
    blind = chance.randrange(4) == 0
    if blind:
        sandbox.faults.add("deny", operation=chance.choice(DENIED))
    include = chance.sample(sorted(before), 1) if chance.randrange(3) == 0 else []
    below = world.closed(set(include))
    plan = asked(services, world, rules, include)
    if chance.randrange(3) == 0:
        sandbox.faults.add("throttle", operation=chance.choice(THROTTLED), times=2)
    outcome = carried(services, plan)
    after = there(world.repository)

    gone = before.keys() - after.keys()
    assert not world.holes()
    assert not (world.used - below) & gone
    if blind:
        assert gone <= below
    promised = {fate.digest for fate in plan.going}
    unsure = {fate.digest for fate in plan.going if fate.unsure}
    if plan.request.read_manifests and plan.request.rules is not None:
        assert not unsure
    assert gone <= promised
    assert promised - unsure <= gone
    assert {one.image_digest for one in outcome.left} == promised - gone
    assert not outcome.failed
    assert all(after[digest] == before[digest] for digest in after)
    assert outcome.gone == len(gone)

    sandbox.faults.clear()
    if gone:
        services.cache.clear()
        put_back(services)
    assert there(world.repository) == before
    assert {one.digest: one.read_manifest() for one in world.repository.images} == bodies


@settings(
    max_examples=EXAMPLES // 2,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.integers(0, 1 << 30), RULES)
def test_what_came_into_use_or_was_tagged_since_the_plan_stays(
    sandbox: Sandbox, services: Services, seed: int, rules: Rules
) -> None:
    chance = random.Random(seed)
    world = World(sandbox, chance)
    some_are_read(services, world)
    plan = asked(services, world, rules, [])
    now: set[str] = set()
    for fate in plan.going:
        image = world.repository.images.by_digest(fate.digest)
        assert image is not None
        if chance.randrange(4) == 0:
            world.use(image, f"late-{world.name.replace('/', '-')}-{len(now)}")
            now.add(fate.digest)
        elif chance.randrange(4) == 0:
            world.repository.images.tag(fate.digest, f"late-{len(now)}")
            now.add(fate.digest)
    carried(services, plan)
    assert now <= there(world.repository).keys()
    assert not world.holes()


def test_the_worlds_hold_every_kind(sandbox: Sandbox) -> None:
    """A judge of worlds in which nothing happens would judge nothing."""
    made = [World(sandbox, random.Random(seed)) for seed in range(40)]
    images = [image for one in made for image in one.repository.images]
    assert any(image.subject for image in images)
    nested = {child for image in images for child in image.children}
    assert any(image.children and image.digest in nested for image in images)
    assert any(not image.tags and image.digest not in nested for image in images)
    assert any(one.used for one in made)
