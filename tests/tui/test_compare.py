"""A comparison as it is read: shown at once, failing, given up, full of strangers' text."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from ecrtui.config import commands as kinds
from ecrtui.config.commands import COMPARE_TABS
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Blob
from ecrtui.tui import loading
from tests import worlds
from tests.compare.layers import Item, file, symlink, tar
from tests.tui import pairs, pictures
from tests.tui.comparing import compared, in_list, indexes, on, to_file
from tests.tui.explorer import Person, opened
from tests.tui.test_hostile_text import look
from tests.tui.test_states import Gate

HERE = ("--region", worlds.REGION)
REPO = "pair/one"


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    """With releases that can be compared."""
    made = worlds.add_repository(sandbox.world, REPO)
    pairs.add_releases(made)
    return made


@pytest.fixture
def gate(sandbox: Sandbox) -> Iterator[Gate]:
    """What stalls goes on when the gate is set."""
    gate = Gate()
    sandbox.faults.stopping = gate
    yield gate
    gate.set()


async def asked(person: Person, tag: str = "v2") -> None:
    """In the list, with d pressed on an image; nothing is waited for."""
    await in_list(person)
    await on(person, tag)
    await person.press("d")


def stored(person: Person) -> list[str]:
    """The layers of the releases that are in the store."""
    cache = person.session.services.cache
    contents = map(tar, (pairs.BASE, pairs.FIRST, pairs.SECOND))
    return [digest for one in contents if cache.has("layer", digest := worlds.digest_of(one))]


async def test_what_is_known_is_shown_while_the_rest_is_read(
    sandbox: Sandbox, repository: Repository, gate: Gate
) -> None:
    sandbox.faults.add("stall", operation="GetDownloadUrlForLayer", skip=2, seconds=600)
    async with opened(*HERE) as person:
        await asked(person)
        await person.sees("reading 2 layers")
        assert person.place.state == loading.FULL
        assert "user app → root" in person.text
        assert "4 Files …" in person.text
        await person.press("2")
        assert "env.MODE" in person.text
        await person.press("3")
        assert "(reading 0 B of" in person.text
        for tab in "45":
            await person.press(tab)
            assert "reading 2 layers" in person.text
        await person.press("X")
        await person.hears("still being read")
        gate.set()
        await compared(person, "v1 → v2")
        await person.press("5")
        assert "zlib" in person.text


async def test_escape_stops_the_reading_and_what_is_known_stays(
    sandbox: Sandbox, repository: Repository, gate: Gate
) -> None:
    sandbox.faults.add("stall", operation="GetDownloadUrlForLayer", skip=2, seconds=600)
    async with opened(*HERE) as person:
        await asked(person)
        await person.sees("reading 2 layers")
        await person.press("escape")
        await person.hears("Stopped. Layers read so far are kept; r reads on")
        assert "user app → root" in person.text
        await person.press("4")
        assert "not read: r reads on" in person.text
        gate.set()
        sandbox.faults.clear()
        await person.again()
        assert "settings.conf" in person.text
        await person.press("escape")
        await person.at(kinds.IMAGES, REPO)


async def test_leaving_gives_the_reading_up(
    sandbox: Sandbox, repository: Repository, gate: Gate
) -> None:
    sandbox.faults.add("stall", operation="GetDownloadUrlForLayer", skip=2, seconds=600)
    async with opened(*HERE) as person:
        await asked(person)
        await person.sees("reading 2 layers")
        await person.press("escape", "escape")
        await person.at(kinds.IMAGES, REPO)
        gate.set()
        names = ("fan-out", "layer", "background")
        await person.until(
            lambda: not any(one.name.startswith(names) for one in threading.enumerate()),
            "an end of all threads",
        )
        assert stored(person) == []
        sandbox.faults.clear()
        await person.press("d")
        await compared(person, "v1 → v2")
        assert len(stored(person)) >= 2


@pytest.mark.parametrize(("fault", "state"), [("deny", loading.DENIED), ("status", loading.FAILED)])
async def test_manifests_that_cannot_be_read(
    sandbox: Sandbox, repository: Repository, fault: str, state: str
) -> None:
    async with opened(*HERE) as person:
        await in_list(person)
        await on(person, "v2")
        sandbox.faults.add(fault, operation="BatchGetImage")
        await person.press("d")
        await person.at(kinds.COMPARE)
        assert person.place.state == state
        assert "r tries again" in person.text
        for key, reason in (("n", "Nothing is known"), ("e", "Nothing is known"), ("X", "still")):
            await person.press(key)
            await person.hears(reason)
        sandbox.faults.clear()
        await person.again()
        await compared(person, "v1 → v2")
        assert "user app → root" in person.text


async def test_a_layer_that_cannot_be_read_leaves_the_rest(
    sandbox: Sandbox, repository: Repository
) -> None:
    image = repository.images.by_tag("v2")
    assert image is not None
    whole = repository.blobs[image.layers[-1]]
    damaged = Blob(whole.digest, whole.size, whole.media_type, bytes(whole.size))
    repository.blobs[whole.digest] = damaged
    async with opened(*HERE) as person:
        await asked(person)
        await person.at(kinds.COMPARE)
        assert "do not match" in person.text or "cannot be read" in person.text
        assert "user app → root" in person.text
        assert "stale" not in person.text.split("Config")[0]
        await person.press("M")
        await person.hears("The files were not read")
        repository.blobs[whole.digest] = whole
        await person.again()
        assert "do not match" not in person.text
        await person.press("4")
        assert "settings.conf" in person.text


async def test_nothing_differs(sandbox: Sandbox, repository: Repository) -> None:
    layers = [pairs.BASE, pairs.FIRST]
    pairs.add_image(repository, "again", layers, pushed_at=pairs.START + 20 * pairs.DAY)
    same = repository.images.by_tag("again")
    assert same is not None
    pairs.add_image(repository, "twin", [*layers, []], pushed_at=pairs.START + 30 * pairs.DAY)
    async with opened(*HERE) as person:
        await asked(person, "twin")
        await compared(person, "→ twin")
        assert "Nothing differs that a container would see" in person.text
        for tab, words in (("2", "is the same"), ("4", "Not one file"), ("5", "are the same")):
            await person.press(tab)
            assert words in person.text
            await person.press("n")
            if tab != "2":
                await person.hears("Nothing differs here")


async def test_indexes_are_compared_for_the_platform_one_looks_at(
    sandbox: Sandbox, repository: Repository
) -> None:
    indexes(repository)
    async with opened(*HERE, f"{REPO}:multi-2") as person:
        await person.at(kinds.IMAGE)
        await person.press("2", "j", "enter")
        await person.at(kinds.IMAGE)
        await person.press("d")
        await compared(person, "multi-1 → multi-2")
        assert "linux/arm64" in person.lines[-2]
        await to_file(person, "/srv/app")
        await person.press("enter")
        await person.sees("arm64 multi-2")


async def test_the_summary_leads_to_its_parts(sandbox: Sandbox, repository: Repository) -> None:
    async with opened(*HERE) as person:
        await asked(person)
        await compared(person, "v1 → v2")
        line = next(n for n, text in enumerate(person.lines) if "setuid" in text)
        await person.click("setuid", line=line, times=2)
        await person.until(lambda: person.image.tab.id == "diff-files", "the files")
        assert person.image.file_tree.current_path == "/srv/app/run"
        await person.click(["5", "Packages"][1])
        assert person.image.tab.id == "diff-packages"
        await person.press("1", "y")
        assert person.copied().startswith(f"{REPO}:v1 → {REPO}:v2 (linux/amd64)\n")
        assert "⚠ /srv/app/run: setuid" in person.copied()


async def test_a_renamed_file_says_where_it_went(sandbox: Sandbox, repository: Repository) -> None:
    async with opened(*HERE) as person:
        await asked(person)
        await compared(person, "v1 → v2")
        await person.press("4")
        for told in ("before  renamed to after", "after  renamed from before"):
            assert any(told in line for line in person.lines)
        await to_file(person, "/srv/app/before")
        await person.press("enter")
        await person.sees("- renamed   to /srv/app/after")


async def test_a_path_is_looked_for(sandbox: Sandbox, repository: Repository) -> None:
    async with opened(*HERE) as person:
        await asked(person)
        await compared(person, "v1 → v2")
        await person.press("4", "slash", *"settings", "enter")
        assert person.image.file_tree.current_path == "/srv/app/settings.conf"
        assert "1 path with settings" in person.lines[-2]
        await person.press("escape")
        assert "os-release" in person.text
        await person.press("2", "slash", *"token", "enter")
        assert "env.MODE" not in person.text
        assert "env.API_TOKEN" in person.text


async def test_why_no_file_is_shown(sandbox: Sandbox, repository: Repository) -> None:
    layers = [pairs.BASE, pairs.FIRST]
    more = [*layers, [Item("/srv/more", content=b"1")]]
    pairs.add_image(repository, "again", layers, pushed_at=pairs.START + 20 * pairs.DAY)
    pairs.add_image(repository, "more", more, pushed_at=pairs.START + 30 * pairs.DAY)
    async with opened(*HERE) as person:
        await asked(person, "more")
        await compared(person, "again → more")
        await person.press("4", "slash", *"zzz", "enter")
        await person.sees("No path has zzz")
        await person.press("n")
        await person.hears("No file is shown")
        await person.press("escape")
        await person.sees("more")
        await person.press("K", "K")
        await person.sees("No file was removed")
        await person.press("escape")
        assert person.place.spot.kind == kinds.COMPARE
        assert "No file was" not in person.text


async def test_contents_that_cannot_be_read(sandbox: Sandbox, repository: Repository) -> None:
    async with opened(*HERE) as person:
        await asked(person)
        await compared(person, "v1 → v2")
        await to_file(person, "/srv/app/settings.conf")
        sandbox.faults.add("deny", operation="GetDownloadUrlForLayer")
        await person.press("enter")
        await person.sees("Not allowed")
        await person.press("escape")
        sandbox.faults.clear()
        await person.press("enter")
        await person.sees("mode = brisk")
        await person.press("escape")
        for path, words in (
            ("/srv/app/data", "The first difference is at byte 0"),
            ("/srv/app/current", "symlink to two"),
            ("/srv/app/after", "was here before"),
            ("/etc/os-release", "Some Linux 1"),
        ):
            await to_file(person, path)
            await person.press("enter")
            await person.sees(words)


async def test_large_contents_come_page_by_page(sandbox: Sandbox, repository: Repository) -> None:
    for number, tag in enumerate(("x1", "x2")):
        lines = "".join(f"line {line} of {tag}\n" for line in range(30_000))
        layers = [[file("/srv/log", lines.encode())]]
        pairs.add_image(repository, tag, layers, pushed_at=pairs.START + (40 + number) * pairs.DAY)
    async with opened(*HERE) as person:
        await asked(person, "x2")
        await compared(person, "x1 → x2")
        await to_file(person, "/srv/log")
        await person.press("enter")
        await person.until(lambda: len(person.image.lines._lines) > 50_000, "all pages")
        await person.press("G")
        assert "Only 50,000 lines are shown" in person.text


async def test_lines_of_the_file_before_do_not_come_under_the_next(
    sandbox: Sandbox, repository: Repository, gate: Gate
) -> None:
    for number, tag in enumerate(("x1", "x2")):
        lines = "".join(f"line {line} of {tag}\n" for line in range(20_000))
        layers = [[file("/srv/log", lines.encode())], [file("/srv/other", tag.encode())]]
        pairs.add_image(repository, tag, layers, pushed_at=pairs.START + (40 + number) * pairs.DAY)
    async with opened(*HERE) as person:
        await asked(person, "x2")
        await compared(person, "x1 → x2")
        await to_file(person, "/srv/log")
        screen = person.image
        await person.press("enter")
        await person.until(lambda: len(screen.opened.lines) > 1, "the first page")
        await person.press("escape")
        assert screen.file_tree.go_to("/srv/other")
        sandbox.faults.add("stall", operation="GetDownloadUrlForLayer", seconds=600)
        await person.press("enter")
        drawing = ("content lines",)
        await person.until(
            lambda: all(one.group not in drawing or one.is_finished for one in screen.workers),
            "the end of drawing",
        )
        assert screen.opened.path == "/srv/other"
        assert len(screen.opened.lines) == 1
        sandbox.faults.clear()
        gate.set()
        await person.sees("x1")


def hostile(number: int) -> list[Item]:
    """Files whose names and contents break careless programs."""
    found = []
    for at, text in enumerate(worlds.HOSTILE):
        name = text.replace("\0", "").replace("/", "|")[:200]
        found.append(file(f"/{at}{name}", f"{text}\npassword={text}{number}\n".encode()))
        found.append(symlink(f"/link{at}{name}", f"{text}{number}".replace("\0", "")[:90]))
    return found


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
async def test_text_of_strangers(
    sandbox: Sandbox, repository: Repository, size: tuple[int, int]
) -> None:
    for number in range(2):
        each = {text: f"{text}{number}" for text in worlds.HOSTILE}
        all_ = "".join(worlds.HOSTILE)
        pictures.add_built(
            repository,
            tags=[f"{worlds.HOSTILE[number]}{number}"],
            settings={
                "Env": [f"{text}={text}{number}" for text in worlds.HOSTILE],
                "Cmd": [f"{text}{number}" for text in worlds.HOSTILE],
                "User": f"{all_}{number}",
                "Labels": {**each, "org.opencontainers.image.base.name": f"{all_}{number}"},
            },
            steps=[pictures.Step(f"{all_}{number}", tar(hostile(number)))],
            pushed_at=pairs.START + (50 + number) * pairs.DAY,
        )
    async with opened(*HERE, size=size) as person:
        await in_list(person)
        await person.press("g", "d")
        await person.until(lambda: person.place.spot.kind == kinds.COMPARE, "a comparison")
        await person.at(kinds.COMPARE)
        for command in (*COMPARE_TABS[:5], COMPARE_TABS[6]):
            await person.press(command.keys[0], "g")
            for _ in range(12):
                look(person)
                await person.press("pagedown")
        await person.press("4")
        tree = person.image.file_tree
        for path in [tree.data.path(node) for node in tree.data.rows][:30]:
            await to_file(person, path)
            await person.press("enter")
            await person.until(lambda: not person.reading, "an end")
            look(person)
            await person.press("u")
            await person.until(lambda: not person.reading, "an end")
            look(person)
            await person.press("u", "y", "Y", "escape")
            look(person)
        await person.press("e", "escape", "1", "y")
        look(person)
