"""What each command of the layers and files of an image does, by its key: for `test_commands`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from ecrtui.config import commands as kinds
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.compare.layers import Item, directory, file, symlink, whiteout
from tests.tui import pairs
from tests.tui.explorer import Person

Scenario = Callable[[Person, Sandbox, str], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {}
REPO = "inside/app"
LOWER = [
    directory("/etc"),
    file("/etc/motd", b"welcome"),
    file("/etc/secret.conf", b"password = swordfish\nport = 80\n"),
    file("/srv/data/big", b"b" * 5000),
    file("/srv/data/small", b"s"),
    file("/srv/gone", b"g" * 700),
]
MIDDLE = [file("/srv/data/big", b"B" * 6000, 0o4755), whiteout("/srv/gone")]
UPPER = [symlink("/etc/motd", "issue"), file("/var/new/file", b"n" * 40), file("/z", b"z")]
LAYERS: list[list[Item]] = [LOWER, MIDDLE, UPPER]


def scenario(run: Scenario) -> Scenario:
    """Note the scenario of the command that its name names."""
    SCENARIOS[run.__name__.replace("_", "-")] = run
    return run


async def inside(person: Person, sandbox: Sandbox, tab: str = "4") -> Any:
    """At a tab of an image of three layers, all of them read; the screen."""
    repository = worlds.add_repository(sandbox.world, REPO)
    pairs.add_image(repository, "v1", LAYERS, pushed_at=pairs.START)
    await person.goto(f"{REPO}:v1")
    await person.at(kinds.IMAGE, REPO)
    await person.press(tab)
    screen = person.image
    await person.until(lambda: screen.found and screen.found.waste, "the files")
    await person.rest()
    return screen


def paths(screen: Any) -> list[str]:
    """The rows of the tree."""
    data = screen.file_tree.data
    return [data.path(node) for node in data.rows]


@scenario
async def tree_fold(person: Person, sandbox: Sandbox, key: str) -> None:
    screen = await inside(person, sandbox, "5")
    await person.press(key)
    assert paths(screen) == ["/etc", "/srv", "/var", "/z"]
    await person.press(key)
    assert "/srv/data/big" in paths(screen)
    await person.press("1", key)
    await person.hears("Only the Layers and Files tabs have a tree")


@scenario
async def tree_toggle(person: Person, sandbox: Sandbox, key: str) -> None:
    screen = await inside(person, sandbox)
    await person.press("tab", "g", key)
    assert "/etc/motd" not in paths(screen)
    await person.press(key)
    assert "/etc/motd" in paths(screen)
    await person.press("1", key)
    await person.hears("Only the Layers and Files tabs have a tree")


@scenario
async def read_layers(person: Person, sandbox: Sandbox, key: str) -> None:
    """What cannot be read is read when one asks again."""
    repository = worlds.add_repository(sandbox.world, REPO)
    pairs.add_image(repository, "v1", LAYERS, pushed_at=pairs.START)
    sandbox.faults.add("deny", operation="GetDownloadUrlForLayer")
    await person.goto(f"{REPO}:v1")
    await person.at(kinds.IMAGE, REPO)
    await person.press(key)
    await person.hears("Only the Layers and Files tabs read layers")
    await person.press("5")
    await person.sees("Not allowed")
    assert f"{key} tries again" in person.text
    sandbox.faults.clear()
    await person.press(key)
    await person.sees("motd")
    await person.until(lambda: person.image.found.waste, "all of it")
    await person.press(key)
    await person.hears("All layers have been read")
