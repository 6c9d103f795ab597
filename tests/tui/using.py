"""What each command about uses does, by its key: for `test_commands`."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from ecrtui.config import commands as kinds
from ecrtui.config.locations import HOME_VARIABLE
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.tui.comparing import in_list, on
from tests.tui.explorer import Person
from tests.tui.moving import agree, done, repository

Scenario = Callable[[Person, Sandbox, str], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {}
APP = "team/app"


def scenario(run: Scenario) -> Scenario:
    """Note the scenario of the command that its name names."""
    SCENARIOS[run.__name__.replace("_", "-")] = run
    return run


def serve(sandbox: Sandbox, tag: str, *, name: str = "web", count: int = 2) -> None:
    """A service that runs an image of the repository, deployed fast."""
    place = repository(sandbox)
    sandbox.world.workloads(worlds.ACCOUNT, worlds.REGION).pace = 0.02
    worlds.add_service(sandbox.world, worlds.uri(place, tag), name=name, count=count)


async def in_uses(person: Person) -> None:
    """On the screen of all uses, where all was looked at."""
    await in_list(person, APP)
    await person.press("escape")
    await person.at(kinds.REPOSITORIES)
    await person.press("g", *["j"] * person.rows.index(APP), "w")
    await person.at(kinds.USES, APP)


@scenario
async def used_by(person: Person, sandbox: Sandbox, key: str) -> None:
    serve(sandbox, "v2")
    await in_list(person, APP)
    await on(person, "v2")
    await person.press(key)
    await person.at(kinds.IMAGE)
    await person.sees("main/web")
    assert person.image.tab.id == "uses"
    await person.press("escape", "escape")
    await person.at(kinds.REPOSITORIES)
    await person.press(key)
    await person.at(kinds.USES, APP)
    await person.sees("main/web")
    await person.press("enter")
    await person.at(kinds.IMAGE)
    assert "v2" in person.crumbs


@scenario
async def roll(person: Person, sandbox: Sandbox, key: str) -> None:
    serve(sandbox, "v2")
    images = repository(sandbox).images
    service = (
        sandbox.world.workloads(worlds.ACCOUNT, worlds.REGION).clusters["main"].services["web"]
    )
    await in_list(person, APP)
    await on(person, "v3")
    await person.press(key)
    await person.until(lambda: bool(person.choices), "what can be rolled")
    await person.press("enter")
    await agree(person, changes=True)
    await done(person)
    new = images.by_tag("v3")
    assert new is not None
    assert service.primary.digests == {"app": new.digest}
    await person.press("escape")
    await in_uses(person)
    await person.press("g", key)
    await person.until(lambda: bool(person.choices), "the images")
    await person.press(*"v2", "enter")
    await agree(person, changes=True)
    await done(person)
    old = images.by_tag("v2")
    assert old is not None
    assert service.primary.digests == {"app": old.digest}
    await person.press("escape", "Z")
    await person.at(kinds.TIME)
    await person.sees("v3")
    await person.press(*"/v3", "enter", "g", key)
    await person.until(lambda: bool(person.choices), "what can be rolled")
    await person.press("enter")
    await agree(person, changes=True)
    await done(person)
    assert service.primary.digests == {"app": new.digest}


@scenario
async def kubectl(person: Person, sandbox: Sandbox, key: str) -> None:
    folder = Path(os.environ[HOME_VARIABLE])
    program = folder / "kubectl"
    program.write_text("#!/bin/sh\necho 'no cluster is reached here' >&2; exit 1\n")
    program.chmod(0o755)
    path, os.environ["PATH"] = os.environ["PATH"], f"{folder}:{os.environ['PATH']}"
    try:
        await in_uses(person)
        await person.press(key)
        await person.sees("kubectl: no cluster")
        await person.press("enter")
        await person.sees("no cluster is reached here")
        await person.press("escape", key)
        await person.hears("asked already")
    finally:
        os.environ["PATH"] = path
