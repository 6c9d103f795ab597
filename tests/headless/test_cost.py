"""`ecrtui cost` as a process: every form, its documented keys, exit codes."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.headless.program import answer, ecrtui

JSON_PAGE = Path(__file__).parents[2] / "docs/json.md"


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    made = worlds.add_repository(sandbox.world, "team/app")
    for number in range(5):
        worlds.add_image(
            made, tags={f"v{number}"}, content=bytes([number]) * 500, pushed_at=1_750_000_000.0
        )
    return made


def test_the_document_has_the_members_of_its_page(repository: Repository, tmp_path: Path) -> None:
    told = answer("cost", "--keep-newest", "2", home=tmp_path)
    page = JSON_PAGE.read_text(encoding="utf-8").partition("\n## cost\n")[2].partition("\n## ")[0]
    names = set(re.findall(r'"(\w+)"', page))

    def keys(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*(keys(one) for one in value.values()))
        return set().union(*(keys(one) for one in value)) if isinstance(value, list) else set()

    assert keys(told) <= names
    assert set(told) <= names
    size = sum(image.size for image in repository.images)
    (row,) = told["repositories"]
    assert row["standard"] == {"bytes": 0, "bound": size, "unread": 5}
    assert row["months"] == [{"month": "2025-06", "images": 5} | row["standard"]]
    (saving,) = told["savings"]
    assert (saving["kind"], saving["known"], len(saving["images"])) == ("forgotten", True, 5)


def test_the_command_of_a_saving_does_it(
    repository: Repository, sandbox: Sandbox, tmp_path: Path
) -> None:
    worlds.add_image(
        repository, tags={"new"}, content=b"new", pushed_at=sandbox.world.clock.start - 60
    )
    (saving, *_) = answer("cost", "--keep-newest", "2", home=tmp_path)["savings"]
    program, *words = shlex.split(saving["command"])
    assert (program, words[0]) == ("ecrtui", "prune")
    done = ecrtui(*words, "--yes", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert not {image.digest for image in repository.images} & set(saving["images"])


@pytest.mark.parametrize("form", ["--plain", "--markdown", "--jsonl"])
def test_other_forms(repository: Repository, tmp_path: Path, form: str) -> None:
    done = ecrtui("cost", "team/app", form, home=tmp_path)
    assert done.returncode == 0, done.stderr
    if form == "--jsonl":
        (line,) = done.stdout.splitlines()
        assert json.loads(line)["repositoryName"] == repository.name
    elif form == "--plain":
        heading, row = (line.split("\t") for line in done.stdout.splitlines())
        assert len(heading) == len(row)
        assert "forgotten" in done.stderr
    else:
        assert "| REPOSITORY |" in done.stdout
        assert "ecrtui delete --repository team/app" in done.stdout


def test_a_repository_that_is_not_there_and_an_image(
    repository: Repository, tmp_path: Path
) -> None:
    assert ecrtui("cost", "team/none", home=tmp_path).returncode == 4
    assert ecrtui("cost", f"{repository.name}:v1", home=tmp_path).returncode == 2
