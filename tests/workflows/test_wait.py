"""Waiting for an image: looks without pulling, ends when it is there or the time is over."""

from __future__ import annotations

import pytest

from ecrtui.errors import NotAllowed, NotFound
from ecrtui.model.image import ImageId
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services
from ecrtui.workflows.wait import wait_for
from tests import worlds
from tests.workflows.at_work import here

TARGET = Target(here(), "team/app", ImageId(image_tag="v1"))


def test_until_it_appears(services: Services, sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    looks: list[float] = []

    def pause(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 3:
            worlds.add_image(repository, tags={"v1"})

    *nothing, found = wait_for(services, TARGET, interval=7.0, pause=pause)
    assert nothing == [None, None, None]
    assert found is not None
    assert found.image_tags == ("v1",)
    assert looks == [7.0, 7.0, 7.0]
    image = repository.images.by_tag("v1")
    assert image is not None
    assert image.last_pull is None


def test_what_is_there_is_answered_at_once(services: Services, sandbox: Sandbox) -> None:
    image = worlds.add_image(worlds.add_repository(sandbox.world, "team/app"), tags={"v1"})
    by_digest = Target(here(), "team/app", ImageId(image.digest))
    for target in (TARGET, by_digest):
        (found,) = wait_for(services, target, timeout=1)
        assert found is not None
        assert found.image_digest == image.digest


def test_the_time_is_over(services: Services, sandbox: Sandbox) -> None:
    worlds.add_repository(sandbox.world, "team/app")
    looks = wait_for(services, TARGET, timeout=0.3, interval=0.1)
    assert next(looks) is None
    with pytest.raises(NotFound, match="in time"):
        list(looks)


def test_waiting_makes_no_repository(services: Services) -> None:
    with pytest.raises(NotFound, match="repository"):
        list(wait_for(services, TARGET))


def test_a_refusal_ends_it(services: Services, sandbox: Sandbox) -> None:
    worlds.add_repository(sandbox.world, "team/app")
    sandbox.faults.add("deny", operation="DescribeImages", skip=1)
    with pytest.raises(NotAllowed):
        list(wait_for(services, TARGET, interval=0))
