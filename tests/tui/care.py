"""What each command of triage and care does, by its key: for `test_commands`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ecrtui.config import commands as kinds
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


@scenario
async def start_scan(person: Person, sandbox: Sandbox, key: str) -> None:
    image = repository(sandbox).images.by_tag("v2")
    assert image is not None
    await in_list(person, APP)
    await on(person, "v2")
    await person.press(key)
    await agree(person, changes=True)
    await done(person)
    assert image.scan is not None
    assert image.scan.status == "COMPLETE"
    await person.press("enter", "0")
    await person.sees("Nothing was found")


@scenario
async def image_findings(person: Person, sandbox: Sandbox, key: str) -> None:
    image = repository(sandbox).images.by_tag("v2")
    assert image is not None
    worlds.add_scan(image, ("CVE-2026-1", "HIGH", "ssl"))
    await in_list(person, APP)
    await on(person, "v2")
    await person.press(key)
    await person.sees("H high")
    assert person.image.tab.id == "findings"


@scenario
async def read_indexes(person: Person, sandbox: Sandbox, key: str) -> None:
    shelf = worlds.add_repository(sandbox.world, "many/app")
    one = worlds.add_image(shelf, content=b"amd64")
    other = worlds.add_image(shelf, content=b"arm64", platform=("linux", "arm64"))
    index = worlds.add_index(shelf, [one, other], tags={"v7"})
    worlds.add_scan(other, ("CVE-2026-1234", "HIGH", "ssl"))

    def pulled() -> bool:
        return index.last_pull is not None

    await person.goto("cve-2026-1234")
    await person.at(kinds.AFFECTED)
    assert "v7" not in person.text
    await person.press(key)
    await person.sees("Read 1 manifest?")
    assert not pulled()
    await person.press("right", "enter")
    await person.sees("v7 linux/arm64")
    assert pulled()
    await person.press(key)
    await person.hears("It has tags of its own, or of its index")
