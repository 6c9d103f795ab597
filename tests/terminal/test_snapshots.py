"""Every screen in every state, at three sizes, as it was last looked at and found right."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecrtui.sandbox.faults import Faults
from tests import worlds
from tests.terminal.conftest import Serve
from tests.terminal.explorer import (
    DOWN,
    ENTER,
    ESCAPE,
    LARGE,
    MIDDLE,
    PALETTE,
    READ,
    SEARCH,
    SMALL,
    both,
    lacks,
    shows,
)
from tests.terminal.furnished import furnished_world, layered_world, paired_world
from tests.terminal.program import Seen, Terminal
from tests.terminal.snapshots import Album

SIZES = pytest.mark.parametrize(
    "size", [SMALL, MIDDLE, LARGE], ids=lambda size: f"{size[0]}x{size[1]}"
)
Size = tuple[int, int]
PICKER = shows("esc close")
IDLE = lacks("reading")


class Walk:
    """Keys, and a picture of where each leads."""

    def __init__(self, terminal: Terminal, state: str, size: Size) -> None:
        self.terminal = terminal
        self._album = Album(terminal, f"{size[0]}x{size[1]}/{state}")

    def to(self, keys: str, name: str, *seen: Seen, still: bool = True) -> None:
        """Type, and compare the picture that comes."""
        if still:
            seen += (IDLE,)
        self.terminal.type(keys)
        self._album.page(name, both(*seen), still=still)

    def past(self, keys: str, *seen: Seen) -> None:
        """Type, and wait until one is there; no picture."""
        self.terminal.type(keys)
        self.terminal.wait(both(*seen), f"what {keys!r} leads to")

    def glance(self, keys: str, name: str, *seen: Seen) -> None:
        """Open something on top, compare its picture, and close it."""
        self.to(keys, name, *seen)
        self.past(ESCAPE, lacks("esc close"))


@SIZES
def test_full(serve: Serve, size: Size) -> None:
    with serve(furnished_world()).start(size=size) as terminal:
        walk = Walk(terminal, "full", size)
        walk.to("", "registries", READ)
        walk.to(ENTER, "repositories", READ, shows("Repositories"))
        walk.to(DOWN + ENTER, "images", READ, shows("Images of", "USE"))
        walk.glance("?", "help", PICKER, shows("Help:"))
        walk.glance(PALETTE, "palette", PICKER, shows("Commands"))
        walk.glance("Y", "copy-menu", PICKER, shows("Copy"))
        walk.glance("R", "regions", PICKER, shows("Regions", "us-east-1"))
        walk.glance("A", "accounts", PICKER, shows("Accounts", "other-visitor"))
        walk.to("m", "confirm", shows("Cancel"))
        walk.past(ESCAPE, lacks("Cancel"))
        walk.to("/v1.1", "filter", shows("/ v1.1", "9 of 35"))
        walk.past(ESCAPE, lacks("9 of 35"))
        walk.to(":team/app:v1", "goto", shows(": team/app:v1"))
        walk.past(ESCAPE, lacks(": team/app:v1"))
        walk.to("g" + ENTER, "overview-index", READ, shows("1 Overview", "linux/arm64"))
        walk.to("2", "platforms", READ, shows("linux/arm64"))
        walk.to("7", "referrers", READ, shows("spdx"))
        walk.to("9", "json", READ, shows("Manifest"))
        walk.past(ESCAPE, READ, shows("Images of"))
        walk.to("l", "unfolded", READ, shows("linux/arm64"))
        walk.past(":team/app:v1.0" + ENTER, READ, shows("1 Overview", "Kind          image"))
        walk.to("", "overview", READ)
        walk.to("3", "config", READ, shows("Labels"))
        walk.to("6", "history", READ, shows("COPY content"))
        walk.past(":team/app:sbom" + ENTER, READ, shows("8 Contents"))
        walk.to("8", "contents", READ, shows("libexample"))
        walk.past(":team/app" + ENTER, READ, shows("Images of", "USE"))
        walk.to("i", "settings", READ, shows("Settings of", "Scanning"))
        walk.to("G", "settings-end", READ, shows("purpose"))
        walk.past(SEARCH + "v1.1" + ENTER, READ, shows("Search v1.1"))
        walk.to("s", "search", shows("why ↑"))


@SIZES
def test_inside(serve: Serve, size: Size) -> None:
    with serve(layered_world()).start("team/app:v1", size=size) as terminal:
        walk = Walk(terminal, "inside", size)
        walk.past("", READ, shows("1 Overview", "What it is"))
        walk.to("4jj", "layers", shows("efficiency", "as of layer 3"))
        walk.to("K", "changes", shows("changes only"))
        walk.to("5", "files", shows("of files"))
        walk.to("/conf", "filter", shows("1 file with conf"))
        walk.past(ENTER + "G" + ENTER, shows("8 Contents", "port = 80"))
        walk.to("", "file", shows("masked"))


@SIZES
def test_cost(serve: Serve, size: Size) -> None:
    with serve(furnished_world()).start("team/app", size=size) as terminal:
        walk = Walk(terminal, "cost", size)
        walk.past("", READ, shows("Images of"))
        walk.to("M", "repository", READ, shows("Cost of team/app", "1 image"))
        walk.to("1", "saving", READ, shows("ecrtui "))
        walk.past(ESCAPE + ESCAPE, READ, shows("Repositories"))
        walk.to("M", "registry", READ, shows("Cost of main"))


@SIZES
def test_loading(serve: Serve, size: Size) -> None:
    explorer = serve(furnished_world())
    faults = explorer.sandbox.faults
    _stall(faults)
    with explorer.start(size=size) as terminal:
        walk = Walk(terminal, "loading", size)
        walk.to("", "registries", shows("reading", "not looked at"), still=False)
    faults.clear()
    with explorer.start(size=size) as terminal:
        walk = Walk(terminal, "loading", size)
        walk.past("", READ)
        _stall(faults)
        walk.to(ENTER, "repositories", shows("Reading repositories"), still=False)
        faults.clear()
        walk.past("r", READ)
        _stall(faults)
        walk.to(DOWN + ENTER, "images", shows("Reading images"), still=False)
        walk.to("i", "settings", shows("Reading the settings"), still=False)
        faults.clear()
        walk.past(ESCAPE, shows("Images of"))
        walk.past("r", READ)
        _stall(faults)
        walk.to(ENTER, "image", shows("Reading the manifest"), still=False)
        walk.to(SEARCH + "v1.1" + ENTER, "search", shows("Search v1.1"), still=False)


def _stall(faults: Faults) -> None:
    faults.add("stall", seconds=600)


@SIZES
def test_empty(serve: Serve, size: Size, tmp_path: Path) -> None:
    explorer = serve(furnished_world())
    nothing = tmp_path / "nothing"
    nothing.touch()
    nobody = {"AWS_CONFIG_FILE": str(nothing), "AWS_SHARED_CREDENTIALS_FILE": str(nothing)}
    with explorer.start(size=size, AWS_PROFILE=None, **nobody) as terminal:
        Walk(terminal, "empty", size).to("", "registries", shows("r tries again"))
    with explorer.start(size=size) as terminal:
        walk = Walk(terminal, "empty", size)
        walk.past("", READ)
        walk.past(ENTER, READ, shows("Repositories"))
        walk.to("/nothing-like-it" + ENTER, "filtered", shows("None of"))
        walk.past(ESCAPE, lacks("None of"))
        walk.to(DOWN + DOWN + ENTER, "images", READ, shows("No images"))
        walk.to(SEARCH + "nowhere" + ENTER, "search", READ, shows("Nothing found"))
    with serve(worlds.empty_world()).start(size=size) as terminal:
        walk = Walk(terminal, "empty", size)
        walk.past("", READ)
        walk.to(ENTER, "repositories", READ, shows("No repositories"))


@SIZES
@pytest.mark.parametrize("action", ["deny", "status"])
def test_failed(serve: Serve, size: Size, action: str) -> None:
    explorer = serve(furnished_world())
    faults = explorer.sandbox.faults
    state = "denied" if action == "deny" else "failed"
    again = shows("r tries again")
    with explorer.start(size=size) as terminal:
        walk = Walk(terminal, state, size)
        walk.past("", READ)
        faults.add(action)
        walk.to(ENTER, "repositories", again)
        walk.to("!", "details", shows("esc close"))
        walk.past(ESCAPE, lacks("esc close"))
        faults.clear()
        walk.past("r", READ)
        faults.add(action)
        walk.to("r", "repositories-stale", shows("stale"))
        walk.to(DOWN + ENTER, "images", shows("Images of"), again)
        walk.to("i", "settings", shows("Settings of"), again)
        faults.clear()
        walk.past(ESCAPE, shows("Images of"))
        walk.past("r", READ)
        faults.add(action)
        walk.to(ENTER, "image", shows("1 Overview"), again)
        walk.to(SEARCH + "v1.1" + ENTER, "search", shows("Search v1.1"), IDLE)
        walk.to(":profile nobody" + ENTER, "unknown-profile", shows("nobody"), again)
    with explorer.start(size=size) as terminal:
        walk = Walk(terminal, state, size)
        walk.past("", shows("›"), IDLE)
        walk.to("~", "registries", shows("Accounts and regions"), again)


@SIZES
def test_compare(serve: Serve, size: Size) -> None:
    explorer = serve(paired_world())
    faults = explorer.sandbox.faults
    compared = shows("v1 → v2")

    with explorer.start(size=size) as terminal:
        walk = Walk(terminal, "compare", size)
        walk.past("", READ)
        walk.past(":repo team/app" + ENTER, READ, shows("Images of", "USE"))
        walk.past(DOWN + DOWN, READ)
        walk.glance("v", "versus", PICKER, shows("another region"))
        walk.to("d", "summary", READ, compared, shows("setuid"))
        walk.to("2", "config", shows("env.MODE"))
        walk.to("3", "layers", shows("COMMAND"))
        walk.to("4", "files", shows("settings.conf"))
        walk.to("K", "files-added", shows("added only"))
        walk.past(ESCAPE, lacks("added only"))
        walk.to("/settings" + ENTER, "files-found", shows("with settings"))
        walk.to(ENTER, "contents", shows("mode = brisk"))
        walk.past(ESCAPE, lacks("mode = brisk"))
        walk.past(ESCAPE, lacks("with settings"))
        walk.to("5", "packages", shows("zlib"))
        walk.glance("e", "export", PICKER, shows("Export"))
    for fault in ("stall", "deny"):
        with explorer.start("--no-cache", "team/app:v2", size=size) as terminal:
            walk = Walk(terminal, "compare", size)
            walk.past("", READ, shows("What it is"))
            if fault == "deny":
                faults.add("deny", operation="DescribeImages")
                walk.to("d", "denied", shows("r tries again"))
                continue
            faults.add("stall", operation="GetDownloadUrlForLayer", skip=1, seconds=600)
            walk.to("d", "loading", compared, shows("reading 2 layers"), still=False)
            walk.past("3", shows("reading 0"))
            walk.to("", "loading-layers", shows("reading 0"), still=False)
            faults.clear()


@SIZES
def test_moving(serve: Serve, size: Size) -> None:
    """The forms, and the plan of a copy that makes a repository."""
    with serve(furnished_world()).start("team/app", size=size) as terminal:
        walk = Walk(terminal, "moving", size)
        walk.past("", READ, shows("Images of", "USE"))
        walk.to("e", "export", shows("Export team/app"))
        walk.past(ESCAPE, lacks("esc cancel"))
        walk.to("c", "copy", shows("Copy team/app"))
        walk.past("-new", shows("new: it will be made"))
        walk.to(ENTER, "plan", shows("to move", "Cancel"))
        walk.past(ESCAPE, shows("new: it will be made"))
        walk.past(ESCAPE, lacks("it will be made"))
        walk.glance("P", "push", PICKER, shows("a file or a folder"))
        walk.to("I", "import", shows("Import to team/app"))
