"""Every command of the explorer, by each of its keys, does what its declaration says.

One scenario for each command: a command without one fails. A scenario begins at the list of
registries, over a world of two regions and two accounts, and presses the key it is given.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest
from textual._compositor import LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from ecrtui.config import commands as kinds
from ecrtui.config.commands import (
    COMMANDS,
    CREDENTIAL_COMMANDS,
    RUN_COMMANDS,
    TAB_COMMANDS,
    Command,
)
from ecrtui.render.ages import age, utc
from ecrtui.render.console import image_url, registry_url
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.world import World
from ecrtui.tui import themes
from ecrtui.tui.screens.confirm import Confirm
from ecrtui.tui.screens.details import Details
from ecrtui.tui.screens.picker import Picker
from ecrtui.workflows.wait import wait_for
from tests import worlds
from tests.tui import (
    care,
    cleaning,
    comparing,
    costs,
    job_commands,
    lifecycle_commands,
    looking_inside,
    moving,
    pictures,
    setting_commands,
    timing,
    using,
)
from tests.tui.explorer import Person, opened

REGIONS = ("--region", worlds.REGION, "--region", worlds.OTHER_REGION)
APP, BASE, TOOL = "team/app", "team/base", "other/tool"
TAGS = ["v1", "v2", "v3", "v10"]
ELSEWHERE = (*RUN_COMMANDS, *CREDENTIAL_COMMANDS)
HERE = [command for command in COMMANDS if command not in ELSEWHERE]
"""Those that need no engine and no keyring; the others are in `test_running` and
`test_credentials`."""
Scenario = Callable[[Person, Sandbox, str], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {
    **comparing.SCENARIOS,
    **looking_inside.SCENARIOS,
    **job_commands.SCENARIOS,
    **moving.SCENARIOS,
    **cleaning.SCENARIOS,
    **care.SCENARIOS,
    **costs.SCENARIOS,
    **setting_commands.SCENARIOS,
    **using.SCENARIOS,
    **timing.SCENARIOS,
    **lifecycle_commands.SCENARIOS,
}


def scenario(run: Scenario) -> Scenario:
    """Note the scenario of the command that its name names."""
    SCENARIOS[run.__name__.replace("_", "-")] = run
    return run


def fill(world: World) -> None:
    """Repositories in two regions and two accounts; the first has a release and three images."""
    for name in (APP, BASE, TOOL):
        worlds.add_repository(world, name)
    worlds.add_repository(world, APP, region=worlds.OTHER_REGION)
    worlds.add_repository(world, TOOL, account=worlds.OTHER_ACCOUNT)
    app = app_of(world)
    pictures.add_release(app, "v1")
    for number, days in ((2, 3), (3, 10), (10, 1)):
        worlds.add_image(
            app,
            tags={f"v{number}"},
            content=bytes(range(number * 20)),
            pushed_at=world.clock.start - days * 86_400,
        )


def app_of(world: World) -> Repository:
    """The repository with the images."""
    return world.registry(worlds.ACCOUNT, worlds.REGION).get(APP)


def image_of(world: World, tag: str) -> Any:
    """One of its images."""
    image = app_of(world).images.by_tag(tag)
    assert image is not None
    return image


async def go(person: Person, kind: str) -> None:
    """From the registries to the repositories, the first one's images, or the release."""
    if kind != kinds.REGISTRIES:
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
    if kind in (kinds.IMAGES, kinds.IMAGE):
        await stand_on(person, APP)
        await person.press("enter")
        await person.at(kinds.IMAGES, APP)
    if kind == kinds.IMAGE:
        await stand_on(person, person.tag("v1"))
        await person.press("enter")
        await person.at(kinds.IMAGE)


async def stand_on(person: Person, row: str) -> None:
    """Move to a row by its key."""
    await person.press("g", *["j"] * person.rows.index(row))
    assert person.rows[person.listing.table.cursor] == row


