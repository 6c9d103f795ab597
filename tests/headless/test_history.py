"""`ecrtui history`: what tags named before, for a person and for a program."""

from __future__ import annotations

from pathlib import Path

from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.headless.program import answer, ecrtui
from tests.sandbox.clients import client

NAME = "team/app"


def moved_tag(sandbox: Sandbox) -> tuple[str, str]:
    """`prod` named the first of two images before the second; both have a version."""
    repository = worlds.add_repository(sandbox.world, NAME)
    old = worlds.add_image(repository, tags={"v1"}, content=b"1")
    new = worlds.add_image(repository, tags={"v2"}, content=b"2")
    for image in (old, new):
        client("ecr").put_image(
            repositoryName=NAME,
            imageManifest=image.read_manifest().decode(),
            imageTag="prod",
        )
    return old.digest, new.digest


def test_a_tags_history_names_the_last_good_image(sandbox: Sandbox, tmp_path: Path) -> None:
    old, new = moved_tag(sandbox)
    document = answer("history", f"{NAME}:prod", home=tmp_path)
    assert [move["imageDigest"] for move in document["moves"]] == [new, old]
    assert [move["now"] for move in document["moves"]] == [True, False]
    assert document["moves"][1]["imageTags"] == ["v1"]
    assert document["moves"][0]["witness"] == "cloudtrail"
    assert document["lastGood"]["imageDigest"] == old
    assert document["lastGood"]["present"] is True
    assert document["cloudTrail"]["problem"] is None
    assert document["imageDigest"] == new
    assert document["pushes"] is None


def test_a_repositorys_history_has_all_tags_and_its_pushes(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    moved_tag(sandbox)
    document = answer("history", NAME, "--no-trail", home=tmp_path)
    assert {move["imageTag"] for move in document["moves"]} == {"v1", "v2", "prod"}
    assert sum(day["count"] for day in document["pushes"]) == 2
    assert document["cloudTrail"] is None
    assert document["lastGood"] is None


def test_what_was_seen_by_other_commands_is_known_later(sandbox: Sandbox, tmp_path: Path) -> None:
    old, new = moved_tag(sandbox)
    images = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).get(NAME).images
    answer("images", NAME, home=tmp_path)
    images.tag(old, "prod")
    answer("inspect", f"{NAME}:prod", home=tmp_path)
    images.untag("prod")
    said = ecrtui("history", f"{NAME}:prod", "--no-trail", "--plain", home=tmp_path)
    assert said.returncode == 0
    told = [line.split("\t")[1:5] for line in said.stdout.splitlines()[1:]]
    assert told == [
        ["prod", "", "tag removed", "seen"],
        ["prod", old, "is v1", "seen"],
        ["prod", new, "is v2", "seen"],
    ]
    assert f"last good: {old}" in said.stderr


def test_markdown_and_lines_have_a_row_a_move(sandbox: Sandbox, tmp_path: Path) -> None:
    moved_tag(sandbox)
    lines = ecrtui("history", NAME, "--no-trail", "--jsonl", home=tmp_path).stdout.splitlines()
    assert len(lines) == 3
    table = ecrtui("history", NAME, "--no-trail", "--markdown", home=tmp_path).stdout.splitlines()
    assert len(table) == 5


def test_who_may_not_ask_cloudtrail_is_told(sandbox: Sandbox, tmp_path: Path) -> None:
    moved_tag(sandbox)
    next(iter(sandbox.world.keys.values())).allow = ("ecr:*", "sts:*")
    said = ecrtui("history", f"{NAME}:prod", "--plain", home=tmp_path)
    assert said.returncode == 0
    assert "LookupEvents" in said.stderr
    assert "prod" in said.stdout


def test_a_repository_that_is_not_there_is_not_found(sandbox: Sandbox, tmp_path: Path) -> None:
    assert ecrtui("history", "team/none", home=tmp_path).returncode == 4


def test_a_tag_that_never_was_is_not_found(sandbox: Sandbox, tmp_path: Path) -> None:
    moved_tag(sandbox)
    said = ecrtui("history", f"{NAME}:never", home=tmp_path)
    assert said.returncode == 4
    assert f"none is known to have had it: {NAME}:never" in said.stderr
