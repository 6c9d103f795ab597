"""What each command about what was before does, by its key: for `test_commands`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ecrtui.config import commands as kinds
from ecrtui.sandbox.changes import Changes
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.screens.time import TimeScreen
from tests import workloads, worlds
from tests.sandbox.clients import client
from tests.tui.comparing import compared, in_list, on
from tests.tui.explorer import Person
from tests.tui.moving import agree, done, repository

Scenario = Callable[[Person, Sandbox, str], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {}
APP = "team/app"


def scenario(run: Scenario) -> Scenario:
    """Note the scenario of the command that its name names."""
    SCENARIOS[run.__name__.replace("_", "-")] = run
    return run


def promote(sandbox: Sandbox, *tags: str) -> list[str]:
    """Have `prod` name one image after the other, as CloudTrail writes down; their digests.

    It is somebody else who does it: none of the changes that the explorer is counted for.
    """
    images, digests = repository(sandbox).images, []
    counted, sandbox.world.changes = sandbox.world.changes, Changes()
    for tag in tags:
        image = images.by_tag(tag)
        assert image is not None
        manifest = image.read_manifest().decode()
        client("ecr").put_image(repositoryName=APP, imageManifest=manifest, imageTag="prod")
        sandbox.world.clock.start += 60
        digests.append(image.digest)
    sandbox.world.changes = counted
    return digests


def row_of(person: Person, tag: str, digest: str) -> str:
    """The key of the row in which a tag began to name an image."""
    screen = person.place
    assert isinstance(screen, TimeScreen)
    rows = screen.table.data.rows
    return next(row.key for row in rows if (row.move.tag, row.move.digest) == (tag, digest))


async def on_move(person: Person, tag: str, digest: str) -> None:
    """Stand on a move of a tag."""
    await person.press("g", *["j"] * person.rows.index(row_of(person, tag, digest)))


async def in_history(person: Person, key: str, tag: str) -> None:
    """The history of the tags of an image of the list, once CloudTrail has been read."""
    await in_list(person, APP)
    await on(person, tag)
    await person.press("enter")
    await person.at(kinds.IMAGE)
    await person.press(key)
    await person.at(kinds.TIME)
    await person.sees("90 days")


@scenario
async def time(person: Person, sandbox: Sandbox, key: str) -> None:
    first, second = promote(sandbox, "v2", "v3")
    await in_history(person, key, "v3")
    assert "before: " + first.partition(":")[2][:12] in person.text
    assert "user/tester" in person.text or "CloudTrail" in person.text
    assert row_of(person, "prod", second)
    await person.press("escape", "escape")
    await person.at(kinds.IMAGES)
    await person.press(key)
    await person.at(kinds.TIME)
    await person.sees("in 13 weeks")
    await person.sees("90 days")
    await on_move(person, "v10", repository(sandbox).images.by_tag("v10").digest)  # type: ignore[union-attr]
    await person.press("enter")
    await person.at(kinds.IMAGE)
    await person.press("escape", "escape", "escape")
    await person.at(kinds.REPOSITORIES)
    await person.press(key)
    await person.at(kinds.TIME)


@scenario
async def diff_moves(person: Person, sandbox: Sandbox, key: str) -> None:
    promote(sandbox, "v1", "v2", "v3")
    await in_history(person, "Z", "v3")
    images = repository(sandbox).images
    first, second, third = (images.by_tag(tag) for tag in ("v1", "v2", "v3"))
    assert first is not None
    assert second is not None
    assert third is not None
    await on_move(person, "v3", third.digest)
    await person.press(key)
    await person.hears("no two different images")
    await on_move(person, "prod", third.digest)
    await person.press(key)  # with what it named before
    await compared(person, "v2 → v3")
    await person.press("escape")
    await person.at(kinds.TIME)
    await on_move(person, "prod", second.digest)
    await person.press("space")
    await on_move(person, "prod", first.digest)
    await person.press(key)
    await compared(person, "v1 → v2")


@scenario
async def put_back(person: Person, sandbox: Sandbox, key: str) -> None:
    first, second = promote(sandbox, "v2", "v3")
    await in_history(person, "Z", "v3")
    await on_move(person, "prod", second)
    await person.press(key)
    await person.hears("The tag names it now")
    await on_move(person, "prod", first)
    await person.press(key)
    await agree(person, changes=True)
    await done(person)
    named = repository(sandbox).images.by_tag("prod")
    assert named is not None
    assert named.digest == first


@scenario
async def why(person: Person, sandbox: Sandbox, key: str) -> None:
    image = repository(sandbox).images.by_tag("v2")
    assert image is not None
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    workloads.add_service(sandbox.world, f"{host}/{APP}:v99", digest=image.digest)
    image.status = "ARCHIVED"
    workloads.add_task(sandbox.world, f"{host}/{APP}:v2")
    await in_list(person, APP)
    await on(person, "v2")
    await person.press(key)
    await person.at(kinds.WHY)
    await person.sees("it cannot be pulled: status, tasks")
    assert "there is no such image" in person.text
    await person.press("escape")
    await person.at(kinds.IMAGES)
    await on(person, "v3")
    await person.press(key)
    await person.at(kinds.WHY)
    await person.sees("nothing speaks against it")
    await in_list(person, APP)
    await person.press("escape")
    await person.at(kinds.REPOSITORIES)
    await person.press("w")
    await person.at(kinds.USES)
    rows = person.listing.table.data.rows
    row = next(row.key for row in rows if row.use and "v99" in row.use.use.image)
    await person.press("g", *["j"] * person.rows.index(row), key)
    await person.at(kinds.WHY)
    await person.sees("no image v99")
    assert f"{APP} › why" in person.crumbs


@scenario
async def policy_of(person: Person, sandbox: Sandbox, key: str) -> None:
    await in_list(person, APP)
    await on(person, "v2")
    await person.press("Q")
    await person.at(kinds.WHY)
    await person.press(key)
    await person.at(kinds.SETTINGS)