@pytest.mark.parametrize(
    ("command", "key"),
    [(command, key) for command in HERE for key in command.keys or ("",)],
    ids=lambda value: value.id if isinstance(value, Command) else value,
)
async def test_command(sandbox: Sandbox, command: Command, key: str) -> None:
    fill(sandbox.world)
    async with opened(*REGIONS) as person:
        await person.at(kinds.REGISTRIES)
        await SCENARIOS[command.id](person, sandbox, key)


def test_no_scenario_is_left_over() -> None:
    assert set(SCENARIOS) == {command.id for command in HERE}


# Going


@scenario
async def open(person: Person, sandbox: Sandbox, key: str) -> None:  # noqa: A001
    await go(person, kinds.REPOSITORIES)
    await stand_on(person, BASE)
    await person.press(key)
    await person.at(kinds.IMAGES, BASE)
    assert BASE in person.crumbs


@scenario
async def back_out(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.IMAGES)
    await person.filter("v10")
    await person.press(key)
    assert person.place.spot.kind == kinds.IMAGES
    assert len(person.rows) > 1
    await person.press(key)
    await person.at(kinds.REPOSITORIES)
    assert person.rows[person.listing.table.cursor] == APP


@scenario
async def goto(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.REPOSITORIES)
    await person.press(key, *f"{APP}:v2", "enter")
    await person.at(kinds.IMAGE, APP)
    assert image_of(sandbox.world, "v2").digest in person.text


@scenario
async def history_back(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.IMAGES)
    await person.press(key)
    await person.at(kinds.REPOSITORIES)
    await person.press(key)
    await person.at(kinds.REGISTRIES)
    await person.press(key)
    await person.hears("no place to go back to")


@scenario
async def history_forward(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.IMAGES)
    await person.press("[", "[")
    await person.at(kinds.REGISTRIES)
    await person.press(key, key)
    await person.at(kinds.IMAGES, APP)
    await person.press(key)
    await person.hears("no place to go forward to")


@scenario
async def registries(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.IMAGE)
    await person.press(key)
    await person.at(kinds.REGISTRIES)
    assert len(person.app.screen_stack) == 1


@scenario
async def search(person: Person, sandbox: Sandbox, key: str) -> None:
    await person.press(key, *"tool", "enter")
    await person.at(kinds.SEARCH)
    assert [row.repository for row in person.listing.table.data.rows] == [TOOL]


@scenario
async def quit(person: Person, sandbox: Sandbox, key: str) -> None:  # noqa: A001
    await go(person, kinds.IMAGES)
    person.app.post_message(person.key(key))
    await person.left()
    assert person.app.return_value == 0
    async with opened(*REGIONS) as again:
        await again.at(kinds.IMAGES, APP)


# Other accounts and regions, bookmarks


@scenario
async def regions(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.IMAGES)
    await person.press(key)
    await person.choose(worlds.OTHER_REGION)
    await person.at(kinds.IMAGES, APP)
    assert worlds.OTHER_REGION in person.crumbs
    assert person.rows == []


@scenario
async def accounts(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.REPOSITORIES)
    await person.press(key)
    await person.until(lambda: {"main", "other"} <= set(person.choices), "both accounts")
    await person.choose("other")
    await person.until(lambda: "other" in person.crumbs, "the other account")
    await person.at(kinds.REPOSITORIES)
    assert person.rows == [TOOL]


@scenario
async def bookmark(person: Person, sandbox: Sandbox, key: str) -> None:
    await person.press(key)
    await person.hears("needs no bookmark")
    await go(person, kinds.IMAGES)
    await person.press(key)
    await person.hears(f"Bookmarked: {APP}")
    await person.press("B")
    assert person.choices == [APP]
    await person.press("escape", key)
    await person.hears("No longer bookmarked")


@scenario
async def bookmarks(person: Person, sandbox: Sandbox, key: str) -> None:
    await person.press(key)
    await person.hears("no bookmarks yet")
    await go(person, kinds.IMAGE)
    await person.press("b", "~")
    await person.at(kinds.REGISTRIES)
    await person.press(key)
    await person.choose(f"{APP}:v1")
    await person.at(kinds.IMAGE, APP, digest=image_of(sandbox.world, "v1").digest)
    async with opened(*REGIONS) as again:
        await again.at(kinds.IMAGE, APP)
        await again.press(key)
        assert again.choices == [f"{APP}:v1"]


