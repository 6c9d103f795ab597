"""What is typed: the filter line over images, and the line after `:` with what it completes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from textual.widgets import Input

from ecrtui.config import commands as kinds
from ecrtui.render.sizes import account
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from tests import worlds
from tests.tui.explorer import Person, opened

HERE = ("--region", worlds.REGION)
APP = "team/app"
DAY = 86_400


@pytest.fixture(autouse=True)
def images(sandbox: Sandbox) -> list[Image]:
    """Images of all sizes and ages, tagged and not, pulled and not, archived and not."""
    world = sandbox.world
    repository = worlds.add_repository(world, APP)
    made = []
    for number in range(12):
        image = worlds.add_image(
            repository,
            tags={f"v{number}.0", f"build-{number * 7}"} if number % 3 else (),
            content=bytes(f"{number}" * (number**3 * 40), "ascii"),
            pushed_at=world.clock.start - number * DAY - 3_600,
            status="ARCHIVED" if number % 5 == 4 else "ACTIVE",
        )
        image.size = number * 1_000_000
        image.last_pull = world.clock.start - DAY if number % 2 else None
        made.append(image)
    return made


Passes = Callable[[Image, float], bool]
FILTERS: dict[str, Passes] = {
    "v1": lambda image, now: any("v1" in tag for tag in image.tags),
    "V1 build-7": lambda image, now: all(
        any(word in tag for tag in image.tags) for word in ("v1", "build-7")
    ),
    "!untagged": lambda image, now: bool(image.tags),
    "untagged": lambda image, now: not image.tags,
    "tag:v1*": lambda image, now: any(tag.startswith("v1") for tag in image.tags),
    "tag:build-?": lambda image, now: any(re.match("build-.", tag) for tag in image.tags),
    "size:>5MB": lambda image, now: image.size > 5_000_000,
    "size:<=5MB": lambda image, now: image.size <= 5_000_000,
    "pushed:<7d": lambda image, now: now - image.pushed_at < 7 * DAY,
    "!pushed:<7d": lambda image, now: now - image.pushed_at >= 7 * DAY,
    "pulled:never": lambda image, now: image.last_pull is None,
    "pulled:<2d size:>3MB": lambda image, now: (
        image.last_pull is not None and image.size > 3_000_000
    ),
    "status:archived": lambda image, now: image.status == "ARCHIVED",
    "/v[0-3]\\.0/": lambda image, now: any(re.search(r"v[0-3]\.0", tag) for tag in image.tags),
    '"v1.0"': lambda image, now: any("v1.0" in tag for tag in image.tags),
    "~v0": lambda image, now: any(re.search("v.*0", tag) for tag in image.tags),
}


@pytest.mark.parametrize("typed", FILTERS)
async def test_a_filter_as_it_is_typed(sandbox: Sandbox, images: list[Image], typed: str) -> None:
    now = sandbox.world.clock.start
    wanted = {image.digest for image in images if FILTERS[typed](image, now)}
    assert 0 < len(wanted) < len(images)
    async with opened(*HERE, APP) as person:
        await person.at(kinds.IMAGES)
        await person.press("slash", *typed)
        assert set(person.rows) == wanted
        assert f"{len(wanted)} of {len(images)}" in person.lines[1]
        await person.press("enter")
        assert set(person.rows) == wanted
        assert typed in person.lines[1]
        await person.press("escape")
        assert len(person.rows) == len(images)


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [("size:>lots", "size"), ("nothing:1", "no nothing"), ("/(", "regular expression")],
)
async def test_a_filter_that_is_not_understood(
    images: list[Image], typed: str, complaint: str
) -> None:
    async with opened(*HERE, APP, size=(120, 30)) as person:
        await person.at(kinds.IMAGES)
        await person.press("slash", *typed)
        await person.sees(complaint)
        await person.press(*["backspace"] * len(typed), *"v1")
        await person.until(lambda: complaint not in person.text, "no complaint")
        assert 0 < len(person.rows) < len(images)


async def test_marks_and_cursor_outlive_a_filter(images: list[Image]) -> None:
    async with opened(*HERE, APP) as person:
        await person.at(kinds.IMAGES)
        marked = person.rows[2]
        await person.press("j", "j", "space")
        await person.filter("untagged")
        assert marked not in person.rows or person.listing.table.data.marks == {marked}
        await person.press("G")
        stood_on = person.rows[person.listing.table.cursor]
        await person.press("escape")
        assert person.listing.table.data.marks == {marked}
        assert person.rows[person.listing.table.cursor] == stood_on


async def test_a_search_in_text(sandbox: Sandbox) -> None:
    async with opened(*HERE, f"{APP}:v1.0") as person:
        await person.at(kinds.IMAGE)
        await person.press("9", "slash", *"MEDIATYPE", "enter")
        shown = [line for line in person.lines[2:-2] if line.strip("│ ")]
        assert shown
        assert all("mediatype" in line.lower() for line in shown)
        assert f"{len(shown)} lines with MEDIATYPE" in person.lines[-2]
        await person.press("escape")
        assert person.place.spot.kind == kinds.IMAGE
        assert "schemaVersion" in person.text


async def at_start(person: Person) -> None:
    """In the first registry's repositories."""
    await person.at(kinds.REGISTRIES)
    await person.press("enter")
    await person.at(kinds.REPOSITORIES)


