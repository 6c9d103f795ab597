"""Histories and reasons on the screen: hostile texts, what may not be read, what comes late."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecrtui.config import commands as kinds
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.trail import Event
from tests import worlds
from tests.tui.comparing import in_list, on
from tests.tui.explorer import opened
from tests.tui.test_hostile_text import look
from tests.workflows.test_permissions import _layout
from tests.workloads import add_task

HERE = ("--region", worlds.REGION)
NAME = "hostile/app"


def moved(sandbox: Sandbox, tag: str, digest: str, by: str) -> None:
    """Have CloudTrail say that somebody moved a tag."""
    asked = {"registryId": worlds.ACCOUNT, "repositoryName": NAME}
    record = {
        "eventName": "PutImage",
        "userIdentity": {"arn": by},
        "requestParameters": asked,
        "responseElements": {"image": {"imageId": {"imageTag": tag, "imageDigest": digest}}},
    }
    at = sandbox.world.clock.start - 60
    event = Event("1", "PutImage", "ecr", at, by, "", False, (), json.dumps(record))
    sandbox.world.trail.add(worlds.ACCOUNT, worlds.REGION, event)


@pytest.mark.parametrize("size", [(80, 24), (130, 40)])
async def test_hostile_texts_are_shown_and_not_obeyed(
    sandbox: Sandbox, size: tuple[int, int]
) -> None:
    repository = worlds.add_repository(sandbox.world, NAME)
    image = worlds.add_image(repository, tags={"v1", *worlds.HOSTILE})
    for text in worlds.HOSTILE:
        moved(sandbox, text, text, text)
        moved(sandbox, text, image.digest, text)
    denial = {"Effect": "Deny", "Principal": "*", "Action": "*"}
    statements = [{"Sid": text, **denial} for text in worlds.HOSTILE]
    repository.policy = json.dumps({"Statement": statements})
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    task = add_task(sandbox.world, f"{host}/{NAME}:v1")
    task.stop(sandbox.world.clock.start - 30, "X", f"not found {''.join(worlds.HOSTILE)}")
    async with opened(*HERE, size=size) as person:
        await person.at(kinds.REGISTRIES)
        await in_list(person, NAME)
        await person.press("Z")
        await person.at(kinds.TIME)
        for _ in range(3):
            look(person)
            await person.press("pagedown")
        await person.press("Y")
        look(person)
        await person.press("escape", "escape")
        await person.at(kinds.IMAGES)
        await person.press("Q")
        await person.at(kinds.WHY)
        assert "policy" in look(person)
        for _ in range(6):
            await person.press("pagedown")
            look(person)


async def test_who_may_not_ask_cloudtrail_is_told_why(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, NAME)
    worlds.add_image(repository, tags={"v1"})
    sandbox.faults.add("deny", operation="LookupEvents")
    async with opened(*HERE, size=(100, 24)) as person:
        await person.at(kinds.REGISTRIES)
        await in_list(person, NAME)
        await person.press("Z")
        await person.at(kinds.TIME)
        await person.sees("Not allowed: LookupEvents")
        assert "seen by ecrtui" in person.text
        await person.press("!")
        await person.sees("cloudtrail:LookupEvents on resource")


async def test_an_image_that_is_gone_is_no_place_to_go(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, NAME)
    worlds.add_image(repository, tags={"v1"}, content=b"1")
    gone = "sha256:" + "0" * 64
    moved(sandbox, "v1", gone, "arn:aws:iam::111122223333:user/jo")
    async with opened(*HERE, size=(100, 24)) as person:
        await person.at(kinds.REGISTRIES)
        await in_list(person, NAME)
        await person.press("Z")
        await person.at(kinds.TIME)
        await person.sees("image gone")
        row = next(key for key in person.rows if gone in key)
        await person.press("g", *["j"] * person.rows.index(row), "enter")
        await person.sees("The repository has this image no more")
        await person.press("escape", "t")
        await person.hears("no more")


async def test_what_is_outside_ecr_has_neither(sandbox: Sandbox, tmp_path: Path) -> None:
    repository = worlds.add_repository(sandbox.world, NAME)
    image = worlds.add_image(repository, tags={"v1"})
    _layout(tmp_path / "layout", image, repository)
    async with opened(*HERE, f"oci:{tmp_path / 'layout'}:v1", size=(100, 24)) as person:
        await person.at(kinds.IMAGE)
        for key in ("Z", "Q"):
            await person.press(key)
            await person.hears("Only registries of ECR are looked at like that")


async def test_the_row_one_stood_on_is_where_the_image_is(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, NAME)
    worlds.add_image(repository, tags={"v1"}, content=b"1")
    async with opened(*HERE, size=(100, 24)) as person:
        await person.at(kinds.REGISTRIES)
        await in_list(person, NAME)
        await on(person, "v1")
        await person.press("Z")
        await person.at(kinds.TIME)
        await person.press("enter")
        await person.at(kinds.IMAGE)
        assert "v1" in person.crumbs
