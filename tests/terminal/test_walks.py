"""The walks a person takes, by keys, in a terminal of 80 columns and 24 lines."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from tests import worlds
from tests.terminal.conftest import Serve
from tests.terminal.explorer import (
    COMMAND,
    DOWN,
    ENTER,
    ESCAPE,
    QUIT,
    READ,
    SEARCH,
    SMALL,
    Explorer,
    both,
    lacks,
    shows,
)
from tests.terminal.furnished import furnished_world, paired_world
from tests.terminal.program import Terminal


def test_in_to_the_layers_and_out_to_the_start(serve: Serve) -> None:
    with serve(furnished_world()).start() as terminal:
        there = both(READ, shows("Accounts and regions"))
        terminal.wait(there, "the registries")
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("Repositories")), "the repositories")
        terminal.type(DOWN + ENTER)
        terminal.wait(both(READ, shows("Images of team/app")), "the images")
        terminal.type("/v1.5" + ENTER)
        terminal.wait(shows("1 of 35"), "the one image")
        terminal.type("g" + ENTER)
        terminal.wait(both(READ, shows("team/app › v1.5", "What it is")), "the image")
        terminal.type("4")
        terminal.wait(shows("COPY content /", "240 kB"), "its layer")
        terminal.type("1")  # on the layers, Escape would first stop what is being read
        terminal.wait(shows("What it is"), "the overview")
        for wanted in ("1 of 35", "35 · pushed", "Repositories", "Accounts and regions"):
            terminal.type(ESCAPE)
            terminal.wait(both(READ, shows(wanted)), wanted)
        terminal.type(QUIT)
        terminal.ended()
        assert terminal.exit_code == 0


def test_a_digest_wherever_it_is(explorer: Explorer) -> None:
    """Walk 3: some digits and Enter; the image is in another account than one stands in."""
    world = explorer.sandbox.world
    hidden = worlds.add_repository(world, "far/away", region=worlds.OTHER_REGION)
    image = worlds.add_image(hidden, tags={"found"}, content=b"nothing else is like this")
    prefix = image.digest.removeprefix("sha256:")[:9]
    with explorer.start("--all-regions") as terminal:
        terminal.wait(READ, "the registries")
        terminal.type(f":{prefix}{ENTER}")
        terminal.wait(both(READ, shows(f"Search {prefix}", "far/away", "found")), "the hit")
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("far/away › found", "What it is")), "the image")


def test_search_leads_to_the_image_and_back(serve: Serve) -> None:
    with serve(furnished_world()).start() as terminal:
        terminal.wait(READ, "the registries")
        terminal.type(f"{SEARCH}many-7{ENTER}")
        terminal.wait(both(READ, shows("tag a-tag-among-many-7", "team/app")), "the hit")
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("What it is", "a-tag-among-many-7")), "the image")
        terminal.type(ESCAPE)
        terminal.wait(shows("Search many-7"), "the hits")
        terminal.type(ESCAPE)
        terminal.wait(shows("Accounts and regions"), "the registries")


def test_the_next_start_is_where_one_left(explorer: Explorer) -> None:
    with explorer.start() as terminal:
        terminal.wait(READ, "the registries")
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("Repositories")), "the repositories")
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("Images of")), "the images")
        place = terminal.lines[1].split("─")[0]
        terminal.type(QUIT)
        terminal.ended()
    with explorer.start() as terminal:
        terminal.wait(both(READ, shows(place)), place)


COLOUR = re.compile(rb"[34]8;2;(\d+);(\d+);(\d+)")


def nothing_here(explorer: Explorer) -> dict[str, Any]:
    """A bastion: no colour, no engine, no keyring, and no home that could be written to."""
    for name in ("config", "cache", "state"):
        (explorer.home / name).write_text("a file where a folder should be")
    return {
        "NO_COLOR": "1",
        "DOCKER_HOST": "unix:///nowhere/docker.sock",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }


def test_a_bastion_with_nothing(serve: Serve) -> None:
    """Walk 7: all of it works, without a colour, and nothing is complained of."""
    explorer = serve(furnished_world())
    before = nothing_here(explorer)
    with explorer.start("--debug", **before) as terminal:
        terminal.wait(shows("no place to write a log"), "that there is no log")
        terminal.wait(both(READ, shows("Accounts and regions")), "the registries")
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("Repositories")), "the repositories")
        terminal.type(DOWN + ENTER)
        terminal.wait(both(READ, shows("Images of team/app")), "the images")
        terminal.type("s")
        terminal.wait(lacks("pushed ↓"), "another order")
        terminal.type("b")
        terminal.wait(shows("Bookmarked, until you leave"), "the bookmark, for this run")
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("What it is")), "the image")
        terminal.type("4")
        terminal.wait(shows("SHARE"), "its layers")
        terminal.type(QUIT)
        terminal.ended()
        assert terminal.exit_code == 0
        colours = {match.groups() for match in COLOUR.finditer(terminal.raw)}
        assert all(len(set(parts)) == 1 for parts in colours), "only greys"
    assert (explorer.home / "state").is_file()


def test_the_demo(tmp_path: Path) -> None:
    """Whatever it tells: the first registry, the first image of one that runs, its layers."""
    environment = {**os.environ, "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    with Terminal([*COMMAND, "--demo"], environment, size=SMALL, frames=True) as terminal:
        terminal.wait(both(READ, shows("Accounts and regions")), "the registries")
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("Repositories")), "the repositories")
        open_an_image_with_layers(terminal)
        terminal.type("4")
        terminal.wait(shows("SHARE", "compressed, all layers"), "its layers")
        terminal.type("1")  # on the layers, Escape would first stop what is being read
        terminal.wait(shows("What it is"), "the overview")
        for wanted in ("Images of", "Repositories", "Accounts and regions"):
            terminal.type(ESCAPE)
            terminal.wait(both(READ, shows(wanted)), wanted)
        terminal.type(QUIT)
        terminal.ended()
        assert terminal.exit_code == 0
    assert not list(tmp_path.iterdir())


def open_an_image_with_layers(terminal: Terminal) -> None:
    """Repository by repository: the first images of some are charts or SBOMs."""
    while True:
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("Images of")), "the images")
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("1 Overview")), "the image")
        if shows("4 Layers")(terminal.lines):
            return
        terminal.type(ESCAPE)
        terminal.wait(shows("Images of"), "the images")
        terminal.type(ESCAPE)
        terminal.wait(shows("Repositories"), "the repositories")
        terminal.type(DOWN)


def test_what_changed_between_two_marked_images(serve: Serve) -> None:
    """Two marks, d: the summary, a changed file's contents, and back to the list."""
    with serve(paired_world()).start() as terminal:
        terminal.wait(READ, "the registries")
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("Repositories")), "the repositories")
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("Images of team/app")), "the images")
        terminal.type(" " + DOWN + DOWN + " ")  # v3 and v1
        terminal.wait(shows("2 marked"), "both marks")
        terminal.type("d")
        summary = both(READ, shows("v1 → v3", "+1 ~5 -2", "setuid"))
        terminal.wait(summary, "the summary")
        terminal.type("4/settings" + ENTER)
        terminal.wait(shows("1 path with settings"), "the file that is looked for")
        terminal.type(ENTER)
        terminal.wait(shows("- mode = calm", "+ mode = brisk", "masked"), "its contents")
        for wanted in (shows("1 path with settings"), lacks("path with"), shows("2 marked")):
            terminal.type(ESCAPE)
            terminal.wait(both(READ, wanted), "the way back")
        terminal.type(QUIT)
        terminal.ended()
        assert terminal.exit_code == 0


def test_what_changed_since_the_release_before(tmp_path: Path) -> None:
    """Walk 1, as far as it goes: from a cold start to a summary, with eight keys at most."""
    environment = {**os.environ, "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    with Terminal([*COMMAND, "--demo"], environment, size=SMALL, frames=True) as terminal:
        terminal.wait(both(READ, shows("Accounts and regions")), "the registries")
        keys = 0
        for key, seen in (
            (ENTER, both(READ, shows("Repositories"))),
            ("G", READ),
            (ENTER, both(READ, shows("Images of"))),
            ("d", both(READ, shows("→", "Size", "Layers", "Files"))),
        ):
            terminal.type(key)
            terminal.wait(seen, f"what {key!r} leads to")
            keys += 1
        assert keys <= 8
        terminal.type(QUIT)
        terminal.ended()
    assert not list(tmp_path.iterdir())
