"""Credentials that end while one works: asked for where one stands, and all goes on."""

from __future__ import annotations

import pytest

from ecrtui.config import commands as kinds
from ecrtui.sandbox.mfa import Device
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.screens.renewal.sign_in import SignIn
from tests import worlds
from tests.tui.explorer import Person, opened

SSO = ("--profile", worlds.SSO_PROFILE, "--region", worlds.REGION)
MFA = ("--profile", worlds.MFA_PROFILE, "--region", worlds.REGION)
TITLE = f"Sign in to {worlds.SSO_SESSION}"


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is gone with the test."""
    monkeypatch.setenv("ECRTUI_VAULT", "memory")


@pytest.fixture
def sandbox(asking_sandbox: Sandbox) -> Sandbox:
    """With a repository."""
    worlds.add_repository(asking_sandbox.world, "team/app")
    return asking_sandbox


async def asked(person: Person, title: str = TITLE) -> None:
    """Wait for a question that listens."""
    await person.sees(title)
    await person.until(lambda: person.session.asker.listening, "a question that listens")


async def code_shown(person: Person, sandbox: Sandbox) -> str:
    """Wait for the dialog with a code."""
    await asked(person)
    await person.until(lambda: dialog(person).code is not None, "a code")
    (code,) = sandbox.world.portal.waiting()
    await person.sees(code)
    return code


def dialog(person: Person) -> SignIn:
    screen = person.app.screen
    assert isinstance(screen, SignIn)
    return screen


async def signed_out(person: Person) -> None:
    await person.at(kinds.REGISTRIES)
    await person.sees("Enter signs in")


async def sign_in(person: Person, sandbox: Sandbox) -> None:
    """From the row that is signed out."""
    await signed_out(person)
    await person.press("enter")
    sandbox.world.portal.confirm(await code_shown(person, sandbox))
    await person.hears("Signed in")
    await person.until(lambda: person.settled and not person.reading, "an end of all reading")


async def test_a_row_that_is_signed_out_signs_in(sandbox: Sandbox) -> None:
    async with opened(*SSO) as person:
        await sign_in(person, sandbox)
        await person.sees("Auditor")
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        assert person.rows == ["team/app"]


async def test_it_ends_in_the_middle_of_a_list(sandbox: Sandbox) -> None:
    for number in range(1100):
        worlds.add_repository(sandbox.world, f"more/{number:04}")
    async with opened(*SSO) as person:
        await sign_in(person, sandbox)
        sandbox.faults.add("expire", operation="DescribeRepositories", skip=1)
        await person.press("enter")
        code = await code_shown(person, sandbox)
        assert person.place.spot.kind == kinds.REPOSITORIES
        assert len(person.rows) == 1000
        sandbox.faults.clear()
        sandbox.world.portal.confirm(code)
        await person.at(kinds.REPOSITORIES)
        assert len(set(person.rows)) == len(person.rows) == 1101
        assert person.place.reading.problem is None


def device(sandbox: Sandbox) -> Device:
    (one,) = sandbox.world.mfa.values()
    one.once = False  # a test does not wait half a minute for the next one
    return one


async def test_a_role_asks_for_a_code(sandbox: Sandbox) -> None:
    async with opened(*MFA) as person:
        await person.at(kinds.REGISTRIES)
        await person.press("enter")
        await asked(person, "MFA code")
        await person.sees(device(sandbox).serial)
        await person.press(*device(sandbox).code(), "enter")
        await person.hears("Signed in")
        await person.until(lambda: person.settled, "an end of reading")
        await person.sees("on-call")
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        assert person.rows == ["team/app"]


async def test_a_wrong_code_is_asked_again(sandbox: Sandbox) -> None:
    right = device(sandbox).code()
    wrong = "000000" if right != "000000" else "111111"
    async with opened(*MFA) as person:
        await person.at(kinds.REGISTRIES)
        await person.press("enter")
        await asked(person, "MFA code")
        await person.press(*wrong, "enter")
        await person.sees("was not taken")
        await asked(person, "MFA code")
        await person.press(*device(sandbox).code(), "enter")
        await person.hears("Signed in")


async def test_no_code_leaves_the_place_as_it_is(sandbox: Sandbox) -> None:
    async with opened(*MFA) as person:
        await person.at(kinds.REGISTRIES)
        await person.press("enter")
        await asked(person, "MFA code")
        await person.press("escape")
        await person.hears("No MFA code was given")
        await person.until(lambda: person.app.screen is person.place, "the place")
        await person.press("j", "k")
        assert person.place.spot.kind == kinds.REGISTRIES