# Lists


@scenario
async def filter(person: Person, sandbox: Sandbox, key: str) -> None:  # noqa: A001
    await go(person, kinds.REPOSITORIES)
    await person.press(key, *"bas")
    assert person.rows == [BASE]
    assert "1 of 3" in person.lines[1]
    await person.press("enter")
    assert person.rows == [BASE]


@scenario
async def sort(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.IMAGES)
    columns = person.listing.table.data.columns
    names = [column.id for column in columns]
    first = names.index(person.listing.table.data.order[0])
    for step in range(1, len(names) + 1):
        await person.press(key)
        wanted = columns[(first + step) % len(names)]
        column, reverse = person.listing.table.data.order
        assert column == wanted.id
        assert f"{wanted.id} {'↓' if reverse else '↑'}" in person.lines[1]
        if wanted.id == "tag":
            assert [person.name(row) for row in person.rows if person.name(row)] == TAGS
        if wanted.id == "size":
            known = {image.digest: image.size for image in app_of(sandbox.world).images}
            assert [known[row] for row in person.rows] == sorted(
                (known[row] for row in person.rows), reverse=True
            )
            async with opened(*REGIONS) as again:
                await again.at(kinds.IMAGES, APP)
                assert [known[row] for row in again.rows] == [known[row] for row in person.rows]


@scenario
async def reverse(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.IMAGES)
    dates = {image.digest: image.pushed_at for image in app_of(sandbox.world).images}
    await person.press(key)
    shown = [dates[row] for row in person.rows]
    assert shown == sorted(shown) != shown[::-1]
    await person.press(key)
    assert [dates[row] for row in person.rows] == shown[::-1]


@scenario
async def mark(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.IMAGES)
    first, second = person.rows[:2]
    await person.press(key)
    assert person.listing.table.data.marks == {first}
    assert "◆" in person.line_of(first)
    assert person.rows[person.listing.table.cursor] == second
    assert "1 marked" in person.lines[1]
    await person.press("k", key)
    assert person.listing.table.data.marks == set()


@scenario
async def mark_shown(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.IMAGES)
    await person.filter("v1")
    shown = set(person.rows)
    await person.press(key, "escape")
    assert person.listing.table.data.marks == shown != set(person.rows)
    await person.press(key)
    assert person.listing.table.data.marks == set(person.rows)
    await person.press(key)
    assert person.listing.table.data.marks == set()


@scenario
async def expand(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.IMAGES)
    await stand_on(person, person.tag("v1"))
    before = len(person.rows)
    await person.press(key)
    assert len(person.rows) == before + 2
    assert "▾" in person.line_of(person.tag("v1"))


@scenario
async def collapse(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.IMAGES)
    await stand_on(person, person.tag("v1"))
    before = person.rows
    await person.press("l", "j", key)
    assert person.rows == before
    assert person.rows[person.listing.table.cursor] == person.tag("v1")


@scenario
async def renew(person: Person, _: Sandbox, key: str) -> None:
    await person.press(key)
    await person.hears("Signed in as main")


@scenario
async def refresh(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.IMAGES)
    known = person.rows
    image = worlds.add_image(app_of(sandbox.world), tags={"v11"}, content=b"new")
    app_of(sandbox.world).images.remove(image_of(sandbox.world, "v3").digest)
    await person.press(key)
    await person.until(lambda: image.digest in person.rows, "the new row")
    await person.at(kinds.IMAGES)
    assert "+" in person.line_of(image.digest)
    assert not any("+" in person.line_of(row) for row in person.rows if row in known)
    assert "1 new" in person.lines[-2]
    assert "v3" not in [person.name(row) for row in person.rows]


@scenario
async def live(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.REPOSITORIES)
    person.listing.live.seconds = 1
    await person.press(key)
    assert "every 1 s" in person.lines[-2]
    worlds.add_repository(sandbox.world, "team/new")
    await person.until(lambda: "team/new" in person.rows, "the new row")
    assert "+ team/new" in person.line_of("team/new")
    await person.press(key)
    assert "every" not in person.lines[-2]


