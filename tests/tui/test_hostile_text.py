"""Text of strangers in every field, seen on every screen: shown, never obeyed, never too wide."""

from __future__ import annotations

import json
import unicodedata
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
from tests.conftest import _running
from tests.tui import pictures
from tests.tui.explorer import Person, opened

HERE = ("--region", worlds.REGION)
NAME = "hostile/app"
_OBEYED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that a terminal may act on instead of showing them."""
_MARKUP = ("[/x]", "[bold red]not markup")


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


def fill(repository: Repository, text: str) -> None:
    """An image with a text in all its fields, an index over it and what refers to it."""
    repository.tags = {text: text}
    repository.policy = repository.lifecycle_policy = json.dumps({"Statement": text, text: [text]})
    image = pictures.add_built(
        repository,
        tags=["plain", text],
        settings={
            "Env": [f"{text}={text}", f"SECRET_{text}={text}"],
            "Entrypoint": [text],
            "Cmd": [text, text],
            "User": text,
            "WorkingDir": text,
            "ExposedPorts": {text: {}},
            "Volumes": {text: {}},
            "Labels": {text: text, "org.opencontainers.image.title": text},
        },
        steps=[pictures.Step(text, b"layer", text), pictures.Step(text, None, text)],
        platform=(text, text),
        annotations={text: text},
    )
    kinds_of_bodies = {
        f"application/{text}": text.encode("utf-8", "surrogatepass"),
        pictures.SBOM_TYPE: json.dumps({"bomFormat": text, text: [text]}).encode(),
        "application/vnd.in-toto+json": json.dumps({"_type": text, "predicate": text}).encode(),
    }
    for kind, body in kinds_of_bodies.items():
        pictures.add_artifact(repository, image, kind, body, annotations={text: text})
    platform = {"os": text, "architecture": text, "variant": text}
    raw = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": worlds.OCI_INDEX,
            "manifests": [{**worlds.descriptor(image), "platform": platform}],
            "annotations": {text: text},
        }
    ).encode()
    index = Image(worlds.digest_of(raw), raw, worlds.OCI_INDEX, 1, 1_770_000_000.0, tags={"many"})
    repository.images.put(index)


@pytest.mark.parametrize("text", worlds.HOSTILE, ids=range(len(worlds.HOSTILE)))
async def test_every_place(sandbox: Sandbox, text: str) -> None:
    repository = worlds.add_repository(sandbox.world, NAME)
    fill(repository, text)
    async with opened(*HERE, size=(90, 26)) as person:
        await person.at(kinds.REGISTRIES)
        look(person)
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        look(person)
        await person.press("i")
        await person.at(kinds.SETTINGS)
        await _scrolled(person)
        await person.press("escape", "enter")
        await person.at(kinds.IMAGES, NAME)
        shown = look(person)
        assert text not in _MARKUP or text in shown
        for _ in person.rows:
            await person.press("l", "j")
        look(person)
        await person.press("Y")
        await person.until(lambda: bool(person.choices), "the copy menu")
        look(person)
        await person.press("escape", "y")
        await person.until(lambda: bool(person.said), "a toast")
        look(person)
        assert len(person.rows) == len(repository.images)
        for number, digest in enumerate(person.rows):
            person.listing.table.move_to(number)
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


@pytest.mark.parametrize("text", worlds.HOSTILE, ids=range(len(worlds.HOSTILE)))
async def test_what_is_typed(sandbox: Sandbox, text: str) -> None:
    worlds.add_repository(sandbox.world, NAME)
    typed = "".join(one for one in text if one.isprintable())[:60]
    async with opened(*HERE, size=(90, 26)) as person:
        await person.at(kinds.REGISTRIES)
        for begin in ("slash", "colon", "ctrl+f", "ctrl+p"):
            await person.burst(begin, *typed)
            await person.until(lambda: person.typed == typed, "what was typed")
            look(person)
            await person.press("escape")
        await person.burst("slash", *f"/({typed}")
        await person.until(lambda: typed in person.typed, "what was typed")
        look(person)
        await person.burst("escape", "escape", "ctrl+f", *typed, "enter")
        await person.at(kinds.SEARCH)
        assert typed[:20] in look(person)


@pytest.mark.parametrize("text", worlds.HOSTILE, ids=range(len(worlds.HOSTILE)))
async def test_names_that_can_only_be_listed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    for sandbox in _running(Sandbox(worlds.hostile_world(names=True)), monkeypatch):
        async with opened(*HERE, size=(90, 26)) as person:
            await person.at(kinds.REGISTRIES)
            await person.press("enter")
            await person.at(kinds.REPOSITORIES)
            look(person)
            person.listing.table.stand_on(text)
            await person.press("y")
            look(person)
            await person.press("enter")
            await person.at(kinds.IMAGES, text)
            look(person)
            await person.press("!")
            look(person)
            await person.press("escape", "escape", "colon", *"hos")
            look(person)
        assert text in sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).repositories


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
