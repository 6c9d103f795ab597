"""The pages say what the program does."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from ecrtui.errors import EcrtuiError
from ecrtui.headless.declared import BY_NAME
from ecrtui.sandbox.server import Sandbox
from scripts import commands_page, keys_page
from tests import worlds
from tests.headless.program import answer

JSON_PAGE = Path(__file__).parents[2] / "docs/json.md"


@pytest.mark.parametrize("made", [commands_page, keys_page])
def test_pages_made_from_the_program_are_fresh(made: ModuleType) -> None:
    assert made.PAGE.read_text(encoding="utf-8") == made.page()


def test_every_exit_code_is_documented() -> None:
    def codes(kind: type[EcrtuiError]) -> set[int]:
        return {kind.exit_code}.union(*(codes(below) for below in kind.__subclasses__()))

    told = commands_page.page()
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", told, re.MULTILINE)}
    assert codes(EcrtuiError) <= documented


def documented_keys(command: str) -> set[str]:
    (row,) = re.findall(rf"^\| `{command}` \| (.*) \|$", JSON_PAGE.read_text(), re.MULTILINE)
    return set(re.findall(r"`([A-Za-z]+)`", re.sub(r"\([^)]*\)", "", row)))


def test_the_keys_of_lists_are_those_documented(sandbox: Sandbox, tmp_path: Path) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    worlds.add_image(repository, tags={"v1"})
    for command, arguments in (
        ("regions", ["regions"]),
        ("repos", ["repos"]),
        ("images", ["images", "team/app"]),
        ("search", ["search", "v1"]),
        ("doctor", ["doctor"]),
        ("keys", ["keys"]),
    ):
        assert command in BY_NAME
        for element in answer(*arguments, home=tmp_path):
            assert set(element) == documented_keys(command)
    assert set(answer("cache", home=tmp_path)) == documented_keys("cache")
