"""Starting where one left, settings and keymaps, other sizes, quitting in the middle, mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ecrtui.config import commands as kinds
from ecrtui.model.page import Page
from ecrtui.render.ages import utc
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui import themes
from ecrtui.tui.screens.repositories import RepositoriesScreen
from ecrtui.workflows import browse
from tests import worlds
from tests.tui import pictures
from tests.tui.explorer import Person, opened

HERE = ("--region", worlds.REGION)
APP = "team/app"
KINDS = (kinds.REGISTRIES, kinds.REPOSITORIES, kinds.IMAGES, kinds.IMAGE)


@pytest.fixture(autouse=True)
def release(sandbox: Sandbox) -> pictures.Release:
    """A release in one repository."""
    return pictures.add_release(worlds.add_repository(sandbox.world, APP), "v1")


def write(home: Path, name: str, text: str) -> None:
    """One of the person's files."""
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / name).write_text(text, encoding="utf-8")


async def go(person: Person, kind: str) -> None:
    """From the registries to a kind of place, by Enter alone."""
    for step in KINDS[: KINDS.index(kind)]:
        await person.at(step)
        await person.press("enter")
    await person.at(kind)


# Starting again


@pytest.mark.parametrize("kind", KINDS[1:])
async def test_a_start_where_one_left(kind: str) -> None:
    async with opened(*HERE) as person:
        await go(person, kind)
        spot = person.place.spot
    async with opened(*HERE) as person:
        await person.at(kind)
        assert person.place.spot.same_place(spot)
        for above in reversed(KINDS[: KINDS.index(kind)]):
            await person.press("escape")
            await person.at(above)
        await person.press("escape")  # the root stays
        assert person.place.spot.kind == kinds.REGISTRIES


async def test_a_start_at_an_image_asked_for(release: pictures.Release) -> None:
    async with opened(*HERE) as person:
        await go(person, kinds.REPOSITORIES)
    async with opened(*HERE, f"{APP}:v1") as person:
        await person.at(kinds.IMAGE)
        assert release.image.digest in person.text


async def test_what_was_left_may_be_gone(sandbox: Sandbox) -> None:
    async with opened(*HERE) as person:
        await go(person, kinds.IMAGES)
    del sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).repositories[APP]
    async with opened(*HERE) as person:
        await person.at(kinds.IMAGES)
        assert person.place.state == "failed"
        assert APP in person.text
        await person.press("escape")
        await person.at(kinds.REPOSITORIES)


# The person's files


async def test_other_keys(home: Path) -> None:
    write(home, "keymap.toml", 'refresh = ["f5", "ctrl+r"]\nopen = "x"\n')
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        assert "x open" in person.lines[-1]
        await person.press("enter", "r")
        assert person.place.spot.kind == kinds.REGISTRIES
        await person.press("x")
        await person.at(kinds.REPOSITORIES)
        read = person.place.reading
        for key in ("f5", "ctrl+r"):
            read.read_at = None
            await person.press(key)
            await person.until(lambda: person.settled, "an end of reading again")


async def test_a_mistake_in_the_keymap_is_said(home: Path) -> None:
    write(home, "keymap.toml", 'refresch = "f5"\n')
    async with opened(*HERE) as person:
        await person.hears("refresch")
        await person.at(kinds.REGISTRIES)
        await person.again()


async def test_settings_of_the_screen(home: Path, sandbox: Sandbox) -> None:
    write(home, "settings.toml", 'times = "utc"\nrefresh_seconds = 60\ntheme = "nord"\n')
    async with opened(*HERE) as person:
        await go(person, kinds.REPOSITORIES)
        created = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get(APP).created_at
        assert utc(created) in person.text
        assert "every 60 s" in person.lines[-2]
        assert person.app.theme == "nord"


async def test_a_theme_that_is_none(home: Path) -> None:
    write(home, "settings.toml", 'theme = "[/x]"\n')
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        await person.hears("There is no theme [/x]")
        assert person.app.theme == themes.DEFAULT


async def test_every_theme_draws_every_place() -> None:
    async with opened(*HERE, f"{APP}:v1") as person:
        await person.at(kinds.IMAGE)
        for theme in person.app.available_themes:
            person.app.theme = theme
            await person.rest()
            assert "What it is" in person.text
        await person.press("escape")
        await person.at(kinds.IMAGES)
        assert "v1" in person.text


# The terminal


async def test_the_window_is_dragged() -> None:
    async with opened(*HERE, size=(100, 30)) as person:
        for kind in KINDS:
            await person.at(kind)
            for columns, rows in ((41, 9), (200, 60), (80, 24)):
                await person.pilot.resize_terminal(columns, rows)
                await person.until(lambda: True, "a picture")
                strips = person.strips
                assert [strip.cell_length for strip in strips] == [columns] * rows
                assert person.lines[-2][0] == "└"
                assert person.lines[-2][-1] == "┘"
            await person.press("enter")


async def test_copying_tells_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        written: list[str] = []
        assert person.app._driver is not None
        monkeypatch.setattr(person.app._driver, "write", written.append)
        await person.press("y")
        assert any(text.startswith("\x1b]52;c;") for text in written)


# The end


@pytest.mark.parametrize("kind", KINDS[1:])
async def test_quitting_waits_for_nobody(sandbox: Sandbox, kind: str) -> None:
    async with opened(*HERE) as person:
        await go(person, KINDS[KINDS.index(kind) - 1])
        sandbox.faults.add("stall", seconds=600)
        await person.press("enter")
        await person.until(lambda: person.place.spot.kind == kind, "the place")
        person.app.post_message(person.key("ctrl+q"))
        await person.left()
        assert not sandbox.faults.stopping.is_set()
    sandbox.faults.stopping.set()


async def test_the_service_throttles_for_a_while(sandbox: Sandbox) -> None:
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        rule = sandbox.faults.add("throttle", operation="DescribeRepositories", times=1)
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        assert rule.times == 0
        assert person.rows == [APP]


async def test_a_mistake_of_ours_while_reading_spoils_one_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def mistaken(*_: object) -> Sequence[Page[Any]]:
        raise ValueError("[/x] not expected")

    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        with monkeypatch.context() as patch:
            patch.setattr(browse, "repositories", mistaken)
            await person.press("enter")
            await person.at(kinds.REPOSITORIES)
            assert "A mistake of ours" in person.text
            assert "[/x] not expected" in person.text
        await person.again()
        assert person.rows == [APP]


async def test_a_mistake_of_ours_on_the_screen_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(*_: object) -> None:
        raise ValueError("not expected")

    with pytest.raises(ValueError, match="not expected"):  # noqa: PT012 - it ends the explorer
        async with opened(*HERE) as person:
            await person.at(kinds.REGISTRIES)
            monkeypatch.setattr(RepositoriesScreen, "take", mistaken)
            await person.press("enter")
            await person.left()
