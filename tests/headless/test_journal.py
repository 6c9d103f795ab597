"""`ecrtui journal` as a process: what it lists, what it takes back, what it passes over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from tests import worlds
from tests.headless.program import answer, ecrtui


@pytest.fixture
def images(sandbox: Sandbox) -> tuple[Image, Image]:
    """Two; the first one's tag prod is to be moved to the other."""
    repository = worlds.add_repository(sandbox.world, "team/app")
    one = worlds.add_image(repository, tags={"v1", "prod"}, content=b"one")
    return one, worlds.add_image(repository, tags={"v2"}, content=b"two")


def test_a_change_is_listed_and_taken_back(images: tuple[Image, Image], tmp_path: Path) -> None:
    one, two = images
    assert answer("journal", home=tmp_path) == []
    answer("tag", "team/app:v2", "prod", "--yes", home=tmp_path)
    assert ecrtui("cache", "clear", home=tmp_path).returncode == 0
    (told,) = answer("journal", home=tmp_path)
    assert (told["tag"], told["before"], told["after"]) == ("prod", one.digest, two.digest)
    assert (told["command"], told["outside"]) == ("tag", None)
    assert told["registry"]["region"] == worlds.REGION

    plan = answer("journal", "undo", told["id"], "--dry-run", home=tmp_path)
    assert (plan["kind"], plan["digest"], plan["changes"]) == ("undo", one.digest, True)
    assert two.tags == {"v2", "prod"}
    refused = ecrtui("journal", "undo", told["id"], home=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    outcome = answer("journal", "undo", told["id"][:5], "--yes", home=tmp_path)
    assert outcome["changes"][0]["command"] == "undo"
    assert one.tags == {"v1", "prod"}
    assert [entry["command"] for entry in answer("journal", home=tmp_path)] == ["tag", "undo"]


@pytest.mark.parametrize("words", [["undo"], ["undo", "ffff"], ["list", "ffff"], ["redo"]])
def test_what_makes_no_sense(images: tuple[Image, Image], tmp_path: Path, words: list[str]) -> None:
    assert ecrtui("journal", *words, home=tmp_path).returncode == 2


def test_damaged_lines_are_told(images: tuple[Image, Image], tmp_path: Path) -> None:
    answer("tag", "team/app:v2", "prod", "--yes", home=tmp_path)
    journal = tmp_path / "state" / "journal.jsonl"
    journal.write_bytes(b"half a li\n" + journal.read_bytes() + b'{"at":')
    told = ecrtui("journal", "--json", home=tmp_path)
    assert told.returncode == 0
    assert "2 damaged lines" in told.stderr
    assert [entry["tag"] for entry in json.loads(told.stdout)] == ["prod"]


def test_tables(images: tuple[Image, Image], tmp_path: Path) -> None:
    one, two = images
    answer("tag", "team/app:v2", "prod", "--yes", home=tmp_path)
    for kind in ("--plain", "--markdown", "--jsonl"):
        told = ecrtui("journal", kind, home=tmp_path).stdout
        assert one.digest in told
        assert two.digest in told
