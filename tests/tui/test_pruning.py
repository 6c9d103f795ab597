"""What would go, as a list: marks take in and leave out, and nothing goes before a last look."""

from __future__ import annotations

import pytest

from ecrtui.config import commands as kinds
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.tui.comparing import in_list, on
from tests.tui.explorer import Person, opened
from tests.tui.moving import agree, done, fill, in_form

APP = "team/app"


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    """Three images, of which one runs."""
    made = worlds.add_repository(sandbox.world, APP)
    for number in (1, 2, 3):
        worlds.add_image(
            made,
            tags={f"v{number}"},
            content=bytes([number]),
            pushed_at=sandbox.world.clock.start - number * 86_400,
        )
    worlds.add_service(sandbox.world, worlds.uri(made, "v2"), name="checkout")
    return made


async def by_rules(person: Person, tags: str) -> None:
    """In the list of what goes, by tags alone."""
    await person.goto(f"prune {APP}")
    await in_form(person, f"Prune {APP}")
    await person.press("space")
    await fill(person, "tags", tags)
    await person.press("enter")
    await person.at(kinds.PRUNING, APP)


async def stand(person: Person, text: str) -> None:
    """On the row that shows a text."""
    number = next(at for at, row in enumerate(person.rows) if text in person.line_of(row))
    await person.press("g", *["j"] * number)


async def test_what_is_in_use_is_taken_in_by_its_mark(
    sandbox: Sandbox, repository: Repository
) -> None:
    async with opened("--region", worlds.REGION) as person:
        await by_rules(person, "v*")
        await person.sees("2 of 3 go")
        await person.sees("in use: ECS service checkout")
        await person.press("*")  # all of them: what is in use is never among many
        await person.sees("0 of 3 go")
        await person.press("*")
        await person.sees("2 of 3 go")
        await person.rest()
        await stand(person, "checkout")
        await person.press("space")
        await person.sees("3 of 3 go")
        await person.sees("though in use")
        await person.press("D")
        await person.sees("v2 is in use: ECS service checkout")
        await agree(person, changes=True)
        await done(person)
        assert not list(repository.images)
        await person.sees("Nothing goes")


async def test_one_goes_back_to_what_was_typed_or_out(
    sandbox: Sandbox, repository: Repository
) -> None:
    async with opened("--region", worlds.REGION) as person:
        await in_list(person, APP)
        await person.press("X")
        await in_form(person, f"Prune {APP}")
        await person.press("space", "enter")
        await person.sees("Say at least one thing")
        await person.press("escape")
        await person.at(kinds.IMAGES, APP)


async def test_an_image_of_its_own_screen(sandbox: Sandbox, repository: Repository) -> None:
    async with opened("--region", worlds.REGION) as person:
        await in_list(person, APP)
        await on(person, "v1")
        await person.press("enter")
        await person.at(kinds.IMAGE)
        await person.press("D")
        await person.at(kinds.PRUNING, APP)
        await person.sees("1 of 3 go")
        await person.press("X")
        await person.hears("These images were named")
        await person.press("D")
        await agree(person, changes=True)
        await done(person)
        assert repository.images.by_tag("v1") is None


async def test_a_repository_goes_once_its_name_is_typed(
    sandbox: Sandbox, repository: Repository
) -> None:
    worlds.add_repository(sandbox.world, "team/empty")
    names = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).repositories
    async with opened("--region", worlds.REGION) as person:
        await person.at(kinds.REGISTRIES)
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        await person.press("g", *["j"] * person.rows.index(APP), "D")
        await person.at(kinds.PRUNING, APP)
        await person.press("D")
        await person.hears("takes it in all the same")  # one of its images runs
        await stand(person, "checkout")
        await person.press("space")
        await person.sees("3 of 3 go")
        await person.press("D", *"team/ap", "enter")
        await person.sees(f"its name is {APP}")
        await person.press("p", "enter")
        await person.sees("it cannot be undone")
        await agree(person, changes=True)
        await done(person)
        await person.at(kinds.REPOSITORIES)
        await person.until(lambda: person.rows == ["team/empty"], "the other repository alone")
        await person.press("D")
        await person.at(kinds.PRUNING, "team/empty")
        await person.sees("team/empty is empty")
        await person.press("D")
        await agree(person, changes=True)
        await done(person)
        assert not names


async def test_what_went_together_stands_together_and_comes_back(
    sandbox: Sandbox, repository: Repository
) -> None:
    async with opened("--region", worlds.REGION) as person:
        await by_rules(person, "v1 v3")
        await person.press("D")
        await agree(person, changes=True)
        await done(person)
        assert len(list(repository.images)) == 1
        await person.press("H")
        await person.at(kinds.JOURNAL)
        await person.sees(f"{APP}, 2 images")
        assert len(person.rows) == 1
        await person.press("l")
        await person.sees(f"{APP}:v3")
        await person.press("u")
        await person.sees("2 of 2 images")
        await agree(person, changes=True)
        await done(person)
        assert {tag for image in repository.images for tag in image.tags} == {"v1", "v2", "v3"}


async def test_read_only_has_no_such_keys(sandbox: Sandbox, repository: Repository) -> None:
    async with opened("--region", worlds.REGION, "--read-only") as person:
        await in_list(person, APP)
        await person.press("D", "X")
        assert person.place.spot.kind == kinds.IMAGES
