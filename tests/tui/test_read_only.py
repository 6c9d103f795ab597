"""With --read-only nothing is changed, whatever is done: the sandbox counts each call that is no
reading, also one that it refuses.

Every key there is, in every kind of place, with answers to whatever it opens; every command's deed,
also those that are hidden then; test_read_only_stories has their stories. That the same keys do
change something without --read-only shows that they get that far.
"""

from __future__ import annotations

import asyncio
import os
import string
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.widgets import Input

from ecrtui.config import commands as kinds
from ecrtui.config.commands import COMMANDS, Command
from ecrtui.config.locations import HOME_VARIABLE
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.world import World
from ecrtui.tui.commands import perform
from ecrtui.tui.screens.place import PlaceScreen
from tests import worlds
from tests.tui import test_commands
from tests.tui.explorer import Person, opened
from tests.tui.test_commands import APP, REGIONS, go, stand_on


@pytest.fixture(autouse=True)
def _folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What exports write goes nowhere else."""
    monkeypatch.chdir(tmp_path)


READ_ONLY = (*REGIONS, "--read-only")
LEAVING = ("ctrl+q", "ctrl+c", "ctrl+z")
"""They end or suspend the program; `quit` has a story of its own."""
KEYS = sorted({key for command in COMMANDS for key in command.keys} | set(string.ascii_letters))
_AGREE = ("right", "enter", "right", "enter")
ANSWERS = (_AGREE, ("t", "9", *_AGREE))
"""What is pressed while something lies over the place: agreeing to it, with and without a word."""
QUIET_SECONDS = 0.5
_STEPS_BACK = 3
AT_MOST = 40
"""Escapes until nothing lies over the place."""


def fill(world: World) -> None:
    """What can be changed: images, archived and with findings, what runs them, policies."""
    test_commands.fill(world)
    app = test_commands.app_of(world)
    image = test_commands.image_of(world, "v3")
    worlds.add_service(world, worlds.uri(app, "v3"))
    worlds.add_function(world, worlds.uri(app, "v2"), digest=image.digest)
    test_commands.image_of(world, "v10").status = "ARCHIVED"
    app.lifecycle_policy = '{"rules": []}'


async def reach(person: Person, kind: str) -> None:
    """Go to a kind of place from the registries."""
    await person.at(kinds.REGISTRIES)
    start, *keys = WAYS[kind]
    await go(person, start)
    if start == kinds.IMAGES:
        await stand_on(person, person.tag("v2"))
    if keys:
        await person.press(*keys)
    if kind == kinds.PRUNING:
        await person.sees("show what goes")
        await person.press("enter")
    await person.at(kind)


WAYS: dict[str, tuple[str, ...]] = {
    kinds.REGISTRIES: (kinds.REGISTRIES,),
    kinds.REPOSITORIES: (kinds.REPOSITORIES,),
    kinds.IMAGES: (kinds.IMAGES,),
    kinds.IMAGE: (kinds.IMAGE,),
    kinds.SETTINGS: (kinds.IMAGES, "i"),
    kinds.SEARCH: (kinds.REGISTRIES, "ctrl+f", *"app", "enter"),
    kinds.USES: (kinds.REPOSITORIES, "w"),
    kinds.COMPARE: (kinds.IMAGES, "d"),
    kinds.TIME: (kinds.IMAGES, "Z"),
    kinds.WHY: (kinds.IMAGES, "Q"),
    kinds.LIFECYCLE: (kinds.IMAGES, "E"),
    kinds.COST: (kinds.IMAGES, "M"),
    kinds.AFFECTED: (kinds.REGISTRIES, ":", *"cve-2026-1234", "enter"),
    kinds.PRUNING: (kinds.REPOSITORIES, ":", *f"prune {APP}", "enter"),
    kinds.JOURNAL: (kinds.REGISTRIES, "H"),
    kinds.CREDENTIALS: (kinds.REGISTRIES, "C"),
}
"""Where it begins, and the keys from there."""


async def quiet(person: Person) -> None:
    """Wait until nothing is on its way any more, at most some seconds: some things never end."""
    ends = time.monotonic() + QUIET_SECONDS
    await person.rest()
    while person.app.is_running and _busy(person) and time.monotonic() < ends:
        await asyncio.sleep(0.01)


def _busy(person: Person) -> bool:
    jobs = person.session.jobs.all
    return person.reading or any(not job.ended for job in jobs)


def asked(person: Person) -> bool:
    """Whether something lies over the place, or a line is typed into."""
    screen = person.app.screen
    return not isinstance(screen, PlaceScreen) or bool(screen.query(Input))


async def answered(person: Person, keys: tuple[str, ...]) -> None:
    """Answer what lies over the place, if anything does, and come back to it."""
    for key in keys:
        if person.app.is_running and asked(person):
            await person.press(key)
            await quiet(person)
    for _ in range(AT_MOST):
        if not person.app.is_running or not asked(person):
            return
        await person.press("escape")


Try = Callable[[Person], Awaitable[None]]


async def tried(kind: str, tries: list[Try], *arguments: str) -> None:
    """Do each of these at a kind of place; after one from which there is no way back it begins
    anew."""
    left, home = list(tries), os.environ[HOME_VARIABLE]
    while left:
        with pytest.MonkeyPatch.context() as fresh:
            fresh.setenv(HOME_VARIABLE, f"{home}/{len(left)}")
            async with opened(*arguments) as person:
                await reach(person, kind)
                while left and person.app.is_running and person.place.spot.kind == kind:
                    await left.pop(0)(person)
                    await quiet(person)
                    await back(person, kind)


async def back(person: Person, kind: str) -> None:
    """From where a key led, as far as escape leads back."""
    for _ in range(_STEPS_BACK):
        if not person.app.is_running or person.place.spot.kind == kind:
            return
        await person.press("escape")
        await person.rest()


def pressing(key: str, answers: tuple[str, ...]) -> Try:
    """A key, and answers to what it opens."""

    async def press(person: Person) -> None:
        await person.press(key)
        await quiet(person)
        await answered(person, answers)

    return press


def doing(command: Command, answers: tuple[str, ...]) -> Try:
    """A command's deed, hidden or not, and answers to what it opens."""

    async def do(person: Person) -> None:
        perform(person.place, command.id)
        await quiet(person)
        await answered(person, answers)

    return do


