"""What each command of triage and care does, by its key: for `test_commands`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

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
