"""What ECR says that a policy would do, followed to its end whatever happens meanwhile."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import HealthCheck, given, settings

from ecrtui.compare.lifecycle import simulate
from ecrtui.compare.lifecycle_previews import differences
from ecrtui.errors import GivenUp, NotAllowed, NotFound, ReadOnly, RemoteError, UsageError
from ecrtui.model.lifecycle_check import checked
from ecrtui.sandbox.control.ecr import lifecycle
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.lifecycle.policies import policies, read, sure
from ecrtui.workflows.lifecycle.preview import preview, same
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch
from tests import lifecycles, worlds
from tests.lifecycles import rule, tagged, text_of
from tests.workflows.at_work import here, services_in

NAME = "team/app"
UNTAGGED = text_of(rule(1, tagStatus="untagged"))


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, NAME)


class Hurried(Watch):
    """Waits as long as the sandbox takes, and no longer."""

    def pause(self, seconds: float) -> None:
        super().pause(0.02)


def fill(repository: Repository, count: int, *, tags: bool = False) -> None:
    for number in range(count):
        worlds.add_image(
            repository,
            content=str(number).encode(),
            tags={f"v{number}"} if tags else (),
            pushed_at=1_770_000_000.0 + number,
        )


def test_all_pages_of_a_preview(services: Services, repository: Repository) -> None:
    fill(repository, 230)
    found = preview(services, here(), NAME, UNTAGGED, Hurried())
    assert len(found.verdicts) == len({one.digest for one in found.verdicts}) == 229
    assert found.expiring == 229
    assert all(one.priority == 1 and one.pushed_at for one in found.verdicts)


def test_a_policy_is_read_put_and_taken_away(services: Services, repository: Repository) -> None:
    ask = policies(services, here())
    assert read(services, here(), NAME) is None
    ask.put(NAME, UNTAGGED)
    kept = read(services, here(), NAME)
    assert kept is not None
    assert same(kept.text, UNTAGGED)
    assert kept.evaluated_at is None
    repository.lifecycle_evaluated_at = 1_770_000_000.0
    assert getattr(read(services, here(), NAME), "evaluated_at", None) == 1_770_000_000.0
    ask.delete(NAME)
    assert read(services, here(), NAME) is None
    with pytest.raises(NotFound, match="team/none"):
        read(services, here(), "team/none")
    with pytest.raises(UsageError, match="no lifecycle policies"):
        read(services, services.public("main"), NAME)


def test_anothers_preview_is_waited_for(services: Services, repository: Repository) -> None:
    fill(repository, 3)
    ask = policies(services, here())
    other = text_of(rule(1, **tagged("*")))
    assert ask.start_preview(NAME, other)
    assert not ask.start_preview(NAME, UNTAGGED)
    watch = Hurried()
    found = preview(services, here(), NAME, UNTAGGED, watch)
    assert len(found.verdicts) == 2


def test_one_that_is_replaced_meanwhile_is_asked_for_anew(
    services: Services, repository: Repository
) -> None:
    fill(repository, 230)
    ask = policies(services, here())

    class Interfering(Hurried):
        times = 0

        def at(self, key: str, size: int, note: str = "") -> None:
            super().at(key, size, note)
            if "images" in note and self.times < 1:
                self.times += 1
                assert ask.start_preview(NAME, text_of(rule(1, **tagged("*"))))

    watch = Interfering()
    found = preview(services, here(), NAME, UNTAGGED, watch)
    assert (watch.times, len(found.verdicts)) == (1, 229)

    class Always(Interfering):
        times = -100

    with pytest.raises(RemoteError, match="keep replacing"):
        preview(services, here(), NAME, UNTAGGED, Always())


@pytest.mark.parametrize("status", ["EXPIRED", "FAILED"])
def test_one_that_ends_otherwise(
    services: Services, sandbox: Sandbox, repository: Repository, status: str
) -> None:
    fill(repository, 3)

    class Ending(Hurried):
        times = 0

        def pause(self, seconds: float) -> None:
            if not self.times and repository.lifecycle_preview is not None:
                self.times += 1
                with sandbox.world.lock:
                    repository.lifecycle_preview = dict(repository.lifecycle_preview)
                    repository.lifecycle_preview["status"] = status
            super().pause(seconds)

    if status == "FAILED":
        with pytest.raises(RemoteError, match="could not work"):
            preview(services, here(), NAME, UNTAGGED, Ending())
    else:
        assert len(preview(services, here(), NAME, UNTAGGED, Ending()).verdicts) == 2


def test_what_keeps_it_from_being_had(
    services: Services, sandbox: Sandbox, repository: Repository, tmp_path: object
) -> None:
    from pathlib import Path

    stopped = Watch()
    stopped.stop()
    with pytest.raises(GivenUp):
        preview(services, here(), NAME, UNTAGGED, stopped)
    protected = services_in(Path(str(tmp_path)) / "other", read_only=True)
    with pytest.raises(ReadOnly):
        preview(protected, here(), NAME, UNTAGGED, Hurried())
    protected.close()
    with pytest.raises(UsageError, match="refused"):
        preview(services, here(), NAME, "{}" + " " * 100, Hurried())
    sandbox.faults.add("deny", operation="StartLifecyclePolicyPreview")
    with pytest.raises(NotAllowed):
        preview(services, here(), NAME, UNTAGGED, Hurried())


def test_what_says_the_same_is_the_same_however_it_is_written() -> None:
    first, second = rule(1, **tagged("v*")), rule(2, tagStatus="untagged")
    text = text_of(first, second)
    turned = {**second, "selection": {**second["selection"], "storageClass": "standard"}}
    assert same(text, json.dumps({"rules": [turned, first]}))
    assert not same(text, text_of(first))
    assert not same(text, "")
    assert not same(text, "no json")
    assert not same(text, json.dumps({"rules": [1]}))


def test_a_text_with_errors_is_refused_by_its_first() -> None:
    with pytest.raises(UsageError) as refused:
        sure(text_of(rule(0, "burn")))
    assert refused.value.detail == "line 4, column 23: rulePriority is 0 (1 more)"
    assert "whole number" in refused.value.hint


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox's previews take no second: there are many of them."""
    monkeypatch.setattr(lifecycle, "PREVIEW_SECONDS", 0.01)


@pytest.mark.usefixtures("quick")
@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=lifecycles.good_policies())
def test_ecrs_word_and_ours_are_the_same(services: Services, sandbox: Sandbox, text: str) -> None:
    """Over the wire, with a repository of every kind of image, all of whose indexes are known."""
    world = sandbox.world
    registry = world.registry(worlds.ACCOUNT, worlds.REGION)
    name = next(iter(registry.repositories), "")
    if not name:
        populated = worlds.add_repository(world, NAME)
        worlds._populate(populated, random.Random(3), 40)
        name = NAME
    repository = registry.get(name)
    children = {image.digest: image.children for image in repository.images}
    found = preview(services, here(), name, text, Hurried())
    policy = checked(text).policy
    assert policy is not None
    images = [row for page in services.reader(here()).images(name) for row in page.items]
    now = services.clock.now()
    ours = simulate(policy, images, now, children.get)
    assert differences(policy, found.verdicts, ours, images, now) == ()
    assert [(one.digest, one.priority) for one in found.verdicts] == [
        (one.digest, one.priority) for one in ours.verdicts
    ]
