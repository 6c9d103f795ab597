"""`ecrtui lifecycle` as a process: in words, checked, foreseen, put, deleted, taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.headless.program import answer, ecrtui
from tests.lifecycles import policy_ran, rule, tagged, text_of

NAME = "team/app"
NEWEST = text_of(rule(1, **tagged("v*")))
WRONG = text_of(rule(1, "burn", **tagged("v*")))


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    made = worlds.add_repository(sandbox.world, NAME)
    for number in range(3):
        worlds.add_image(
            made,
            tags={f"v{number}"},
            content=str(number).encode(),
            pushed_at=1_770_000_000.0 + number,
        )
    return made


@pytest.fixture
def policy(tmp_path: Path) -> str:
    path = tmp_path / "policy.json"
    path.write_text(NEWEST, encoding="utf-8")
    return str(path)


def kept(repository: Repository) -> str:
    return repository.lifecycle_policy or ""


def test_the_policy_in_words_and_as_it_is(repository: Repository, tmp_path: Path) -> None:
    none = answer("lifecycle", "show", NAME, home=tmp_path)
    assert (none["lifecyclePolicyText"], none["rules"]) == (None, [])
    assert "nothing is ever removed" in ecrtui("lifecycle", "show", NAME, home=tmp_path).stderr
    repository.lifecycle_policy = NEWEST
    told = answer("lifecycle", "show", NAME, home=tmp_path)
    assert told["rules"][0]["sentence"] == ("Keeps the newest image tagged v*, deletes the others.")
    plain = ecrtui("lifecycle", "show", NAME, "--plain", home=tmp_path)
    assert plain.stdout.splitlines()[1].split("\t") == [
        "1",
        "Keeps the newest image tagged v*, deletes the others.",
        "Rule 1",
    ]
    markdown = ecrtui("lifecycle", "show", NAME, "--markdown", home=tmp_path).stdout
    assert markdown.splitlines()[1] == "| --- | --- | --- |"
    assert ecrtui("lifecycle", "show", NAME, "--text", home=tmp_path).stdout == NEWEST + "\n"


def test_a_file_is_checked_without_asking_anybody(tmp_path: Path, policy: str) -> None:
    good = ecrtui("lifecycle", "check", "--policy", policy, "--json", home=tmp_path)
    assert (good.returncode, json.loads(good.stdout)) == (0, [])
    bad = ecrtui("lifecycle", "check", "--policy", "-", "--json", home=tmp_path, given=WRONG)
    assert bad.returncode == 1
    (problem,) = json.loads(bad.stdout)
    assert (problem["path"], problem["what"]) == ("rules[0].action.type", 'type is "burn"')
    line = WRONG.split("\n")[problem["line"] - 1]
    assert line[problem["column"] - 1 :].startswith('"burn"')


def test_whom_it_takes(
    sandbox: Sandbox, repository: Repository, tmp_path: Path, policy: str
) -> None:
    oldest = repository.images.by_tag("v0")
    assert oldest is not None
    uri = f"{worlds.ACCOUNT}.dkr.ecr.{worlds.REGION}.amazonaws.com/{NAME}"
    worlds.add_service(sandbox.world, f"{uri}:v0", digest=oldest.digest, name="front")
    words = ["lifecycle", "preview", NAME, "--policy", policy]
    told = answer(*words, home=tmp_path)
    assert (told["source"], told["images"], told["expiring"], told["inUse"]) == ("preview", 3, 2, 1)
    assert [victim["imageTags"] for victim in told["victims"]] == [["v0"], ["v1"]]
    assert "front" in {use["name"] for use in told["victims"][0]["uses"]}
    assert told["differences"] == []
    local = answer(*words, "--local", home=tmp_path)
    assert local["source"] == "simulation"
    assert [one["imageDigest"] for one in local["victims"]] == [
        one["imageDigest"] for one in told["victims"]
    ]
    gate = ecrtui(*words, "--fail-in-use", home=tmp_path)
    assert gate.returncode == 1
    assert "in use: 1 image of them" in gate.stderr
    assert "of 3 images 2 would be deleted, 0 archived" in gate.stderr
    put = ecrtui(
        "lifecycle", "put", NAME, "--policy", policy, "--yes", "--fail-in-use", home=tmp_path
    )
    assert put.returncode == 1
    assert "nothing was done" in put.stderr
    assert repository.lifecycle_policy is None


def test_put_deleted_and_taken_back(repository: Repository, tmp_path: Path, policy: str) -> None:
    words = ["lifecycle", "put", NAME, "--policy", policy]
    plan = answer(*words, "--dry-run", home=tmp_path)
    assert (plan["kind"], plan["target"], plan["preview"]["expiring"]) == ("put policy", NAME, 2)
    refused = ecrtui(*words, home=tmp_path)
    assert refused.returncode == 2
    assert "--yes agrees" in refused.stderr
    assert kept(repository) == ""
    told = answer(*words, "--yes", home=tmp_path)
    assert told["sentence"] == "team/app has a new lifecycle policy"
    assert kept(repository) == NEWEST
    answer("lifecycle", "delete", NAME, "--yes", home=tmp_path)
    assert kept(repository) == ""
    entry = answer("journal", home=tmp_path)[-1]
    assert (entry["setting"], entry["before"], entry["after"]) == ("lifecycle", NEWEST, "")
    answer("journal", "undo", entry["id"], "--yes", home=tmp_path)
    assert kept(repository) == NEWEST


def test_what_policies_took_before(
    sandbox: Sandbox, repository: Repository, tmp_path: Path
) -> None:
    nothing = ecrtui("lifecycle", "history", NAME, home=tmp_path)
    assert nothing.returncode == 0
    assert "tells of nothing" in nothing.stderr
    policy_ran(sandbox, NAME)
    policy_ran(sandbox, "team/other")
    found = answer("lifecycle", "history", NAME, home=tmp_path)
    assert [(one["imageTags"], one["action"], one["rulePriority"]) for one in found] == [
        (["gone"], "expire", 1),
        (["shelved"], "transition", 2),
    ]


@pytest.mark.parametrize(
    ("words", "given", "code", "said"),
    [
        (["show", "team/none"], "", 4, "No such repository"),
        (["show", NAME, "--text"], "", 4, "no lifecycle policy"),
        (["preview", NAME], "", 4, "no lifecycle policy"),
        (["check", NAME], "", 4, "no lifecycle policy"),
        (["check"], "", 2, "Which repository"),
        (["put", NAME], "", 2, "Which policy"),
        (["delete", NAME, "--policy", "-"], NEWEST, 2, "take --policy"),
        (["put", NAME, "--policy", "-"], WRONG, 1, "line 15, column 17"),
        (["preview", NAME, "--policy", "-"], WRONG, 1, "expire, transition"),
        (["put", NAME, "--policy", "-", "--read-only"], NEWEST, 3, "read-only"),
        (["check", "--policy", "nowhere.json"], "", 2, "cannot be read"),
        (["check", "--policy", "-"], "x" * 200_000, 2, "too long"),
        (["check", "--policy", "-"], '{"rules": \ud7ff}', 1, "no JSON"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_each_no_has_its_code(
    repository: Repository, tmp_path: Path, words: list[str], given: str, code: int, said: str
) -> None:
    done = ecrtui("lifecycle", *words, "--yes", home=tmp_path, given=given)
    assert done.returncode == code, done.stderr
    assert said in done.stderr + done.stdout
    assert repository.lifecycle_policy is None