# Copying


@scenario
async def copy(person: Person, sandbox: Sandbox, key: str) -> None:
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    await person.press(key)
    assert person.copied() == worlds.ACCOUNT
    await go(person, kinds.REPOSITORIES)
    await stand_on(person, BASE)
    await person.press(key)
    assert person.copied() == f"{host}/{BASE}"
    await stand_on(person, APP)
    await person.press("enter")
    await person.at(kinds.IMAGES, APP)
    await stand_on(person, person.tag("v2"))
    await person.press(key)
    await person.until(lambda: person.copied() == f"{host}/{APP}:v2", "the URI by tag")
    await person.hears("Copied")


@scenario
async def copy_menu(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.IMAGES)
    await stand_on(person, person.tag("v2"))
    digest = image_of(sandbox.world, "v2").digest
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    uri = f"{host}/{APP}@{digest}"
    for title, text in (
        ("digest", digest),
        ("docker pull", f"docker pull {uri}"),
        ("uri by digest", uri),
    ):
        await person.press(key)
        await person.until(lambda: bool(person.choices), "the menu")
        await person.press(*["down"] * person.choices.index(title), "enter")
        await person.until(partial(_copied, person, text), title)


def _copied(person: Person, text: str) -> bool:
    return person.copied() == text


@scenario
async def console(person: Person, sandbox: Sandbox, key: str) -> None:
    await person.press(key)
    registry = person.session.whole(person.listing.table.current.summary.registry)  # type: ignore[union-attr]
    assert person.copied() == registry_url(registry)
    assert worlds.REGION in person.copied()
    await go(person, kinds.IMAGES)
    await stand_on(person, person.tag("v2"))
    await person.press(key)
    wanted = image_url(registry, APP, image_of(sandbox.world, "v2").digest)
    await person.until(lambda: person.copied() == wanted, wanted)


# Images


@scenario
async def read(person: Person, sandbox: Sandbox, key: str) -> None:
    def pulled() -> bool:
        return image_of(sandbox.world, "v1").last_pull is not None

    await go(person, kinds.IMAGES)
    await stand_on(person, person.tag("v1"))
    for answer in (("enter",), ("right", "enter")):  # the first button is the careful one
        assert not pulled()
        await person.press(key)
        await person.until(lambda: isinstance(person.app.screen, Confirm), "a question")
        assert "counts it as a pull" in person.text
        await person.press(*answer)
        assert person.app.screen is person.place
    await person.hears("counted as pulls")
    assert pulled()
    one = person.tag("v1")
    await person.until(lambda: "amd64+arm64" in person.line_of(one), "its platforms")
    before = len(person.rows)
    await person.press("l")
    assert len(person.rows) == before + 4