def test_every_kind_of_place_is_tried() -> None:
    """But for jobs, which are not tried anew, credentials one by one, and what needs an engine."""
    lists = {kinds.EVERYWHERE, kinds.LISTS, kinds.TEXTS}
    others = {kinds.JOBS, kinds.JOB, kinds.CREDENTIAL}
    others |= {kinds.ENGINE, kinds.CONTAINERS, kinds.CONTAINER}
    assert {where for each in COMMANDS for where in each.where} - lists - others <= set(WAYS)


@pytest.mark.parametrize("kind", WAYS)
async def test_no_key_changes_anything(sandbox: Sandbox, kind: str) -> None:
    fill(sandbox.world)
    keys = [key for key in KEYS if key not in LEAVING]
    await tried(kind, [pressing(key, ANSWERS[0]) for key in keys], *READ_ONLY)
    assert sandbox.world.changes.all == {}


@pytest.mark.parametrize("kind", WAYS)
async def test_no_commands_deed_changes_anything(sandbox: Sandbox, kind: str) -> None:
    fill(sandbox.world)
    there = [each for each in COMMANDS if kind in each.where and each.dangerous]
    tries = [doing(command, answers) for command in there for answers in ANSWERS]
    await tried(kind, tries, *READ_ONLY)
    assert sandbox.world.changes.all == {}


async def test_a_key_that_is_withheld_says_why(sandbox: Sandbox) -> None:
    """Who presses it in a hurry must not take the program for frozen."""
    fill(sandbox.world)
    async with opened(*READ_ONLY) as person:
        await person.at(kinds.REGISTRIES)
        await go(person, kinds.IMAGES)
        await person.press("D")
        assert any("read-only" in told for told in person.said)
        assert not any("D" in command.keys for command in person.place.commands)


async def test_the_same_keys_change_much_without_it(sandbox: Sandbox) -> None:
    fill(sandbox.world)
    dangerous = [key for each in COMMANDS if each.dangerous for key in each.keys]
    tries = [pressing(key, answers) for key in dangerous for answers in ANSWERS]
    await tried(kinds.IMAGES, tries, *REGIONS)
    changed = {name.partition(":")[2] for name in sandbox.world.changes.all}
    assert {"PutImage", "StartImageScan", "UpdateImageStorageClass"} <= changed
