"""Keys that come together act in the order they were typed, wherever they lead."""

from __future__ import annotations

import pytest

from ecrtui.config import commands as kinds
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.tui.explorer import Person, opened


async def test_a_tab_a_move_and_enter(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    image = worlds.add_image(repository, tags={"v1"})
    subject = worlds.descriptor(image)
    signature = worlds.add_image(
        repository, content=b"s", artifactType="application/vnd.example", subject=subject
    )
    async with opened("team/app:v1") as person:
        await person.at(kinds.IMAGE)
        await person.burst("7", "j", "enter")
        await person.at(kinds.IMAGE, digest=signature.digest)


async def test_a_second_enter_is_for_the_next_screen(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    worlds.add_image(repository, tags={"v1"})
    async with opened("--region", worlds.REGION) as person:
        await _at_repositories(person)
        await person.burst("enter", "enter", "r", "j")
        await person.at(kinds.IMAGES, "team/app")
        assert len(person.app.screen_stack) == 3


async def test_a_command_right_behind_enter_is_the_next_screens(sandbox: Sandbox) -> None:
    worlds.add_image(worlds.add_repository(sandbox.world, "team/app"), tags={"v1"})
    async with opened("--region", worlds.REGION) as person:
        await _at_repositories(person)
        await person.burst("enter", "W", "v", "1", "enter")
        await person.hears("v1 is there")
        assert person.place.spot.kind == kinds.IMAGES


async def test_a_filter_and_what_follows_it(sandbox: Sandbox) -> None:
    for name in ("team/app", "team/base", "team/tool"):
        worlds.add_repository(sandbox.world, name)
    async with opened("--region", worlds.REGION) as person:
        await _at_repositories(person)
        await person.burst("slash", *"base", "enter", "enter")
        await person.at(kinds.IMAGES, "team/base")


async def test_a_filter_given_up_stays_given_up(sandbox: Sandbox) -> None:
    for name in ("team/app", "team/base"):
        worlds.add_repository(sandbox.world, name)
    async with opened("--region", worlds.REGION) as person:
        await _at_repositories(person)
        await person.burst("slash", *"base", "escape", "j")
        await person.until(lambda: person.listing.table.cursor == 1, "the second row")
        await person.rest()
        assert person.rows == ["team/app", "team/base"]


async def test_down_leaves_the_filter_line_for_its_rows(sandbox: Sandbox) -> None:
    for name in ("team/app", "team/base", "team/tool"):
        worlds.add_repository(sandbox.world, name)
    async with opened("--region", worlds.REGION) as person:
        await _at_repositories(person)
        await person.burst("slash", *"o", "down", "enter")
        await person.at(kinds.IMAGES, "team/tool")


async def test_tab_completes_what_was_typed_just_before(sandbox: Sandbox) -> None:
    for name in ("team/app", "other/base"):
        worlds.add_repository(sandbox.world, name)
    async with opened("--region", worlds.REGION) as person:
        await _at_repositories(person)
        await person.burst("colon", *"oth", "tab", "enter")
        await person.at(kinds.IMAGES, "other/base")


async def test_a_choice_is_narrowed_before_it_is_taken(sandbox: Sandbox) -> None:
    worlds.add_repository(sandbox.world, "team/app")
    async with opened("--region", worlds.REGION) as person:
        await _at_repositories(person)
        await person.burst("ctrl+p", *"registries:", "enter")
        await person.at(kinds.REGISTRIES)


async def test_left_and_home_move_in_the_line(sandbox: Sandbox) -> None:
    worlds.add_repository(sandbox.world, "team/app")
    async with opened("--region", worlds.REGION) as person:
        await _at_repositories(person)
        await person.press("slash", *"pp", "home")
        await person.press("a", "right", "x", "left", "left", "Z")
        assert person.typed == "aZpxp"


async def test_no_command_while_one_types(sandbox: Sandbox) -> None:
    worlds.add_repository(sandbox.world, "team/app")
    async with opened("--region", worlds.REGION) as person:
        await _at_repositories(person)
        await person.press("slash", "r", "R", "y", "tab", "ctrl+p")
        assert person.typed == "rRy"
        assert person.app.screen is person.place
        assert not person.said


@pytest.mark.parametrize(("keys", "pulled"), [(("enter",), False), (("right", "enter"), True)])
async def test_a_question_answered_before_it_is_drawn(
    sandbox: Sandbox, keys: tuple[str, ...], pulled: bool
) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    index = worlds.add_index(repository, [worlds.add_image(repository)], tags={"many"})
    async with opened("--region", worlds.REGION, "team/app") as person:
        await person.at(kinds.IMAGES)
        await person.filter("many")
        await person.burst("m", *keys)
        if pulled:
            await person.hears("counted as pulls")
        assert person.app.screen is person.place
        assert (index.last_pull is not None) == pulled


async def test_a_problem_read_copied_and_left_in_one_go(sandbox: Sandbox) -> None:
    worlds.add_repository(sandbox.world, "team/app")
    async with opened("--region", worlds.REGION, "team/app") as person:
        await person.at(kinds.IMAGES)
        sandbox.faults.add("deny", operation="DescribeImages")
        await person.again()
        await person.burst("!", "y", "escape", "escape")
        await person.at(kinds.REPOSITORIES)
        assert "ecr:DescribeImages" in person.copied()


async def _at_repositories(person: Person) -> None:
    await person.at(kinds.REGISTRIES)
    await person.press("enter")
    await person.at(kinds.REPOSITORIES)
