"""Colours or none, plain ASCII, the mouse, dim keys and the reasons they give, badges."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecrtui.config import commands as kinds
from ecrtui.config.commands import COMMANDS
from ecrtui.render.images import short_digest
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.tui import pictures
from tests.tui.explorer import Person, opened

HERE = ("--region", worlds.REGION)
APP, OTHER = "team/app", "team/other"
KINDS = (kinds.REGISTRIES, kinds.REPOSITORIES, kinds.IMAGES, kinds.IMAGE)
KEYS = {command.id: command.keys[0] for command in COMMANDS if command.keys}


@pytest.fixture(autouse=True)
def release(sandbox: Sandbox) -> pictures.Release:
    """A release in one repository, nothing in another."""
    worlds.add_repository(sandbox.world, OTHER)
    return pictures.add_release(worlds.add_repository(sandbox.world, APP), "v1")


def write_settings(home: Path, text: str) -> None:
    """A settings file of the person's."""
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "settings.toml").write_text(text, encoding="utf-8")


async def go(person: Person, kind: str) -> None:
    """From the registries to a kind of place, by Enter alone."""
    for step in KINDS[: KINDS.index(kind)]:
        await person.at(step)
        await person.press("enter")
    await person.at(kind)


def colours(person: Person) -> set[str]:
    """Every colour on the screen that is no grey."""
    found = set()
    for segment in (segment for strip in person.strips for segment in strip):
        style = segment.style
        for colour in (style.color, style.bgcolor) if style is not None else ():
            triplet = colour.triplet if colour is not None else None
            if triplet is not None and max(triplet) - min(triplet) > 2:
                found.add(str(colour))
    return found


async def test_no_colour_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        assert colours(person)
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(*HERE) as person:
        for kind in KINDS:
            await person.at(kind)
            assert not colours(person)
            await person.press("enter")


async def test_plain_ascii(home: Path) -> None:
    write_settings(home, "ascii = true\n")
    async with opened(*HERE) as person:
        for kind in KINDS:
            await person.at(kind)
            await person.press(*(("space", "k", "l") if kind != kinds.IMAGE else "4"))
            assert person.text.isascii(), [one for one in person.text if not one.isascii()]
            await person.press("?")
            await person.until(lambda: bool(person.choices), "the help")
            assert person.text.isascii(), [one for one in person.text if not one.isascii()]
            await person.press("escape", "enter")


# What cannot be done says why, dimly

REFUSED: tuple[tuple[str, str, str], ...] = (
    (kinds.REGISTRIES, "history-back", "no place to go back to"),
    (kinds.REGISTRIES, "history-forward", "no place to go forward to"),
    (kinds.REGISTRIES, "bookmark", "needs no bookmark"),
    (kinds.REGISTRIES, "bookmarks", "no bookmarks yet"),
    (kinds.REGISTRIES, "details", "Nothing went wrong"),
    (kinds.REGISTRIES, "reverse", "not sorted"),
    (kinds.REPOSITORIES, "expand", "Nothing belongs to this row"),
    (kinds.IMAGE, "contents", "Open a file first"),
    (kinds.IMAGE, "unmask", "Only the Config, History and Contents"),
)


@pytest.mark.parametrize(("kind", "command", "reason"), REFUSED)
async def test_why_not(kind: str, command: str, reason: str) -> None:
    async with opened(*HERE) as person:
        await go(person, kind)
        assert reason in person.place._refusal(person.command(command))
        before = person.place.spot
        await person.press(KEYS[command])
        await person.hears(reason)
        assert person.place.spot == before


async def test_a_key_that_does_nothing_here_is_dim() -> None:
    async with opened(*HERE) as person:
        await go(person, kinds.REPOSITORIES)
        enabled = person.style_of("open", line=-1)
        await person.filter("nothing like it")
        assert person.style_of("open", line=-1) != enabled
        await person.press("enter")
        await person.hears("no row to stand on")
        await person.press("escape")
        assert person.style_of("open", line=-1) == enabled


async def test_in_an_empty_place_nothing_can_be_done_to_rows() -> None:
    async with opened(*HERE, OTHER) as person:
        await person.at(kinds.IMAGES)
        for command in ("open", "sort", "reverse", "mark", "mark-shown", "expand", "collapse"):
            heard = len(person.said)
            await person.press(KEYS[command])
            assert len(person.said) == heard + 1
            assert "no row" in person.said[-1]
        for command in ("copy", "copy-menu", "console"):
            await person.press(KEYS[command])
            assert "no row to copy from" in person.said[-1]


# Badges and labels


