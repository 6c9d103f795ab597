"""Text of strangers in every field, seen on every screen: shown, never obeyed, never too wide."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from rich.cells import cell_len

from ecrtui.config import commands as kinds
from ecrtui.config.commands import TAB_COMMANDS
from ecrtui.render.text import safe
from ecrtui.sandbox.clock import Clock
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from ecrtui.sandbox.world import World
from tests import worlds
from tests.compare.layers import Item, file, symlink, whiteout
from tests.conftest import _running
from tests.tui import pairs, pictures
from tests.tui.explorer import Person, opened

HERE = ("--region", worlds.REGION)
NAME = "hostile/app"
_OBEYED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that a terminal may act on instead of showing them."""


def look(person: Person) -> str:
    """The screen, once nothing on it can harm: no control goes out, and every line fits."""
    columns, rows = person.app.size
    strips = person.strips
    assert len(strips) == rows
    for strip in strips:
        for segment in strip:
            assert segment.control is None
            obeyed = [one for one in segment.text if unicodedata.category(one) in _OBEYED]
            assert not obeyed, (obeyed, strip.text)
        assert strip.cell_length == columns == cell_len(strip.text), strip.text
    return person.text


def fill(repository: Repository, texts: Sequence[str]) -> list[str]:
    """An image with texts in all its fields, an index over it, what refers to it; to be opened."""
    each = {text: text for text in texts}
    all_of_them = "".join(texts)
    repository.tags = each
    repository.policy = repository.lifecycle_policy = json.dumps({"Statement": [each]})
    image = pictures.add_built(
        repository,
        tags=["plain", *texts],
        settings={
            "Env": [f"{before}{text}={text}" for text in texts for before in ("", "SECRET_")],
            "Entrypoint": texts,
            "Cmd": texts,
            "User": all_of_them,
            "WorkingDir": all_of_them,
            "ExposedPorts": {text: {} for text in texts},
            "Volumes": {text: {} for text in texts},
            "Labels": {**each, "org.opencontainers.image.title": all_of_them},
        },
        steps=[
            pictures.Step(text, content, text)
            for text in texts
            for content in (text.encode(), None)
        ],
        platform=(all_of_them, all_of_them),
        annotations=each,
    )
    bodies = {
        pictures.SBOM_TYPE: {"bomFormat": all_of_them, **each},
        "application/vnd.in-toto+json": {"_type": all_of_them, "predicate": list(texts)},
        **{f"application/{text}": [text] for text in texts},
    }
    artifacts = [
        pictures.add_artifact(repository, image, kind, json.dumps(body).encode(), annotations=each)
        for kind, body in bodies.items()
    ]
    platforms = [
        {**worlds.descriptor(image), "platform": dict.fromkeys(("os", "architecture"), text)}
        for text in texts
    ]
    manifest = {"schemaVersion": 2, "mediaType": worlds.OCI_INDEX, "manifests": platforms}
    raw = json.dumps({**manifest, "annotations": each}).encode()
    index = Image(worlds.digest_of(raw), raw, worlds.OCI_INDEX, 1, 1_770_000_000.0, tags={"many"})
    repository.images.put(index)
    return [one.digest for one in (image, index, *artifacts[:3])]


@pytest.mark.parametrize("texts", [worlds.HOSTILE[:-1], worlds.HOSTILE[-1:]], ids=["odd", "long"])
async def test_every_place(sandbox: Sandbox, texts: Sequence[str]) -> None:
    digests = fill(worlds.add_repository(sandbox.world, NAME), texts)
    async with opened(*HERE, size=(90, 48)) as person:
        await person.at(kinds.REGISTRIES)
        look(person)
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        look(person)
        await person.press("i")
        await person.at(kinds.SETTINGS)
        await _scrolled(person)
        await person.press("escape", "M")
        await person.at(kinds.COST)
        await _scrolled(person)
        await person.press("escape", "enter")
        await person.at(kinds.IMAGES, NAME)
        look(person)
        await person.press("E")
        await person.at(kinds.LIFECYCLE)
        await _scrolled(person)
        await person.press("e")
        await person.sees("not yet right")
        look(person)
        await person.press("escape", "escape")
        await person.at(kinds.IMAGES, NAME)
        await person.press("*", "D")
        await person.at(kinds.PRUNING, NAME)
        look(person)
        await person.press("D")  # nobody knows what uses them: nothing goes
        look(person)
        await person.press("escape", "*")
        await person.at(kinds.IMAGES, NAME)
        for _ in range(3):
            await person.press("l", "j")
        look(person)
        await person.press("Y")
        await person.until(lambda: bool(person.choices), "the copy menu")
        look(person)
        await person.press("escape", "y")
        await person.until(lambda: bool(person.said), "a toast")
        look(person)
        for digest in digests:
            person.listing.table.move_to(person.rows.index(digest))
            await person.press("enter")
            await person.at(kinds.IMAGE, digest=digest)
            await _all_tabs(person)
            await person.press("escape")
            await person.at(kinds.IMAGES, NAME)


async def _all_tabs(person: Person) -> None:
    for command in TAB_COMMANDS:
        if not person.image.why_no_tab(command.id):
            await person.press(command.keys[0])
            await _scrolled(person)
            if command.id == "config":
                await person.press("u")
                await _scrolled(person)
    await person.press("1", "y")
    look(person)


async def _scrolled(person: Person) -> None:
    """Every page of a text has been seen."""
    await person.press("g")
    while True:
        look(person)
        before = person.image.lines.cursor
        await person.press("pagedown")
        if person.image.lines.cursor == before:
            return


def _all_read(person: Person) -> bool:
    return bool(person.image.found and person.image.found.waste)


def _opened(person: Person) -> bool:
    return person.image.opened.found is not None


