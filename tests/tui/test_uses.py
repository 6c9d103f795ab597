"""What runs, on the screens of the explorer: the column, the tab, the list, hostile names."""

from __future__ import annotations

import pytest

from ecrtui.config import commands as kinds
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.tui.explorer import Person, opened
from tests.tui.test_hostile_text import look

HERE = ("--region", worlds.REGION)
NAME = "team/app"


def release(sandbox: Sandbox) -> dict[str, str]:
    """Images of which one is behind, one runs, one is named and one nobody uses; their digests."""
    repository = worlds.add_repository(sandbox.world, NAME)
    digests = {}
    for number, tags in enumerate(({"old"}, {"live"}, {"next"}, {"idle"})):
        image = worlds.add_image(repository, tags=tags, content=bytes([number]))
        digests[next(iter(tags))] = image.digest
    ref = worlds.uri(repository, "live")
    worlds.add_service(sandbox.world, ref, digest=digests["old"], name="shop", count=2)
    worlds.add_service(sandbox.world, ref, name="jobs")
    worlds.add_definition(sandbox.world, worlds.uri(repository, "next"), "nightly")
    return digests


async def at_images(person: Person) -> None:
    await person.at(kinds.REGISTRIES)
    await person.goto(f"repo {NAME}")
    await person.at(kinds.IMAGES, NAME)


async def test_the_list_has_a_sign_for_each_image(sandbox: Sandbox) -> None:
    digests = release(sandbox)
    async with opened(*HERE) as person:
        await at_images(person)
        await person.sees("USE")
        await person.until(lambda: "·" in person.line_of(digests["idle"]), "all signs")
        assert "◐ 2" in person.line_of(digests["old"])
        assert "● 1" in person.line_of(digests["live"])
        assert "○" in person.line_of(digests["next"])


async def test_what_could_not_be_looked_at_is_a_question_mark(sandbox: Sandbox) -> None:
    digests = release(sandbox)
    sandbox.faults.add("deny", service="lambda")
    async with opened(*HERE) as person:
        await at_images(person)
        await person.until(lambda: "?" in person.line_of(digests["idle"]), "a question mark")
        assert "◐ 2" in person.line_of(digests["old"])
        person.listing.stand_on(digests["idle"])
        await person.press("w")
        await person.sees("Could not be looked at")
        await person.sees("ListFunctions")


async def test_who_wants_no_background_calls_has_none(
    sandbox: Sandbox, home: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(sandbox)
    from ecrtui.config.locations import Locations

    file = Locations.standard().settings_file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('uses = "ask"\n')
    sandbox.faults.add("hang-up", service="ecs")
    async with opened(*HERE) as person:
        await at_images(person)
        await person.rest()
        assert "USE" not in person.text
        await person.press("w")
        await person.sees("Could not be looked at")


async def test_the_tab_leads_to_all_uses_and_the_overview_says_it(sandbox: Sandbox) -> None:
    release(sandbox)
    async with opened(*HERE) as person:
        await at_images(person)
        await person.press("g", *["j"] * person.rows.index(person.tag("old")), "w")
        await person.sees("main/shop")
        await person.press("1")
        await person.sees("main/shop (2), behind live")
        await person.press("w", "g", "enter")
        await person.at(kinds.USES, NAME)
        await person.until(lambda: person.listing.table.current is not None, "a row")
        row = person.listing.table.current
        assert row is not None
        assert row.use.use.name == "shop"
        await person.press("y")
        assert person.copied().endswith(":service/main/shop")
        await person.press("o")
        assert person.copied().startswith(f"https://{worlds.REGION}.console.aws.amazon.com/ecs")


async def test_an_image_that_is_gone_is_told(sandbox: Sandbox) -> None:
    digests = release(sandbox)
    sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get(NAME).images.remove(digests["old"])
    async with opened(*HERE) as person:
        await at_images(person)
        await person.press("escape")
        await person.at(kinds.REPOSITORIES)
        await person.press("w")
        await person.at(kinds.USES, NAME)
        await person.sees("its image is gone")
        await person.press("g", "enter")
        await person.sees("The repository has no such image")


async def test_names_of_strangers_are_shown_not_obeyed(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, NAME)
    worlds.add_image(repository, tags={"v1"})
    for number, text in enumerate(worlds.HOSTILE):
        worlds.add_service(
            sandbox.world, worlds.uri(repository, "v1"), cluster=f"c{number}", name=text
        )
    async with opened(*HERE, size=(90, 30)) as person:
        await at_images(person)
        await person.sees("● 11")
        await person.press("w")
        await person.until(lambda: "c10" in person.text, "the uses")
        look(person)
        await person.press("g", "enter")
        await person.at(kinds.USES, NAME)
        await person.rest()
        look(person)
        await person.press("Y")
        await person.until(lambda: bool(person.choices), "the copy menu")
        look(person)
        await person.press("escape", "U")
        await person.until(lambda: bool(person.choices), "images")
        look(person)
        await person.press("enter")
        await person.rest()
        look(person)


async def test_ascii_has_signs_too(sandbox: Sandbox) -> None:
    from ecrtui.config.locations import Locations

    digests = release(sandbox)
    file = Locations.standard().settings_file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("ascii = true\n")
    async with opened(*HERE) as person:
        await at_images(person)
        await person.until(lambda: "o" in person.line_of(digests["next"]), "signs")
        text = person.text
        assert text.isascii()
        assert "% 2" in text
        assert "* 1" in text
