"""Layers and files of an image on the screen: as of each layer, filtered, opened, given up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from ecrtui.config import commands as kinds
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.screens.image import reading
from ecrtui.workflows import image_files
from ecrtui.workflows.image_files import ImageFiles
from tests import worlds
from tests.compare.layers import link
from tests.oci.layers import tables
from tests.tui import pairs
from tests.tui.explorer import Person, opened
from tests.tui.looking_inside import LAYERS, REPO, inside, paths

HERE = ("--region", worlds.REGION)
SIZES = pytest.mark.parametrize("size", [(80, 24), (140, 36)])


def line_with(person: Person, text: str) -> str:
    """The first line that shows a text."""
    return next(line for line in person.lines if text in line)


@SIZES
async def test_the_tree_is_as_of_the_layer_stood_on(
    sandbox: Sandbox, size: tuple[int, int]
) -> None:
    async with opened(*HERE, size=size) as person:
        screen = await inside(person, sandbox)
        assert "as of layer 1 · +8" in person.text
        assert "+" in line_with(person, "gone")
        await person.press("j")
        assert "as of layer 2 · ~1 -1" in person.text
        assert "-700 B" in line_with(person, "gone")
        big = line_with(person, "rws")
        assert "+1.0 kB" in big
        assert big.rstrip("│ ").endswith("big")
        await person.press("j")
        assert "/srv/gone" not in paths(screen)
        assert "motd -> issue" in line_with(person, "motd")
        assert "efficiency" in person.lines[-2]


@pytest.mark.parametrize("key", ["right", "l"])
async def test_in_goes_into_the_tree_and_through_it(sandbox: Sandbox, key: str) -> None:
    async with opened(*HERE) as person:
        screen = await inside(person, sandbox)
        screen.file_tree.collapse_all()
        await person.press(key)
        assert screen.in_tree
        await person.press(key)
        assert "/etc/motd" in paths(screen)
        await person.press(key)
        assert screen.file_tree.current_path == "/etc/motd"


@pytest.mark.parametrize("key", ["left", "h"])
async def test_out_goes_out_of_the_tree_to_the_layers(sandbox: Sandbox, key: str) -> None:
    async with opened(*HERE) as person:
        screen = await inside(person, sandbox)
        await person.press("l", "g", "j", key)
        assert screen.file_tree.current_path == "/etc"
        await person.press(key)
        assert "/etc/motd" not in paths(screen)
        await person.press(key)
        assert not screen.in_tree
        await person.press("j")
        assert "as of layer 2" in person.text


async def test_tab_goes_from_layers_to_files_to_the_next_tab(sandbox: Sandbox) -> None:
    async with opened(*HERE) as person:
        screen = await inside(person, sandbox)
        await person.press("tab")
        assert (screen.tab.id, screen.in_tree) == ("layers", True)
        await person.press("tab")
        assert (screen.tab.id, screen.in_tree) == ("files", True)
        await person.press("shift+tab")
        assert (screen.tab.id, screen.in_tree) == ("layers", False)


@pytest.mark.parametrize("key", ["K"])
async def test_only_what_a_layer_did(sandbox: Sandbox, key: str) -> None:
    async with opened(*HERE) as person:
        screen = await inside(person, sandbox)
        await person.press("j")
        seen = []
        for _ in range(5):
            await person.press(key)
            screen.file_tree.expand_all()
            seen.append([path for path in paths(screen) if path.count("/") > 1])
        both, added, modified, removed, all_ = seen
        assert both == ["/srv/data", "/srv/data/big", "/srv/gone"]
        assert (added, modified, removed) == ([], ["/srv/data", "/srv/data/big"], ["/srv/gone"])
        assert "/srv/data/small" in all_
        await person.press(key, key)
        assert "No file was added by this layer" in person.text
        await person.press("escape")
        assert "/etc" in paths(screen)
        await person.press("5", key)
        await person.hears("Only the Layers tab tells what changed")


async def test_from_change_to_change(sandbox: Sandbox) -> None:
    async with opened(*HERE) as person:
        screen = await inside(person, sandbox)
        await person.press("j")
        seen = []
        for key in ("n", "n", "n", "N"):
            await person.press(key)
            seen.append(screen.file_tree.current_path)
        assert seen == ["/srv/data/big", "/srv/gone", "/srv/data/big", "/srv/gone"]


async def test_sorted_by_size_and_turned_round(sandbox: Sandbox) -> None:
    async with opened(*HERE) as person:
        screen = await inside(person, sandbox, "5")
        screen.file_tree.collapse_all()
        await person.press("s")
        assert paths(screen) == ["/srv", "/var", "/etc", "/z"]
        assert "size ↓" in person.lines[-2]
        await person.press("S")
        assert paths(screen) == ["/z", "/etc", "/var", "/srv"]


async def test_files_are_found_as_one_types(sandbox: Sandbox) -> None:
    async with opened(*HERE) as person:
        screen = await inside(person, sandbox, "5")
        await person.press("/", *"data/b")
        assert paths(screen) == ["/srv", "/srv/data", "/srv/data/big"]
        assert "1 file with data/b" in person.lines[-3]
        await person.press("enter", "G", "y")
        await person.until(lambda: person.copied() == "/srv/data/big", "the path")
        await person.press("/", *"xyz", "enter")
        assert "No file has" in person.text
        await person.press("escape")
        assert "/etc" in paths(screen)


async def test_wasted_space_leads_to_its_file(sandbox: Sandbox) -> None:
    async with opened(*HERE, size=(140, 36)) as person:
        screen = await inside(person, sandbox)
        await person.press("G")
        assert "/etc/motd  in layers 1, 3" in person.text
        await person.press(*["k"] * 2)
        assert screen.lines.current.copy == "/srv/data/big"
        await person.press("enter")
        assert screen.file_tree.current_path == "/srv/data/big"
        assert "as of layer 2" in person.text


async def test_a_file_is_opened_with_all_that_is_known_of_it(sandbox: Sandbox) -> None:
    async with opened(*HERE) as person:
        screen = await inside(person, sandbox)
        await person.press("/", *"secret", "enter", "tab", "G", "enter")
        await person.sees("port = 80")
        assert screen.tab.id == "contents"
        assert "-rw-r--r--  0644" in person.text
        assert "added by layer 1" in person.text
        assert "swordfish" not in person.text
        assert "1 line masked" in person.lines[-2]
        await person.press("u")
        await person.sees("password = swordfish")
        await person.press("escape")
        assert screen.tab.id == "layers"
        assert screen.in_tree


async def test_what_a_layer_removed_is_opened_as_it_was(sandbox: Sandbox) -> None:
    async with opened(*HERE) as person:
        await inside(person, sandbox)
        await person.press("j", "n", "n", "enter")
        await person.sees("g" * 60)
        assert "removed by layer 2" in person.text


async def test_a_hard_link_to_what_is_not_there_says_so(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, REPO)
    pairs.add_image(repository, "v1", [[link("/srv/a", "/none")]], pushed_at=pairs.START)
    async with opened(*HERE, f"{REPO}:v1") as person:
        await person.at(kinds.IMAGE, REPO)
        await person.press("5")
        await person.until(lambda: person.image.found and person.image.found.waste, "the files")
        await person.rest()
        await person.press("G", "enter")
        await person.sees("which no layer read has")


async def test_a_layer_known_from_its_table_of_contents_is_told_as_such(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, REPO)
    tables.push(repository, "v1", [tables.stargz([(tables.info("a"), tables.noise(2_500_000))])])
    async with opened(*HERE, f"{REPO}:v1", size=(80, 24)) as person:
        await person.at(kinds.IMAGE, REPO)
        await person.press("4")
        await person.sees("1 read by table")
        assert "stargz.index.json" in person.text


async def test_much_is_read_only_when_asked_for(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "UNASKED", 100)
    repository = worlds.add_repository(sandbox.world, REPO)
    pairs.add_image(repository, "v1", LAYERS, pushed_at=pairs.START)
    async with opened(*HERE, f"{REPO}:v1") as person:
        await person.at(kinds.IMAGE, REPO)
        await person.press("4")
        await person.sees("in 3 layers have not been read")
        assert "COMMAND" in person.text
        await person.press("m")
        await person.until(lambda: person.image.found and person.image.found.waste, "all")
        await person.sees("motd")
    async with opened(*HERE, f"{REPO}:v1") as again:
        await again.at(kinds.IMAGE, REPO)
        await again.press("5")
        await again.until(lambda: again.image.found and again.image.found.waste, "at once")


async def test_looking_into_stored_layers_can_be_stopped(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = worlds.add_repository(sandbox.world, REPO)
    pairs.add_image(repository, "v1", LAYERS, pushed_at=pairs.START)
    async with opened(*HERE, f"{REPO}:v1") as person:
        await person.at(kinds.IMAGE, REPO)
        await person.press("4")
        await person.until(lambda: person.image.found and person.image.found.waste, "all")
    gate = threading.Event()
    stored = image_files.image_files

    def slow(*arguments: Any) -> Iterator[ImageFiles]:
        gate.wait(20)
        yield from stored(*arguments)

    monkeypatch.setattr(image_files, "image_files", slow)
    async with opened(*HERE, f"{REPO}:v1") as again:
        await again.at(kinds.IMAGE, REPO)
        await again.press("4")
        await again.until(lambda: again.image.reading_files, "a start")
        await again.press("escape")
        await again.sees("was stopped")
        assert "0 layers" not in again.text
        gate.set()
        await again.press("m")
        await again.until(lambda: again.image.found and again.image.found.waste, "the rest")


async def test_escape_stops_the_reading_and_keeps_what_was_read(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, REPO)
    image = pairs.add_image(repository, "v1", LAYERS, pushed_at=pairs.START)
    hexadecimal = image.layers[-1].partition(":")[2]
    sandbox.faults.add("stall", path=f"*{hexadecimal}*", seconds=60, after=20)
    async with opened(*HERE, f"{REPO}:v1") as person:
        await person.at(kinds.IMAGE, REPO)
        await person.press("4")
        screen = person.image
        await person.until(lambda: screen.found and len(screen.found.read) == 2, "two layers")
        await person.sees("2 of 3 layers: ")
        await person.sees("big")
        await person.press("escape")
        await person.hears("Stopped")
        assert "2 of 3 layers read" in person.lines[-2]
        await person.press("k", "k", "k", "j", "j", "j")
        assert "as of layer 3" in person.lines[-2]
        sandbox.faults.clear()
        await person.press("m")
        await person.until(lambda: screen.found.waste, "the rest")
        await person.press("escape")
        assert person.place.spot.kind == kinds.IMAGES