@pytest.mark.parametrize("how", ["option", "settings", "profile"])
async def test_a_badge_where_nothing_may_change(home: Path, how: str) -> None:
    written = {
        "settings": "read_only = true\n",
        "profile": "[profiles.main]\nread_only = true\n",
    }
    write_settings(home, written.get(how, ""))
    options = ("--read-only",) if how == "option" else ()
    async with opened(*HERE, *options) as person:
        await go(person, kinds.REPOSITORIES)
        assert person.crumbs.endswith("  ro ")
        assert "tester" in person.crumbs


async def test_production_is_labelled_and_coloured(home: Path) -> None:
    write_settings(home, '[profiles.main]\nlabel = "The Shop"\nproduction = true\n')
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        assert "The Shop" in person.text
        assert "production" in person.text
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        assert "The Shop production" in person.crumbs
        assert person.style_of("production", line=0) != person.style_of("registries", line=0)
        assert not person.crumbs.rstrip().endswith("ro")


async def test_an_account_is_called_by_its_alias(sandbox: Sandbox) -> None:
    sandbox.world.accounts[worlds.ACCOUNT].alias = "ours"
    async with opened(*HERE) as person:
        await person.at(kinds.REGISTRIES)
        await person.sees("1111-2222-3333 ours")
    async with opened(*HERE) as person:
        await go(person, kinds.REPOSITORIES)
        await person.until(lambda: "main · ours · 1111-2222-3333" in person.crumbs, "the alias")


# The mouse


async def test_a_click_on_a_title_sorts(sandbox: Sandbox) -> None:
    async with opened(*HERE) as person:
        await go(person, kinds.REPOSITORIES)
        await person.click("CREATED")
        assert person.listing.table.data.order == ("created", False)
        await person.click("CREATED")
        assert person.listing.table.data.order == ("created", True)
        await person.click("REPOSITORY")
        assert person.rows == [APP, OTHER]


async def test_a_click_stands_on_a_row_and_a_double_click_opens_it() -> None:
    async with opened(*HERE) as person:
        await go(person, kinds.REPOSITORIES)
        await person.click(OTHER)
        assert person.rows[person.listing.table.cursor] == OTHER
        assert person.place.spot.kind == kinds.REPOSITORIES
        await person.click(APP, line=person.lines.index(person.line_of(APP)), times=2)
        await person.at(kinds.IMAGES, APP)


async def test_crumbs_lead_back() -> None:
    async with opened(*HERE) as person:
        await go(person, kinds.IMAGE)
        await person.click(APP, line=0)
        await person.at(kinds.IMAGES, APP)
        await person.click(worlds.REGION, line=0)
        await person.at(kinds.REPOSITORIES)
        await person.click("registries", line=0)
        await person.at(kinds.REGISTRIES)
        assert len(person.app.screen_stack) == 1


async def test_keys_and_tabs_can_be_clicked() -> None:
    async with opened(*HERE, f"{APP}:v1") as person:
        await person.at(kinds.IMAGE)
        await person.click("Layers", line=1)
        assert person.image.tab.id == "layers"
        await person.click("help", line=len(person.lines) - 1)
        await person.until(lambda: bool(person.choices), "the help")


async def test_a_double_click_follows_a_line_of_an_image(release: pictures.Release) -> None:
    async with opened(*HERE, f"{APP}:v1", size=(120, 30)) as person:
        await person.at(kinds.IMAGE)
        await person.press("7")
        await person.click(short_digest(release.sbom.digest), times=2)
        await person.at(kinds.IMAGE, digest=release.sbom.digest)


async def test_the_wheel_moves_a_long_list(sandbox: Sandbox) -> None:
    for number in range(100):
        worlds.add_repository(sandbox.world, f"many/app-{number}")
    async with opened(*HERE) as person:
        await go(person, kinds.REPOSITORIES)
        assert "many/app-99" not in person.text
        await person.press("G")
        assert person.listing.table.cursor == 101
        await person.press("g", "ctrl+d", "pagedown", "ctrl+u", "home")
        assert person.listing.table.cursor == 0
        await person.press("pagedown")
        assert person.listing.table.cursor == person.listing.table._height - 1


# Platforms


async def test_another_platform_is_looked_into(release: pictures.Release) -> None:
    async with opened(*HERE, f"{APP}:v1") as person:
        await person.at(kinds.IMAGE)
        assert "title of amd64" in person.text
        await person.press("2")
        await person.click("linux/arm64")
        await person.press("enter")
        await person.until(lambda: "* linux/arm64" in person.text, "the other platform")
        await person.until(lambda: person.settled, "an end of reading")
        await person.press("3")
        assert "/arm64/run" in person.text
        assert "amd64" not in "\n".join(person.lines[2:-2])
        await person.press("u")
        await person.sees("swordfish-arm64")
        await person.press("1")
        assert "title of arm64" in person.text
