"""The list of registries keeps what is known of those that nobody looks at at the moment."""

from __future__ import annotations

import pytest

from ecrtui.config import commands as kinds
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.tui.explorer import Person, opened


@pytest.fixture
def sandbox(asking_sandbox: Sandbox) -> Sandbox:
    """With two repositories."""
    for name in ("team/app", "team/web"):
        worlds.add_repository(asking_sandbox.world, name)
    return asking_sandbox


def line(person: Person, word: str) -> str:
    """The line of the screen that has a word in it."""
    return next((text for text in person.text.splitlines() if word in text), "")


async def test_what_one_went_into_is_looked_at(sandbox: Sandbox) -> None:
    async with opened() as person:
        await person.at(kinds.REGISTRIES)
        assert "not looked at" in line(person, worlds.TOKEN_PROFILE)
        await person.press("A")
        await person.choose(worlds.TOKEN_PROFILE)
        await person.at(kinds.REPOSITORIES)
        await person.press("~")
        await person.at(kinds.REGISTRIES)
        await person.until(lambda: "not looked" not in line(person, worlds.TOKEN_PROFILE), "2")
        assert line(person, worlds.TOKEN_PROFILE).split()[-2:] == ["2", "│"]
        await person.press("r")
        await person.until(lambda: person.settled and not person.reading, "an end of reading")
        assert line(person, worlds.TOKEN_PROFILE).split()[-2:] == ["2", "│"]


async def test_rows_of_a_profile_that_is_signed_out_stay(sandbox: Sandbox) -> None:
    async with opened("--region", worlds.REGION, "--region", worlds.OTHER_REGION) as person:
        await person.at(kinds.REGISTRIES)
        await person.until(lambda: person.settled and not person.reading, "all numbers")
        sandbox.faults.add("expire")
        await person.press("r")
        await person.sees("expired: Enter signs in")
        await person.until(lambda: person.settled and not person.reading, "an end of reading")
        assert " 2  expired: Enter signs in" in line(person, worlds.REGION)
        assert " 0  expired: Enter signs in" in line(person, worlds.OTHER_REGION)
        assert "stale" in person.text
        assert "expired, ctrl+r renews" in person.lines[0]
        sandbox.faults.clear()
        await person.press("r")
        await person.until(lambda: "expired" not in person.text, "rows as before")
