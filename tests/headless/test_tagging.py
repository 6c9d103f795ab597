"""`tag`, `restore` and `archive` as processes: plans, outcomes, exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.headless.program import answer, ecrtui


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, "team/app")


def test_a_tag_is_planned_then_put(repository: Repository, tmp_path: Path) -> None:
    image = worlds.add_image(repository, tags={"v2"}, content=b"two")
    other = worlds.add_image(repository, tags={"stable"}, content=b"one")
    words = ["tag", "team/app:v2", "stable", "new"]
    plan = answer(*words, "--dry-run", home=tmp_path)
    assert (plan["kind"], plan["target"]) == ("tag", "team/app:stable, new")
    assert plan["changes"] is True
    assert plan["facts"]["new"] == "new"
    assert "keeps no tag" in plan["warnings"][0]
    assert other.tags == {"stable"}

    refused = ecrtui(*words, home=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--yes agrees" in refused.stderr

    told = answer(*words, "--yes", home=tmp_path)
    assert told["digest"] == image.digest
    assert [(one["tag"], one["before"], one["after"]) for one in told["changes"]] == [
        ("stable", other.digest, image.digest),
        ("new", "", image.digest),
    ]
    assert image.tags == {"v2", "stable", "new"}
    again = answer(*words, "--yes", home=tmp_path)
    assert again["sentence"].endswith("already")
    assert again["changes"] == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["tag", "team/app:v2", "stable", "--read-only"], 3, "read-only"),
        (["tag", "team/app:v2", "v1"], 3, "immutable"),
        (["tag", "team/app:none", "v3"], 4, "No such image"),
        (["tag", "team/app:v2", "a b"], 2, "no tag"),
        (["tag", "team/app:v2"], 2, "TAG"),
        (["restore", "team/app:none"], 4, "No such image"),
        (["archive", "team/app:v2", "--read-only"], 3, "read-only"),
        (["restore", "oci:folder"], 2, "not in ECR"),
    ],
)
def test_each_no_has_its_code(
    repository: Repository, tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    image = worlds.add_image(repository, tags={"v2"}, content=b"two")
    worlds.add_image(repository, tags={"v1"}, content=b"one")
    repository.mutability = "IMMUTABLE"
    done = ecrtui(*words, "--yes", home=tmp_path)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert done.stdout == ""
    assert (image.tags, image.status) == ({"v2"}, "ACTIVE")


def test_into_the_archive_and_back(repository: Repository, tmp_path: Path) -> None:
    image = worlds.add_image(repository, tags={"v1"})
    told = answer("archive", "team/app:v1", "--yes", home=tmp_path)
    assert image.status == "ARCHIVED"
    assert told["sentence"] == "team/app:v1 is archived"
    refused = ecrtui("tag", "team/app:v1", "v2", "--yes", home=tmp_path)
    assert "ecrtui restore team/app:v1" in refused.stderr
    told = answer("restore", "team/app:v1", "--yes", home=tmp_path)
    assert image.status == "ACTIVE"
    (change,) = told["changes"]
    assert (change["before"], change["after"], change["digest"]) == (
        "ARCHIVE",
        "STANDARD",
        image.digest,
    )