async def test_lines_lead(sandbox: Sandbox, images: list[Image]) -> None:
    worlds.add_repository(sandbox.world, APP, region=worlds.OTHER_REGION)
    worlds.add_repository(sandbox.world, "far/away", account=worlds.OTHER_ACCOUNT)
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    digest = images[1].digest
    async with opened(*HERE) as person:
        await at_start(person)
        for line, kind, sign in (
            (f"repo {APP}", kinds.IMAGES, "v1.0"),
            (f"{APP}:v1.0", kinds.IMAGE, digest),
            (f"{APP}@{digest}", kinds.IMAGE, digest),
            (f"{host}/{APP}:v2.0", kinds.IMAGE, "v2.0"),
            (digest[7:15], kinds.SEARCH, APP),
            ("build-7", kinds.SEARCH, "tag build-7"),
            (f"region {worlds.OTHER_REGION}", kinds.REPOSITORIES, worlds.OTHER_REGION),
            ("profile other", kinds.REPOSITORIES, "far/away"),
            ("registries", kinds.REGISTRIES, account(worlds.ACCOUNT)),
        ):
            await person.goto(line)
            await person.at(kind)
            assert sign in person.text, line
        await person.goto("-")
        await person.at(kinds.REPOSITORIES)
        await person.goto("help")
        await person.until(lambda: bool(person.choices), "the help")
        await person.press("escape")
        person.app.post_message(person.key(":"))
        await person.until(lambda: bool(person.app.screen.query(Input)), "the line")
        for key in ("q", "enter"):
            person.app.post_message(person.key(key))
        await person.left()


async def test_the_settings_of_a_repository_by_a_line() -> None:
    async with opened(*HERE) as person:
        await at_start(person)
        await person.goto(f"settings {APP}")
        await person.at(kinds.SETTINGS, APP)
        await person.goto("settings")
        await person.at(kinds.SETTINGS, "")
        await person.press("tilde")
        await person.at(kinds.REGISTRIES)
        await person.goto("settings")
        await person.at(kinds.SETTINGS, "")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [("region", "region NAME"), ("cve-2026-1", "Write all of it"), ("sha256:xyz", "4 hex")],
)
async def test_a_line_that_leads_nowhere(line: str, complaint: str) -> None:
    async with opened(*HERE) as person:
        await at_start(person)
        await person.goto(line)
        await person.sees(complaint)
        assert person.typed == line
        await person.press("escape")
        assert person.place.spot.kind == kinds.REPOSITORIES


async def test_what_a_line_completes(sandbox: Sandbox) -> None:
    worlds.add_repository(sandbox.world, "deep/down/below")
    async with opened(*HERE) as person:
        await at_start(person)
        for begun, whole in (
            ("dee", "deep/down/below"),
            ("repo te", f"repo {APP}"),
            ("regist", "registries"),
            ("region eu", f"region {worlds.REGION}"),
            ("profile ma", "profile main"),
        ):
            await person.press("colon", *begun, "tab")
            assert person.typed == whole
            await person.press("escape")
