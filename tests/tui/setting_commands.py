"""What each command about settings does, by its key: for `test_commands`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ecrtui.config import commands as kinds
from ecrtui.sandbox.registry import Registry
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.tui.comparing import in_list
from tests.tui.explorer import Person
from tests.tui.moving import agree, done, fill, in_form

Scenario = Callable[[Person, Sandbox, str], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {}
APP = "team/app"


def scenario(run: Scenario) -> Scenario:
    """Note the scenario of the command that its name names."""
    SCENARIOS[run.__name__.replace("_", "-")] = run
    return run


def registry(sandbox: Sandbox) -> Registry:
    """The registry one begins in."""
    return sandbox.world.registry(worlds.ACCOUNT, worlds.REGION)


async def at_settings(person: Person, *, of_registry: bool = False) -> None:
    """Those of the repository, or of the registry."""
    await in_list(person, APP)
    await person.press("i")
    await person.at(kinds.SETTINGS, APP)
    if of_registry:
        await person.press("i")
        await person.at(kinds.SETTINGS, "")


async def on_line(person: Person, text: str) -> None:
    """Stand on the first line that holds a text."""
    lines = person.place.lines  # type: ignore[attr-defined]
    await person.until(lambda: any(text in line.text for line in lines.all), text)
    number = next(at for at, line in enumerate(lines.all) if text in line.text)
    await person.press("g", *["j"] * number)
    assert text in lines.current.text


@scenario
async def settings(person: Person, sandbox: Sandbox, key: str) -> None:
    await person.press(key)
    await person.at(kinds.SETTINGS, "")
    await person.sees("Pull-through cache rules")
    await person.press("escape")
    await in_list(person, APP)
    await person.press(key)
    await person.at(kinds.SETTINGS, APP)
    await person.sees("Tag mutability")
    await person.press(key)
    await person.at(kinds.SETTINGS, "")
    await person.press(key)
    await person.hears("the registry's own")
    await person.press("escape", "escape", "escape")
    await person.at(kinds.REPOSITORIES)
    await person.press(key)
    await person.at(kinds.SETTINGS)
    assert person.place.spot.repository


@scenario
async def unset(person: Person, sandbox: Sandbox, key: str) -> None:
    repository = registry(sandbox).get(APP)
    repository.tags = {"team": "platform"}
    await at_settings(person)
    await on_line(person, "Tag mutability")
    await person.press(key)
    await person.hears("can be changed, not removed")
    await on_line(person, "Encryption")
    await person.press(key)
    await person.hears("can never be changed")
    await on_line(person, "Permissions policy")
    await person.press(key)
    await person.hears("There is none.")
    await on_line(person, "Resource tags")
    await person.press(key)
    await person.sees("UntagResource")
    await agree(person, changes=True)
    await done(person)
    assert repository.tags == {}


@scenario
async def check_caches(person: Person, sandbox: Sandbox, key: str) -> None:
    rules = registry(sandbox).settings.pull_through
    await at_settings(person, of_registry=True)
    await person.sees("Pull-through cache rules")
    await person.press(key)
    await person.hears("There are no cache rules.")
    for prefix, upstream in (("hub", "docker-hub"), ("quay", "quay")):
        rules[prefix] = {
            "ecrRepositoryPrefix": prefix,
            "upstreamRegistryUrl": f"{upstream}.example",
            "upstreamRegistry": upstream,
        }
    await person.press("r")
    await on_line(person, "from quay.example")
    await person.press(key)
    await person.hears("Fails: hub")
    await on_line(person, "fails: The upstream registry needs credentials")
    await on_line(person, "works")


@scenario
async def backfill(person: Person, sandbox: Sandbox, key: str) -> None:
    await at_settings(person, of_registry=True)
    await person.sees("Replication backfills")
    await person.press(key)
    await person.hears("No replication rule")
    there = {"region": worlds.OTHER_REGION, "registryId": worlds.OTHER_ACCOUNT}
    registry(sandbox).settings.replication = [{"destinations": [there]}]
    await person.press("r")
    await on_line(person, f"to {worlds.OTHER_REGION}")
    await person.press(key)
    await person.choose(f"copy to {worlds.OTHER_REGION}")
    await person.sees("StartReplicationBackfill")
    await agree(person, changes=True)
    await done(person)
    copy = sandbox.world.registry(worlds.OTHER_ACCOUNT, worlds.OTHER_REGION).get(APP)
    assert len(copy.images) == len(registry(sandbox).get(APP).images)
    await on_line(person, "complete")
    await person.press("enter")
    await person.choose("results of")
    await on_line(person, "every image was copied")


@scenario
async def new_repository(person: Person, sandbox: Sandbox, key: str) -> None:
    await person.press("enter")
    await person.at(kinds.REPOSITORIES)
    await person.press(key)
    await in_form(person, "New repository")
    await fill(person, "name", "Team")
    await person.press("enter")
    await person.sees("Lower case letters")
    await fill(person, "name", "team/made")
    await fill(person, "excluded", "dev-*")
    await fill(person, "tags", "team=shop")
    await person.press("enter")
    await person.sees("labels")
    await person.press("escape")
    await in_form(person, "New repository")
    await person.press("enter")
    await agree(person, changes=True)
    await done(person)
    made = registry(sandbox).get("team/made")
    assert (made.mutability, made.tags) == ("MUTABLE_WITH_EXCLUSION", {"team": "shop"})
    await person.until(lambda: "team/made" in person.rows, "it in the list")


@scenario
async def exclude_me(person: Person, sandbox: Sandbox, key: str) -> None:
    await at_settings(person)
    await person.press(key)
    await person.hears("one of the registry's settings")
    await person.press("i")
    await person.at(kinds.SETTINGS, "")
    excluded = registry(sandbox).settings.exclusions
    for wanted in (1, 0):
        await on_line(person, "Whose pulls are not recorded")
        await person.press(key)
        await agree(person, changes=True)
        await done(person)
        assert len(excluded) == wanted
        told = "user/tester" if wanted else "none"
        await on_line(person, told)
