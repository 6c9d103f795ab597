"""regions, repos, images, search and wait against generated worlds."""

from __future__ import annotations

import json
import subprocess
from datetime import datetime, timezone
from pathlib import Path

import pytest

from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.headless.program import COMMAND, answer, ecrtui
from tests.worlds import ACCOUNT, OTHER_REGION, REGION


def names(sandbox: Sandbox, account: str, region: str) -> set[str]:
    return set(sandbox.world.registry(account, region).repositories)


def test_repos_are_those_of_the_registry(busy_sandbox: Sandbox, tmp_path: Path) -> None:
    rows = answer("repos", home=tmp_path)
    assert {row["repositoryName"] for row in rows} == names(busy_sandbox, ACCOUNT, REGION)
    for row in rows:
        assert row["region"] == REGION
        assert row["registryId"] == ACCOUNT
        assert datetime.fromisoformat(row["createdAt"].replace("Z", "+00:00")).tzinfo


def test_several_regions_are_listed_together(busy_sandbox: Sandbox, tmp_path: Path) -> None:
    rows = answer("--region", REGION, "repos", "--region", OTHER_REGION, home=tmp_path)
    expected = names(busy_sandbox, ACCOUNT, REGION) | names(busy_sandbox, ACCOUNT, OTHER_REGION)
    assert {row["repositoryName"] for row in rows} == expected
    everywhere = answer("repos", "--all-regions", home=tmp_path)
    assert {row["repositoryName"] for row in everywhere} == expected


def test_images_are_the_rows_of_describe_images(busy_sandbox: Sandbox, tmp_path: Path) -> None:
    repository = next(iter(busy_sandbox.world.registry(ACCOUNT, REGION).repositories.values()))
    rows = {row["imageDigest"]: row for row in answer("images", repository.name, home=tmp_path)}
    stored = {image.digest: image for image in repository.images}
    assert rows.keys() == stored.keys()
    for digest, image in stored.items():
        row = rows[digest]
        assert set(row["imageTags"]) == image.tags
        assert row["imageStatus"] == image.status
        assert row["repositoryName"] == repository.name
        pushed = datetime.fromtimestamp(image.pushed_at, timezone.utc)
        assert datetime.fromisoformat(row["imagePushedAt"].replace("Z", "+00:00")) == pushed


@pytest.mark.parametrize("arguments", [["repos"], ["regions"], ["keys"], ["doctor"]])
def test_the_formats_agree(busy_sandbox: Sandbox, tmp_path: Path, arguments: list[str]) -> None:
    document = answer(*arguments, home=tmp_path)
    lines = ecrtui(*arguments, "--jsonl", home=tmp_path).stdout.splitlines()
    plain = ecrtui(*arguments, home=tmp_path).stdout.splitlines()
    markdown = ecrtui(*arguments, "--markdown", home=tmp_path).stdout.splitlines()
    assert all(json.loads(line) for line in lines)
    assert len(document) == len(lines) == len(plain) - 1 == len(markdown) - 2
    assert len({line.count("\t") for line in plain}) == 1


def test_jq_reads_it(busy_sandbox: Sandbox, tmp_path: Path) -> None:
    done = ecrtui("repos", "--json", home=tmp_path)
    said = subprocess.run(
        ["jq", "-r", ".[].repositoryName"], input=done.stdout, capture_output=True, text=True
    )
    assert set(said.stdout.split()) == names(busy_sandbox, ACCOUNT, REGION)


def test_regions_tell_accounts_and_counts(busy_sandbox: Sandbox, tmp_path: Path) -> None:
    rows = answer("regions", "--region", REGION, "--region", OTHER_REGION, home=tmp_path)
    asked = {row["region"]: row for row in rows if row["account"] == ACCOUNT}
    for region in (REGION, OTHER_REGION):
        assert asked[region]["repositories"] == len(names(busy_sandbox, ACCOUNT, region))
        assert asked[region]["complete"]
        assert asked[region]["access"] == "enabled"


def test_search_finds_a_tag_wherever_it_is(sandbox: Sandbox, tmp_path: Path) -> None:
    for region in (REGION, OTHER_REGION):
        repository = worlds.add_repository(sandbox.world, f"in/{region}", region=region)
        worlds.add_image(repository, tags={"wanted-7"}, content=region.encode())
        worlds.add_image(repository, tags={"other"}, content=b"else")
    hits = answer("search", "WANTED", home=tmp_path)
    assert {(hit["region"], hit["repositoryName"], hit["why"]) for hit in hits} == {
        (region, f"in/{region}", "tag wanted-7") for region in (REGION, OTHER_REGION)
    }


def test_wait_ends_when_the_tag_appears(sandbox: Sandbox, tmp_path: Path) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    told = [*COMMAND, "wait", "team/app:v9", "--interval", "0.2", "--timeout", "60", "--json"]
    pipe = subprocess.PIPE
    with subprocess.Popen(told, text=True, stdout=pipe, stderr=pipe) as waiting:
        assert waiting.stdout is not None
        assert waiting.stderr is not None
        assert "waiting for team/app:v9" in waiting.stderr.readline()
        worlds.add_image(repository, tags={"v9"})
        assert json.loads(waiting.stdout.read())["imageTags"] == ["v9"]
    assert waiting.returncode == 0


def test_hostile_text_is_shown_and_not_obeyed(sandbox: Sandbox, tmp_path: Path) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    for number, text in enumerate(worlds.HOSTILE):
        worlds.add_image(repository, tags={text}, content=str(number).encode())
    done = ecrtui("images", "team/app", home=tmp_path)
    assert len(done.stdout.splitlines()) == len(worlds.HOSTILE) + 1
    assert not any(letter in done.stdout for letter in "\x1b\x07\u202e\x00")
    tags = {tag for row in answer("images", "team/app", home=tmp_path) for tag in row["imageTags"]}
    assert tags == set(worlds.HOSTILE)
