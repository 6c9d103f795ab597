"""What each command about money does, by its key: for `test_commands`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ecrtui.config import commands as kinds
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.screens.cost import CostScreen
from tests import worlds
from tests.tui.comparing import in_list
from tests.tui.explorer import Person
from tests.tui.moving import agree, done, repository

Scenario = Callable[[Person, Sandbox, str], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {}
APP, OLD = "team/app", "team/forgotten"
WHOLE = "read 0s ago"


def scenario(run: Scenario) -> Scenario:
    """Note the scenario of the command that its name names."""
    SCENARIOS[run.__name__.replace("_", "-")] = run
    return run


def forget(sandbox: Sandbox) -> None:
    """A repository that nobody needs any more."""
    old = worlds.add_repository(sandbox.world, OLD)
    for number in range(3):
        worlds.add_image(
            old, tags={f"old{number}"}, content=bytes([number]) * 50_000, pushed_at=1_700_000_000.0
        )


async def at_cost(person: Person, sandbox: Sandbox) -> CostScreen:
    """On the screen of what all registries cost, once all of it is known."""
    forget(sandbox)
    await person.at(kinds.REGISTRIES)
    await person.press("M")
    await person.at(kinds.COST)
    await person.sees(f"{OLD} in")
    await person.until(lambda: person.place.idle, "all of it")
    assert isinstance(person.place, CostScreen)
    return person.place


def standing_on(screen: CostScreen) -> str:
    """The text of the line that the cursor is on."""
    assert screen.lines.current is not None
    return screen.lines.current.text


@scenario
async def cost(person: Person, sandbox: Sandbox, key: str) -> None:
    """Of a repository, of its registry, of all; from a saving to what would go, and gone."""
    forget(sandbox)
    await in_list(person, APP)
    await person.press(key)
    await person.at(kinds.COST, APP)
    await person.sees(f"Cost of {APP}")
    await person.sees("Repositories (1)")
    await person.press("escape", "escape")
    await person.at(kinds.REPOSITORIES)
    await person.press(key)
    await person.at(kinds.COST)
    await person.sees(f"{OLD}: forgotten, all 3")
    await person.press("escape", "escape")
    await person.at(kinds.REGISTRIES)
    await person.press(key)
    await person.at(kinds.COST)
    await person.sees("all registries at hand")
    await person.sees(f"{OLD} in {worlds.REGION}: forgotten, all 3")
    await person.until(lambda: person.place.idle, "all of it")
    await person.press("1", "enter")
    await person.at(kinds.PRUNING, OLD)
    await person.sees("3 of 3 go")
    await person.press("D", *OLD, "enter")
    await agree(person, changes=True)
    await done(person)
    registry = repository(sandbox).account, worlds.REGION
    assert sandbox.world.registry(*registry).find(OLD) is None


@scenario
async def cost_savings(person: Person, sandbox: Sandbox, key: str) -> None:
    screen = await at_cost(person, sandbox)
    await person.press("G", key)
    assert f"{OLD} in {worlds.REGION}: forgotten" in standing_on(screen)
    await person.sees("ecrtui delete --repository team/forgotten")
    await person.press("y")
    assert person.copied().startswith("ecrtui delete --repository")


@scenario
async def cost_growth(person: Person, sandbox: Sandbox, key: str) -> None:
    screen = await at_cost(person, sandbox)
    await person.press(key)
    assert "█" in standing_on(screen)


@scenario
async def cost_repositories(person: Person, sandbox: Sandbox, key: str) -> None:
    screen = await at_cost(person, sandbox)
    await person.press(key)
    assert f"{OLD} in {worlds.REGION}" in standing_on(screen)
    await person.press("enter")
    await person.at(kinds.IMAGES, OLD)
