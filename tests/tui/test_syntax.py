"""Files in the colours of their language, in both tabs that show contents."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ecrtui.config import commands as kinds
from ecrtui.render.lexing import SECONDS
from ecrtui.render.syntax import KINDS
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui import syntax
from tests import worlds
from tests.compare.layers import Item, file
from tests.tui import pairs
from tests.tui.comparing import compared, in_list, on, to_file
from tests.tui.explorer import Person, opened
from tests.tui.test_looks import colours

HERE = ("--region", worlds.REGION)
REPO = "pair/one"


def sources(number: int) -> list[Item]:
    """The same lines under several names."""
    python = f"# what it is\nport = {number}\npassword = 'swordfish{number}'\n"
    return [
        file("/srv/app.py", (python + "def go():\n    return 'on'\n").encode()),
        file("/srv/app.toml", (python + "[part]\nword = 'on'\n").encode()),
        file("/srv/app.unknown", (python + "word = 'on'\n").encode()),
    ]


@pytest.fixture(autouse=True)
def world(sandbox: Sandbox) -> None:
    """Two images whose sources differ in a number."""
    repository = worlds.add_repository(sandbox.world, REPO)
    for number in (1, 2):
        layers = [sources(number)]
        pairs.add_image(repository, f"x{number}", layers, pushed_at=pairs.START + number)


def coloured(person: Person) -> dict[str, str]:
    """Text -> its kind, of what is coloured by a language."""
    cells = [cell for line in person.image.lines.all for cell in line.cells]
    return {cell.text: cell.style for cell in cells if cell.style in KINDS}


async def read(person: Person) -> None:
    """Wait until nothing more is on its way."""
    await person.until(lambda: not person.reading, "an end of reading")
    await person.rest()


async def look(person: Person, name: str) -> None:
    """Whether a file has the colours that its name promises; it is open."""
    await person.sees("# what it is")
    await read(person)
    found = coloured(person)
    if name == "app.unknown":
        assert not found
        return
    assert found["# what it is"] == "comment"
    assert found["2"] == "number"
    assert "string" in found.values()
    assert not [text for text in found if "swordfish" in text or "•" in text]
    before = person.lines
    row = next(number for number, line in enumerate(before) if "# what it is" in line)
    comment = person.style_of("# what it is", line=row)
    assert comment.color != person.style_of("port", line=row + 1).color
    await person.press("u")
    await person.sees("swordfish2")
    await read(person)
    assert any("swordfish2" in text for text, kind in coloured(person).items() if kind == "string")
    await person.press("u")
    await read(person)
    assert person.lines[row:-3] == before[row:-3]


@pytest.mark.parametrize("name", ["app.py", "app.toml", "app.unknown"])
async def test_one_file_of_an_image(name: str) -> None:
    async with opened(*HERE) as person:
        await person.goto(f"{REPO}:x2")
        await person.at(kinds.IMAGE, REPO)
        await person.press("5")
        await person.until(lambda: person.image.found and person.image.found.waste, "the files")
        await person.rest()
        assert person.image.file_tree.go_to(f"/srv/{name}")
        await person.press("enter")
        await look(person, name)


@pytest.mark.parametrize("name", ["app.py", "app.toml", "app.unknown"])
async def test_one_file_of_a_comparison(name: str) -> None:
    async with opened(*HERE) as person:
        await in_list(person)
        await on(person, "x2")
        await person.press("d")
        await compared(person, "x1 → x2")
        await to_file(person, f"/srv/{name}")
        await person.press("enter")
        await look(person, name)
        signs = ("- port = 1", "+ port = 2")
        rows = [n for sign in signs for n, line in enumerate(person.lines) if sign in line]
        removed, added = (person.style_of(" = ", line=at) for at in rows)
        assert removed.bgcolor != added.bgcolor


async def test_colours_do_not_come_over_the_next_file() -> None:
    async with opened(*HERE) as person:
        await in_list(person)
        await on(person, "x2")
        await person.press("d")
        await compared(person, "x1 → x2")
        for name in ("app.py", "app.unknown", "app.toml", "app.unknown"):
            await to_file(person, f"/srv/{name}")
            await person.press("enter")
            await person.sees(f"/srv/{name}")
        await look(person, name)


async def test_without_colours_the_signs_remain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(*HERE) as person:
        await in_list(person)
        await on(person, "x2")
        await person.press("d")
        await compared(person, "x1 → x2")
        await to_file(person, "/srv/app.py")
        await person.press("enter")
        await read(person)
        assert "- port = 1" in person.text
        assert "+ port = 2" in person.text
        assert coloured(person)
        assert not colours(person)


@pytest.mark.parametrize(
    "lines",
    [["x = 1"] * 5_001, ["x = '" + "a" * 2_000], ["# " + "é" * 1_000] * 200, [], [""]],
    ids=["lines", "a long one", "bytes", "none", "empty"],
)
def test_what_is_large_or_empty_stays_plain(lines: list[str]) -> None:
    assert not syntax.coloured("/a.py", [lines])
    assert syntax.coloured("/a.py", [["x = 1"]])


@pytest.mark.parametrize("text", worlds.HOSTILE)
def test_text_of_strangers_is_no_trouble(text: str) -> None:
    for path in (f"/{text}", f"/{text}.py", "/a.py"):
        syntax.coloured(path, [text.split("\n"), ["x = 1"]])


def test_another_package_of_that_name_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ecrtui").mkdir()
    (tmp_path / "ecrtui" / "__init__.py").write_text("raise SystemExit('not ours')")
    (tmp_path / "pygments.py").write_text("raise SystemExit('not ours')")
    monkeypatch.chdir(tmp_path)
    assert syntax.coloured("/a.py", [["x = 1"]])


def test_a_lexer_that_does_not_end_is_ended() -> None:
    """By itself, though the explorer be gone: here it waits for a request that never comes."""
    import sys

    command = [sys.executable, "-c", "from ecrtui.render import lexing; lexing.main()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.wait(timeout=SECONDS * 10) < 0


def test_credentials_are_none_of_its_business(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "swordfish")
    assert "swordfish" not in syntax.environment().values()
    assert syntax.coloured("/a.py", [["import os"]]), "and it needs none"