@scenario
async def wait(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.IMAGES)
    await person.press(key, *"v12", "enter")
    await person.sees("waiting for v12")
    image = worlds.add_image(app_of(sandbox.world), tags={"v12"}, content=b"awaited")
    await person.hears("v12 is there")
    await person.until(lambda: image.digest in person.rows, "the row")
    assert person.rows[person.listing.table.cursor] == image.digest
    assert "waiting" not in person.text


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting looks again at once."""
    assert wait_for.__kwdefaults__ is not None
    monkeypatch.setitem(wait_for.__kwdefaults__, "interval", 0.05)


# One image

_SIGNS = {
    "overview": "What it is",
    "platforms": "linux/arm64",
    "config": "/amd64/bin",
    "layers": "SHARE",
    "files": "amd64/",
    "history": "USER worker",
    "referrers": pictures.SBOM_TYPE,
    "findings": "It was never scanned.",
    "uses": "Nothing uses it.",
    "json": '"schemaVersion"',
}


def _tab(command: Command) -> Scenario:
    async def tab(person: Person, sandbox: Sandbox, key: str) -> None:
        await go(person, kinds.IMAGE)
        await person.press("9" if command.id == "overview" else "1", key)
        assert person.image.tab.id == command.id
        await person.sees(_SIGNS[command.id])

    return tab


SCENARIOS.update((one.id, _tab(one)) for one in TAB_COMMANDS if one.id != "contents")


@scenario
async def contents(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.IMAGE)
    await person.press(key)
    await person.hears("Open a file first")
    await person.press("7", "j", "enter")
    await person.until(lambda: len(person.app.screen_stack) == 5, "what refers to it")
    await person.at(kinds.IMAGE)
    await person.press(key)
    await person.until(lambda: "The whole document" in person.text, "the document")


@scenario
async def next_tab(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.IMAGE)
    seen = []
    for _ in range(len(_SIGNS) + 1):  # the layers' tree is a step of its own
        seen.append(person.image.tab.id)
        await person.press(key)
    assert list(dict.fromkeys(seen)) == list(_SIGNS)
    assert person.image.tab.id == seen[0]


@scenario
async def previous_tab(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.IMAGE)
    await person.press(key)
    assert person.image.tab.id == "json"


@scenario
async def unmask(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.IMAGE)
    await person.press(key)
    await person.hears("Only the Config, History and Contents")
    await person.press("3")
    assert "swordfish" not in person.text
    await person.press(key)
    await person.sees("swordfish-amd64")
    await person.press(key)
    assert "swordfish" not in person.text
    await comparing.unmask_and_mask(person, sandbox, key)


# What is on the screen


@scenario
async def help(person: Person, sandbox: Sandbox, key: str) -> None:  # noqa: A001
    await go(person, kinds.REPOSITORIES)
    await person.press(key)
    shown = {choice.value: choice for choice in person.offered}
    for command in person.place.commands:
        assert command.help in shown[command.id].detail
    await person.choose("turn order round")
    assert person.rows == [BASE, APP, TOOL]


@scenario
async def palette(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.REPOSITORIES)
    await person.press(key)
    await person.choose("mark all")
    assert len(person.listing.table.data.marks) == 3


@scenario
async def times(person: Person, sandbox: Sandbox, key: str) -> None:
    await go(person, kinds.IMAGES)
    image, now = image_of(sandbox.world, "v2"), sandbox.world.clock.start
    assert age(image.pushed_at, now) in person.line_of(image.digest)
    await person.press(key)
    assert utc(image.pushed_at) in person.line_of(image.digest)
    await person.press("escape")
    await person.at(kinds.REPOSITORIES)
    assert utc(app_of(sandbox.world).created_at) in person.line_of(APP)
    await person.press(key)
    assert age(app_of(sandbox.world).created_at, now) in person.line_of(APP)


@scenario
async def theme(person: Person, sandbox: Sandbox, key: str) -> None:
    assert person.app.theme == themes.DEFAULT
    before = person.colours
    await person.press("ctrl+p")
    await person.choose("theme: choose")
    await person.choose("textual-light")
    assert person.app.theme == "textual-light"
    await person.until(lambda: person.colours != before, "other colours")
    async with opened(*REGIONS) as again:
        await again.at(kinds.REGISTRIES)
        assert again.app.theme == "textual-light"


@scenario
async def redraw(person: Person, sandbox: Sandbox, key: str) -> None:
    """What the terminal shows is forgotten, so all of it is sent again."""
    line = LayoutUpdate([[Strip.blank(person.app.size.width)]], Region(0, 0, 1, 1))
    frames, console = person.app._frames, person.app.console
    assert frames.write(line, console)
    assert not frames.write(line, console)
    await person.press(key)
    assert frames.write(line, console)
    await person.press("?")  # also while one chooses
    await person.until(lambda: isinstance(person.app.screen, Picker), "the help")
    assert not frames.write(line, console)
    await person.pilot.press(key)
    assert frames.write(line, console)


@scenario
async def details(person: Person, sandbox: Sandbox, key: str) -> None:
    await person.press(key)
    await person.hears("Nothing went wrong here")
    sandbox.faults.add("deny", operation="DescribeImages")
    await go(person, kinds.IMAGES)
    await person.press(key)
    await person.until(lambda: isinstance(person.app.screen, Details), "the details")
    assert "ecr:DescribeImages" in person.text
    await person.press("y", "escape")
    assert "ecr:DescribeImages" in person.copied()
    assert person.app.screen is person.place
