"""What each command that moves images does, by its key: for `test_commands`."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from ecrtui.config import commands as kinds
from ecrtui.config.locations import HOME_VARIABLE
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.forms.screen import FormScreen
from tests import worlds
from tests.tui.comparing import in_list, on
from tests.tui.explorer import Person

Scenario = Callable[[Person, Sandbox, str], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {}
APP = "team/app"


def scenario(run: Scenario) -> Scenario:
    """Note the scenario of the command that its name names."""
    SCENARIOS[run.__name__.replace("_", "-")] = run
    return run


def folder() -> Path:
    """Where a test may write."""
    return Path(os.environ[HOME_VARIABLE])


def repository(sandbox: Sandbox) -> Repository:
    """The repository with the images."""
    return sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get(APP)


async def in_form(person: Person, title: str) -> None:
    """Wait for a form."""
    await person.until(lambda: isinstance(person.app.screen, FormScreen), f"the form {title}")
    await person.sees(title)


async def fill(person: Person, name: str, text: str) -> None:
    """Go to a field of the form and have a text in it."""
    form = person.app.screen
    assert isinstance(form, FormScreen)
    while form.fields[form._at].called != name:
        await person.press("tab")
    await person.press(*["backspace"] * len(form.values[name]), *text)
    assert form.values[name] == text


async def agree(person: Person, *, changes: bool) -> None:
    """Wait for the plan and agree; where a registry changes one has to choose it."""
    await person.until(
        lambda: person.app.screen.plan is not None,  # type: ignore[attr-defined]
        "a plan",
    )
    await person.rest()
    await person.press(*(["right"] if changes else []), "enter")


async def done(person: Person) -> None:
    """Wait until all jobs have ended well."""
    jobs = person.session.jobs
    await person.until(lambda: jobs.all and not jobs.active, "an end of all jobs")
    assert [job.problem for job in jobs.all] == [None] * len(jobs.all)
    await person.rest()


@scenario
async def pull(person: Person, sandbox: Sandbox, key: str) -> None:
    await in_list(person, APP)
    await on(person, "v2")
    await person.press(key)
    await person.sees("engine's socket")
    await person.press("escape")
    await in_form(person, f"Pull {APP}:v2")
    await person.press("escape")
    await person.at(kinds.IMAGES, APP)
