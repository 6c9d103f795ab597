"""What each command that moves images does, by its key: for `test_commands`."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from ecrtui.config import commands as kinds
from ecrtui.config.locations import HOME_VARIABLE
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.forms.screen import FormScreen
from ecrtui.tui.screens.picker import Picker
from tests import worlds
from tests.compare.images import write_layout
from tests.compare.layers import Item
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


@scenario
async def export_image(person: Person, sandbox: Sandbox, key: str) -> None:
    await in_list(person, APP)
    await on(person, "v2")
    await person.press(key)
    await in_form(person, f"Export {APP}:v2")
    path = str(folder() / "exported.tar")
    await fill(person, "file", path)
    await person.press("enter")
    await agree(person, changes=False)
    await done(person)
    with tarfile.open(path) as tar:
        assert "oci-layout" in tar.getnames()


@scenario
async def copy_to(person: Person, sandbox: Sandbox, key: str) -> None:
    await in_list(person, APP)
    await on(person, "v2")
    await person.press(key)
    await in_form(person, f"Copy {APP}:v2 to")
    await fill(person, "repository", "team/base")
    await fill(person, "tag", "v2-copy")
    await person.press("enter")
    await agree(person, changes=True)
    await done(person)
    copied = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get("team/base")
    image, original = copied.images.by_tag("v2-copy"), repository(sandbox).images.by_tag("v2")
    assert image is not None
    assert original is not None
    assert image.digest == original.digest


@scenario
async def tag(person: Person, sandbox: Sandbox, key: str) -> None:
    await in_list(person, APP)
    await on(person, "v2")
    await person.press(key, *"stable", "enter")
    await agree(person, changes=True)
    await done(person)
    named = repository(sandbox).images.by_tag("stable")
    assert named is not None
    assert named is repository(sandbox).images.by_tag("v2")
    await person.until(lambda: "stable" in person.line_of(person.tag("v2")), "the tag in the list")


@scenario
async def push(person: Person, sandbox: Sandbox, key: str) -> None:
    await in_list(person, APP)
    await person.press(key)
    await person.until(lambda: isinstance(person.app.screen, Picker), "what can be pushed")
    assert person.choices[0].startswith("a file")
    await person.press("enter")
    await in_form(person, f"Import to {APP}")
    await person.press("escape")
    await person.at(kinds.IMAGES, APP)


@scenario
async def import_(person: Person, sandbox: Sandbox, key: str) -> None:
    write_layout([[Item("/etc/motd", content=b"hello")]], folder() / "layout")
    await in_list(person, APP)
    before = len(person.rows)
    await person.press(key)
    await in_form(person, f"Import to {APP}")
    await fill(person, "file", str(folder() / "layout"))
    await fill(person, "tag", "imported")
    await person.press("enter")
    await agree(person, changes=True)
    await done(person)
    await person.sees("+ imported")
    assert len(person.rows) == before + 1


SCENARIOS["import"] = SCENARIOS.pop("import-")


@scenario
async def archive(person: Person, sandbox: Sandbox, key: str) -> None:
    await in_list(person, APP)
    for archived in (True, False):
        await on(person, "v2")
        await person.press(key)
        await agree(person, changes=True)
        await done(person)
        line = partial(person.line_of, person.tag("v2"))
        await person.until(lambda: ("archived" in line()) is archived, "the other class")  # noqa: B023