async def test_files_of_an_image(sandbox: Sandbox) -> None:
    """Names, targets, attributes and contents of files, in the tree and opened."""
    texts = [text.replace("\0", "0") for text in worlds.HOSTILE]
    links = [symlink(f"/d/{number}", text) for number, text in enumerate(texts)]
    files = [
        Item(f"/d{text}/{text}", content=text.encode(), xattrs={text: b"\x1b[2J"})
        for text in texts
        if len(text) < 4096
    ]
    long = [file("/" + "/".join(["n" * 200] * 20)), file("/" + "/".join("d" * 300))]
    repository = worlds.add_repository(sandbox.world, NAME)
    whole = [*links, *files, *long]
    pairs.add_image(repository, "v1", [whole, [whiteout(files[0].path)]], pushed_at=1.0)
    for size in ((80, 24), (130, 40)):
        async with opened(*HERE, f"{NAME}:v1", size=size) as person:
            await person.at(kinds.IMAGE)
            screen = person.image
            for tab in ("4", "5"):
                await person.press(tab)
                await person.until(partial(_all_read, person), "the files")
                screen.file_tree.expand_all()
                screen.to_pane(screen.file_tree)
                for _ in range(0, len(screen.file_tree.data), 10):
                    await person.press("pagedown")
                    look(person)
            for item in files[1:]:
                screen.file_tree.go_to(item.path)
                assert screen.file_tree.current_path == item.path
                await person.press("enter")
                await person.until(partial(_opened, person), "its contents")
                look(person)
                await person.press("y", "escape")
                assert screen.tab.id == "files"


async def test_markup_and_codes_stand_as_they_are(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, NAME)
    for number, text in enumerate(worlds.HOSTILE):
        pictures.add_built(
            repository, tags=[text], steps=[pictures.Step("x", bytes(number))], settings={}
        )
    async with opened(*HERE, NAME, size=(90, 26)) as person:
        await person.at(kinds.IMAGES)
        shown = look(person)
        for text in worlds.HOSTILE:
            assert safe(text)[:30] in shown


def _typed(person: Person, text: str) -> bool:
    return person.typed == text


async def test_what_is_typed(sandbox: Sandbox) -> None:
    worlds.add_repository(sandbox.world, NAME)
    async with opened(*HERE, size=(90, 26)) as person:
        await person.at(kinds.REGISTRIES)
        for text in worlds.HOSTILE:
            typed = "".join(one for one in text if one.isprintable())[:60]
            for begin in ("slash", "colon", "ctrl+f", "ctrl+p"):
                await person.burst(begin, *typed)
                await person.until(partial(_typed, person, typed), "what was typed")
                look(person)
                await person.press("escape", "escape")
            await person.burst("slash", *f"/({typed}")
            await person.until(partial(_typed, person, f"/({typed}"), "what was typed")
            look(person)
            await person.press("escape", "escape")


@pytest.mark.parametrize("text", ["[/x]", "宽字符表", "e\u0301"])
async def test_what_is_searched_for_and_opened(sandbox: Sandbox, text: str) -> None:
    worlds.add_repository(sandbox.world, NAME)
    async with opened(*HERE, size=(90, 26)) as person:
        await person.at(kinds.REGISTRIES)
        await person.burst("ctrl+f", *text, "enter")
        await person.at(kinds.SEARCH)
        assert f"Nothing found for {text}" in look(person)
        await person.burst("colon", *f"repo {text}", "enter")
        await person.until(lambda: person.app.screen is person.place, "no line")
        look(person)


async def test_names_that_can_only_be_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in _running(Sandbox(worlds.hostile_world(names=True)), monkeypatch):
        async with opened(*HERE, size=(90, 26)) as person:
            await person.at(kinds.REGISTRIES)
            await person.press("enter")
            await person.at(kinds.REPOSITORIES)
            assert sorted(person.rows) == sorted(worlds.HOSTILE)
            for number, name in enumerate(person.rows):
                person.listing.table.move_to(number)
                await person.press("y")
                look(person)
                await person.press("enter")
                await person.at(kinds.IMAGES, name)
                look(person)
                await person.press("!")
                look(person)
                await person.press("escape", "escape")
                await person.at(kinds.REPOSITORIES)


@pytest.mark.parametrize("text", worlds.HOSTILE, ids=range(len(worlds.HOSTILE)))
async def test_errors_and_who_one_is(
    monkeypatch: pytest.MonkeyPatch, home: Path, text: str
) -> None:
    world = World(Clock.at(worlds.START))
    world.add_account(worlds.ACCOUNT, "main")
    world.add_key(worlds.ACCOUNT, text)
    worlds.add_image(worlds.add_repository(world, NAME), tags={"v1"})
    (home / "config").mkdir()
    label = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    settings = f"[profiles.main]\nproduction = true\nlabel = {label}\n"
    (home / "config" / "settings.toml").write_text(settings, encoding="utf-8")
    for sandbox in _running(Sandbox(world), monkeypatch):
        sandbox.faults.add("deny", operation="DescribeImages")
        sandbox.faults.add("deny", operation="*Policy")
        async with opened(*HERE, size=(90, 26)) as person:
            await person.at(kinds.REGISTRIES)
            look(person)
            await person.press("enter")
            if person.place.spot.kind == kinds.REGISTRIES:  # who one is could not be read
                look(person)
                return
            await person.at(kinds.REPOSITORIES)
            look(person)
            await person.press("enter")
            await person.at(kinds.IMAGES)
            assert "Not allowed" in look(person)
            await person.press("!")
            look(person)
            await person.press("escape", "i")
            await person.at(kinds.SETTINGS)
            await _scrolled(person)
            await person.press("b", "B")
            look(person)
