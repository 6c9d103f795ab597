"""`prune` and `delete` as processes: plans, outcomes, exit codes, and back again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.headless.program import answer, ecrtui


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, "team/app")


def releases(repository: Repository, count: int = 4) -> None:
    for number in range(count):
        worlds.add_image(
            repository,
            tags={f"v{number}"},
            content=str(number).encode(),
            pushed_at=1_770_000_000.0 + number,
        )


def there(repository: Repository) -> set[str]:
    return {tag for image in repository.images for tag in image.tags}


def test_a_plan_then_the_deed_then_back(repository: Repository, tmp_path: Path) -> None:
    releases(repository)
    words = ["prune", "team/app", "--tags", "v*", "--keep-newest", "2"]
    plan = answer(*words, "--dry-run", home=tmp_path)
    assert (plan["kind"], plan["target"], plan["undo"]) == ("prune", "team/app", True)
    fates = {one["imageTags"][0]: (one["goes"], one["why"], one["use"]) for one in plan["images"]}
    assert fates == {
        "v0": (True, "chosen by the rules", "notSeen"),
        "v1": (True, "chosen by the rules", "notSeen"),
        "v2": (False, "among the newest", "notSeen"),
        "v3": (False, "among the newest", "notSeen"),
    }
    assert plan["free"]["unread"] == 4
    assert len(there(repository)) == 4
    refused = ecrtui(*words, home=tmp_path)
    assert refused.returncode == 2
    assert "--yes agrees" in refused.stderr
    assert "goes   v0" in refused.stderr

    told = answer(*words, "--yes", home=tmp_path)
    assert (told["gone"], told["left"]) == (2, [])
    assert told["sentence"] == "2 images of team/app deleted"
    assert told["freed"]["bound"] > 0
    assert there(repository) == {"v2", "v3"}
    again = answer(*words, "--yes", home=tmp_path)
    assert again["sentence"] == "nothing goes"

    journal = answer("journal", home=tmp_path)
    assert [one["kind"] for one in journal] == ["images deleted", "image deleted", "image deleted"]
    assert journal[0]["count"] == 2
    assert journal[1]["tags"]
    answer("journal", "undo", journal[0]["id"], "--yes", home=tmp_path)
    assert there(repository) == {"v0", "v1", "v2", "v3"}


@pytest.mark.parametrize("form", ["--plain", "--markdown", "--jsonl"])
def test_a_plan_in_other_forms(repository: Repository, tmp_path: Path, form: str) -> None:
    releases(repository)
    words = ["prune", "team/app", "--tags", "v*", "--keep-newest", "3", "--dry-run", form]
    done = ecrtui(*words, home=tmp_path)
    assert done.returncode == 0
    assert "goes" in done.stdout
    assert "freed" in done.stderr
    if form == "--jsonl":
        assert sum(json.loads(line)["goes"] for line in done.stdout.splitlines()) == 1
    if form == "--markdown":
        assert done.stdout.startswith("| ")


def test_images_by_name_tags_alone_and_a_repository(
    repository: Repository, sandbox: Sandbox, tmp_path: Path
) -> None:
    releases(repository)
    answer("delete", "team/app:v0", "team/app:v1", "--yes", home=tmp_path)
    assert there(repository) == {"v2", "v3"}
    image = repository.images.by_tag("v2")
    assert image is not None
    repository.images.tag(image.digest, "stable")
    told = answer("delete", "--untag", "team/app:stable", "--yes", home=tmp_path)
    assert told["changes"][0]["kind"] == "tag removed"
    assert image.tags == {"v2"}
    last = answer("delete", "--untag", "team/app:v2", "--dry-run", home=tmp_path)
    assert last["kind"] == "delete"
    full = ecrtui("delete", "--repository", "team/app", "--yes", home=tmp_path)
    assert full.returncode == 5
    assert "--with-images team/app" in full.stderr
    words = ["delete", "--repository", "team/app", "--with-images", "team/app", "--yes"]
    told = answer(*words, home=tmp_path)
    assert told["sentence"] == "team/app is gone"
    assert ecrtui("images", "team/app", home=tmp_path).returncode == 4
    worlds.add_repository(sandbox.world, "team/empty")
    answer("delete", "--repository", "team/empty", "--yes", home=tmp_path)
    assert "team/empty" not in ecrtui("repos", home=tmp_path).stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["prune", "team/app"], 2, "Which images"),
        (["prune", "team/app:v1", "--untagged"], 2, "not a repository"),
        (["prune", "team/app", "--older-than", "soon"], 2, "90d"),
        (["prune", "team/app", "--keep-newest", "-1"], 2, "number"),
        (["prune", "team/none", "--untagged"], 4, "No such repository"),
        (["prune", "team/app", "--tags", "v*", "--read-only"], 3, "read-only"),
        (["delete", "team/app"], 2, "delete --repository team/app"),
        (["delete", "team/app:v9"], 4, "No such image"),
        (["delete", "team/app:v1", "team/other:v1"], 2, "one repository at a time"),
        (["delete", "--repository", "team/app", "--with-images", "other"], 2, "not the repository"),
    ],
)
def test_each_no_has_its_code(
    repository: Repository, tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    releases(repository)
    done = ecrtui(*words, "--yes", home=tmp_path)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert done.stdout == ""
    assert len(there(repository)) == 4
