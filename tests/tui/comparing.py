"""What each command of a comparison does, by its key: for `test_commands`."""

from __future__ import annotations

import json
import random
import stat
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from ecrtui.config import commands as kinds
from ecrtui.config.commands import COMPARE_TABS, Command
from ecrtui.render.secrets import MASK
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.screens.confirm import Confirm
from tests import worlds
from tests.compare.layers import file
from tests.tui import pairs
from tests.tui.explorer import Person

Scenario = Callable[[Person, Sandbox, str], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {}
REPO, OTHER_REPO = "pair/one", "pair/other"


def scenario(run: Scenario) -> Scenario:
    """Note the scenario of the command that its name names."""
    SCENARIOS[run.__name__.replace("_", "-")] = run
    return run


def releases(sandbox: Sandbox, name: str = REPO, **place: str) -> Repository:
    """A repository with releases that can be compared."""
    repository = worlds.add_repository(sandbox.world, name, **place)
    pairs.add_releases(repository)
    return repository


async def in_list(person: Person, name: str = REPO) -> None:
    """In the list of a repository's images."""
    await person.goto(f"repo {name}")
    await person.at(kinds.IMAGES, name)


async def on(person: Person, tag: str) -> None:
    """Stand on an image of the list."""
    await person.press("g", *["j"] * person.rows.index(person.tag(tag)))


async def compared(person: Person, sides: str) -> None:
    """Wait until two images have been compared, as the crumbs say."""
    await person.until(lambda: person.place.spot.kind == kinds.COMPARE, "a comparison")
    await person.at(kinds.COMPARE)
    assert sides in person.crumbs, person.crumbs


async def pair(person: Person, sandbox: Sandbox) -> Any:
    """v1 and v2 compared; the screen."""
    releases(sandbox)
    await in_list(person)
    await on(person, "v2")
    await person.press("d")
    await compared(person, "v1 → v2")
    return person.place


# Ways in


@scenario
async def diff(person: Person, sandbox: Sandbox, key: str) -> None:
    releases(sandbox)
    releases(sandbox, OTHER_REPO)
    await in_list(person)
    await on(person, "v3")
    await person.press(key)
    await compared(person, "v2 → v3")
    await person.press("escape")
    await on(person, "v1")
    await person.press(key)
    await person.hears("No tagged image was pushed before v1")
    await on(person, "cold")
    await person.press(key)
    await person.hears("restore it before")
    await on(person, "v3")
    await person.press("space")
    await on(person, "v1")
    await person.press(key)
    await compared(person, "v1 → v3")
    await person.press("escape")
    await in_list(person, OTHER_REPO)
    await person.sees(f"marked in {REPO}")
    await on(person, "v1")
    await person.press(key)
    await compared(person, f"{OTHER_REPO}:v1 → v3")
    await person.press("escape")
    await on(person, "v2")
    await person.press("space")
    assert "two can be compared" not in person.text
    await on(person, "v1")
    await person.press("space", key)
    await person.hears("3 images are marked: two can be compared")
    await on(person, "v2")
    await person.press("space", key)
    await compared(person, f"{OTHER_REPO}:v1 → v3")
    await person.press("escape")
    await in_list(person)
    assert person.listing.table.data.marks == {person.tag("v3")}
    await person.press("asterisk")
    await in_list(person, OTHER_REPO)
    assert "marked in" not in person.text, "so many are for something else"


@scenario
async def diff_with(person: Person, sandbox: Sandbox, key: str) -> None:
    releases(sandbox)
    releases(sandbox, region=worlds.OTHER_REGION)
    releases(sandbox, account=worlds.OTHER_ACCOUNT)
    await in_list(person)
    await on(person, "v2")
    for typed, sides in (("v3", "v2 → v3"), (f"{REPO}:v1", "v1 → v2"), (":v1", "v1 → v2")):
        await person.press(key)
        await person.choose("another image")
        await person.press(*typed, "enter")
        await compared(person, sides)
        await person.press("escape")
    await person.press(key)
    await person.choose("the one before")
    await compared(person, "v1 → v2")
    await person.press("escape", key)
    await person.choose("another region")
    await person.until(lambda: bool(person.choices), "regions")
    assert worlds.REGION not in person.choices
    await person.choose(worlds.OTHER_REGION)
    await compared(person, f"main {worlds.OTHER_REGION} v2 → v2")
    assert "One image: both have the same digest" in person.text
    await person.press("escape", key)
    await person.choose("another account")
    await person.until(lambda: len(person.choices) > 1, "profiles")
    await person.choose("other-visitor")
    await compared(person, "other-visitor")


# In a comparison


_SIGNS = {
    "diff-summary": "Look at",
    "diff-config": "env.API_TOKEN",
    "diff-layers": "COMMAND",
    "diff-files": "settings.conf",
    "diff-packages": "zlib",
    "diff-findings": "Not known: both are not scanned",
}


def _tab(command: Command) -> Scenario:
    async def tab(person: Person, sandbox: Sandbox, key: str) -> None:
        screen = await pair(person, sandbox)
        other = "2" if command.id == "diff-summary" else "1"
        await person.press(other)
        assert screen.tab.id != command.id
        await person.press(key)
        assert screen.tab.id == command.id
        assert _SIGNS[command.id] in person.text

    return tab


SCENARIOS.update((one.id, _tab(one)) for one in COMPARE_TABS if one.id in _SIGNS)


async def to_file(person: Person, path: str, tab: str = "4") -> None:
    """At the Files tab, on a path."""
    await person.press(tab)
    assert person.image.file_tree.go_to(path)
    await person.rest()


@scenario
async def diff_contents(person: Person, sandbox: Sandbox, key: str) -> None:
    screen = await pair(person, sandbox)
    await person.press(key)
    await person.hears("Open a file first")
    await to_file(person, "/srv/app/settings.conf")
    await person.press("enter")
    await person.sees("mode = brisk")
    await person.press("1", key)
    assert screen.tab.id == "diff-contents"
    assert "mode = calm" in person.text
    await person.press("escape")
    assert screen.tab.id == "diff-files"
    assert screen.file_tree.current_path == "/srv/app/settings.conf"


@scenario
async def next_change(person: Person, sandbox: Sandbox, key: str) -> None:
    screen = await pair(person, sandbox)
    await person.press(key)
    assert screen.tab.id == "diff-config"
    await person.press("3", "g", key)
    first = screen.lines.cursor
    assert screen.lines.current.change
    await person.press(key)
    assert screen.lines.cursor > first
    await to_file(person, "/srv/app/after")
    seen = []
    while screen.file_tree.current_path not in seen:
        seen.append(screen.file_tree.current_path)
        await person.press(key)
    assert {"/srv/app/before", "/srv/app/run", pairs.BOOK, "/etc/os-release"} <= set(seen)
    await to_file(person, pairs.BOOK)
    await person.press("enter")
    await person.sees("@@ -1,")
    await person.press("g", key)
    assert screen.lines.current.change == "hunk"


@scenario
async def previous_change(person: Person, sandbox: Sandbox, key: str) -> None:
    screen = await pair(person, sandbox)
    await person.press("2", "g", "n", "n")
    there = screen.lines.cursor
    await person.press("n", key)
    assert screen.lines.cursor == there
    await to_file(person, "/srv/app/after")
    await person.press("n", key)
    assert screen.file_tree.current_path == "/srv/app/after"
    await person.press("g", key)
    assert screen.file_tree.current_path == pairs.BOOK


@scenario
async def export(person: Person, sandbox: Sandbox, key: str) -> None:
    folder = Path(person.session.services.locations.state).parent / "exports"
    folder.mkdir(parents=True)
    await pair(person, sandbox)
    for form, ending in (("save Markdown", "md"), ("save JSON", "json")):
        path = folder / f"told.{ending}"
        await _save(person, key, form, path)
        await person.hears(path.name)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    told = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    assert {row["path"] for row in told["files"]} >= {"/srv/app/run", "/srv/app/after"}
    assert "swordfish" not in (folder / "told.md").read_text(encoding="utf-8")
    (folder / "told.md").write_text("precious")
    for answer, replaced in ((("enter",), False), (("right", "enter"), True)):
        await _save(person, key, "save Markdown", folder / "told.md")
        await person.until(lambda: isinstance(person.app.screen, Confirm), "a question")
        await person.press(*answer)
        await person.until(lambda: not person.reading, "an end")
        assert ((folder / "told.md").read_text(encoding="utf-8") != "precious") is replaced
    await _save(person, key, "save JSON", folder / "nowhere" / "told.json")
    await person.hears("a folder that exists")
    for form, sign in (("copy Markdown", "### pair/one"), ("copy summary", "⚠ root: runs as")):
        await person.press(key)
        await person.choose(form)
        await person.until(partial(_copied, person, sign), form)


async def _save(person: Person, key: str, form: str, path: Path) -> None:
    await person.press(key)
    await person.choose(form)
    await person.until(lambda: person.typed.startswith("pair-one-v1-v2."), "a name to start from")
    await person.press(*["backspace"] * len(person.typed), *str(path), "enter")
    await person.until(lambda: not person.reading, "an end of writing")


def _copied(person: Person, sign: str) -> bool:
    return sign in person.copied()


def indexes(repository: Repository) -> None:
    """Two tagged indexes of two platforms."""
    for number, tag in enumerate(("multi-1", "multi-2")):
        children = [
            pairs.add_image(
                repository,
                "",
                [[file("/srv/app", f"{machine} {tag}".encode())]],
                pushed_at=pairs.START + (5 + number) * pairs.DAY,
                platform=("linux", machine),
            )
            for machine in ("amd64", "arm64")
        ]
        index = worlds.add_index(repository, children, tags={tag})
        index.pushed_at = pairs.START + (5.1 + number) * pairs.DAY


@scenario
async def diff_platform(person: Person, sandbox: Sandbox, key: str) -> None:
    await pair(person, sandbox)
    await person.press(key)
    await person.hears("Neither of them is an index")
    await person.press("escape")
    indexes(sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get(REPO))
    await person.again()
    await on(person, "multi-2")
    await person.press("d")
    await compared(person, "multi-1 → multi-2")
    now = person.image.found.after.config.platform.architecture
    other = "arm64" if now == "amd64" else "amd64"
    await person.press(key)
    assert [one.detail for one in person.offered if now in one.title] == ["compared now"]
    await person.choose(other)
    await compared(person, "multi-1 → multi-2")
    assert f"linux/{other} · " in person.lines[-2]
    assert "counted as pulls" in person.lines[-2]
    await to_file(person, "/srv/app")
    await person.press("enter")
    await person.sees(f"{other} multi-2")


@scenario
async def swap(person: Person, sandbox: Sandbox, key: str) -> None:
    screen = await pair(person, sandbox)
    requests = screen.session.services.traffic.requests
    await person.press(key)
    await compared(person, "v2 → v1")
    assert screen.found.before.digest != screen.found.after.digest
    await person.sees("cmd - --workers=4")
    await to_file(person, "/srv/app/before")
    assert "+" in person.lines[_line(person, "before")][:4]
    await person.press(key)
    await compared(person, "v1 → v2")
    assert "-" in person.lines[_line(person, "before")][:4]
    assert screen.session.services.traffic.requests == requests, "nothing is read for it"
    await to_file(person, "/srv/app/settings.conf")
    await person.press("enter")
    await person.sees("+ mode = brisk")
    await person.press(key)
    await compared(person, "v2 → v1")
    assert screen.tab.id == "diff-files"
    assert "6 Contents" not in person.text
    await to_file(person, "/srv/app/settings.conf")
    await person.press("enter")
    await person.sees("+ mode = calm")


def _line(person: Person, name: str) -> int:
    """The row of a file; what it was renamed to or from stands behind its name."""
    rows = (line.rstrip("│ ").partition("  renamed ")[0] for line in person.lines)
    return next(number for number, row in enumerate(rows) if row.endswith(name))


@scenario
async def change_kind(person: Person, sandbox: Sandbox, key: str) -> None:
    screen = await pair(person, sandbox)
    await person.press(key)
    await person.hears("The summary tells of all kinds")
    await to_file(person, "/srv/app/run")
    for kind, seen, hidden in (
        ("added", "after", "settings.conf"),
        ("removed", "before", "settings.conf"),
        ("modified", "settings.conf", "before"),
    ):
        await person.press(key)
        screen.file_tree.expand_all()
        await person.rest()
        assert f"{kind} only" in person.text
        assert seen in person.text
        assert hidden not in person.text
    await person.press("2")
    assert "env.MODE" in person.text
    await person.press(key, "5", key)
    assert "new" in person.text
    assert "zlib" not in person.text
    await person.press("escape")
    assert "zlib" in person.text


@scenario
async def file_times(person: Person, sandbox: Sandbox, key: str) -> None:
    screen = await pair(person, sandbox)
    before = len(screen.found.files)
    await person.press(key)
    await person.until(lambda: screen.idle and len(screen.found.files) > before, "times")
    assert screen.found.files.modified["/srv/app/stamp"] == ("mtime",)
    assert "times count" in person.lines[-2]
    await person.press(key)
    await person.until(lambda: screen.idle and len(screen.found.files) == before, "no times")


@scenario
async def read_shared(person: Person, sandbox: Sandbox, key: str) -> None:
    screen = await pair(person, sandbox)
    await person.press(key)
    await person.hears("Nothing is unsure")
    await person.press("escape")
    big = [file("/srv/big", random.Random(1).randbytes(9_000_000)), file("/srv/replaced", b"1")]
    repository = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get(REPO)
    for number, tag in enumerate(("w1", "w2")):
        layers = [big, [file(f"/srv/{tag}"), *([file("/srv/replaced", b"2")] * number)]]
        pairs.add_image(repository, tag, layers, pushed_at=pairs.START + (9 + number) * pairs.DAY)
    await person.again()
    await on(person, "w2")
    await person.press("d")
    await compared(person, "w1 → w2")
    screen = person.image
    assert screen.found.unsure is not None
    assert "may replace files" in person.text
    assert "/srv/replaced" in screen.found.files.added
    for answer in (("enter",), ("right", "enter")):
        assert screen.found.unsure is not None
        await person.press(key)
        await person.until(lambda: isinstance(person.app.screen, Confirm), "a question")
        assert "1 shared layers, 9.0 MB" in person.text
        await person.press(*answer)
    await person.until(lambda: screen.idle and screen.found.unsure is None, "certainty")
    assert "/srv/replaced" in screen.found.files.modified


@scenario
async def tree_in(person: Person, sandbox: Sandbox, key: str) -> None:
    screen = await pair(person, sandbox)
    await person.press("4")
    screen.file_tree.collapse_all()
    await person.press("g", key)
    assert screen.file_tree.current_path == "/etc"
    assert "os-release" in person.text
    await person.press(key)
    assert screen.file_tree.current_path == "/etc/os-release"
    await person.press("1", key)
    await person.hears("Only the Files tab has a tree")


@scenario
async def tree_out(person: Person, sandbox: Sandbox, key: str) -> None:
    screen = await pair(person, sandbox)
    await to_file(person, "/etc/os-release")
    await person.press(key)
    assert screen.file_tree.current_path == "/etc"
    await person.press(key)
    assert "os-release" not in person.text


@scenario
async def tree_sort(person: Person, sandbox: Sandbox, key: str) -> None:
    screen = await pair(person, sandbox)
    await person.press("4")
    seen = []
    for _ in range(3):
        await person.press(key)
        seen.append(screen.file_tree.data.order)
    assert seen == [("size", True), ("delta", True), ("name", False)]


@scenario
async def tree_reverse(person: Person, sandbox: Sandbox, key: str) -> None:
    screen = await pair(person, sandbox)
    await person.press("4", key)
    paths = [screen.file_tree.data.path(node) for node in screen.file_tree.data.rows]
    top = [path for path in paths if path.count("/") == 1]
    assert top == sorted(top, reverse=True)


async def unmask_and_mask(person: Person, sandbox: Sandbox, key: str) -> None:
    """Of a comparison; the command is an image's too, whose scenario calls this."""
    await pair(person, sandbox)
    await person.press("2")
    assert MASK in person.text
    assert "swordfish" not in person.text
    await person.press(key)
    assert "swordfish → marlin" in person.text
    await person.press(key)
    await to_file(person, "/srv/app/settings.conf")
    await person.press("enter")
    await person.sees("mode = brisk")
    assert "marlin" not in person.text
    await person.press(key)
    await person.sees("password = marlin")
