"""What each command about lifecycle policies does, by its key: for `test_commands`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ecrtui.config import commands as kinds
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.screens.plan import PlanScreen
from ecrtui.tui.screens.policy_editor import PolicyEditor
from tests import worlds
from tests.lifecycles import policy_ran, rule, tagged, text_of
from tests.tui.comparing import in_list
from tests.tui.explorer import Person
from tests.tui.moving import agree, done

Scenario = Callable[[Person, Sandbox, str], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {}
APP = "team/app"
NEWEST = text_of(rule(1, **tagged("v*")))


def scenario(run: Scenario) -> Scenario:
    """Note the scenario of the command that its name names."""
    SCENARIOS[run.__name__.replace("_", "-")] = run
    return run


def repository(sandbox: Sandbox) -> Repository:
    """The one that the policies are of."""
    return sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get(APP)


async def at_policy(person: Person, sandbox: Sandbox, text: str | None = NEWEST) -> None:
    """The place of a policy, which has been read and simulated."""
    repository(sandbox).lifecycle_policy = text
    await in_list(person, APP)
    await person.press("E")
    await person.at(kinds.LIFECYCLE, APP)


async def editing(person: Person) -> PolicyEditor:
    """Open the editor."""
    await person.press("e")
    await person.until(lambda: isinstance(person.app.screen, PolicyEditor), "the editor")
    await person.rest()
    screen = person.app.screen
    assert isinstance(screen, PolicyEditor)
    return screen


@scenario
async def lifecycle(person: Person, sandbox: Sandbox, key: str) -> None:
    repository(sandbox).lifecycle_policy = NEWEST
    await in_list(person, APP)
    await person.press(key)
    await person.at(kinds.LIFECYCLE, APP)
    await person.sees("Keeps the newest image tagged v*, deletes the others.")
    await person.sees("It deletes 3 of")
    await person.press("escape", "i")
    await person.at(kinds.SETTINGS, APP)
    await person.press(key)
    await person.at(kinds.LIFECYCLE, APP)


@scenario
async def edit_lifecycle(person: Person, sandbox: Sandbox, key: str) -> None:
    await at_policy(person, sandbox, None)
    await person.sees("There is no lifecycle policy")
    await person.sees(f"{key} writes one.")
    await person.press(key)
    await person.until(lambda: isinstance(person.app.screen, PolicyEditor), "the editor")
    await person.press("ctrl+t")
    await person.choose("untagged")
    await person.sees("Deletes untagged images that were pushed more than 14 days ago.")
    await person.press("ctrl+s")
    await agree(person, changes=True)
    await done(person)
    kept = repository(sandbox).lifecycle_policy
    assert kept is not None
    assert '"untagged"' in kept
    await person.sees("Deletes untagged images")


@scenario
async def preview_lifecycle(person: Person, sandbox: Sandbox, key: str) -> None:
    await at_policy(person, sandbox, None)
    await person.press(key)
    await person.hears("There is no lifecycle policy.")
    repository(sandbox).lifecycle_policy = NEWEST
    await person.again()
    await person.sees("a simulation here")
    await person.press(key)
    await person.sees("Known from ECR's preview.")
    assert repository(sandbox).lifecycle_preview is not None


@scenario
async def lifecycle_taken(person: Person, sandbox: Sandbox, key: str) -> None:
    await at_policy(person, sandbox)
    await person.press(key)
    await person.sees("It tells of nothing within 90 days.")
    policy_ran(sandbox, APP)
    await person.press(key)
    await person.sees("deletes   gone")
    await person.sees("archives  shelved")


@scenario
async def delete_lifecycle(person: Person, sandbox: Sandbox, key: str) -> None:
    await at_policy(person, sandbox)
    await person.press(key)
    await person.until(lambda: isinstance(person.app.screen, PlanScreen), "the plan")
    await agree(person, changes=True)
    await done(person)
    assert repository(sandbox).lifecycle_policy is None
    await person.sees("There is no lifecycle policy")
