"""`diff` for all platforms, and of one platform against another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from tests import worlds
from tests.headless.program import answer, ecrtui
from tests.headless.test_look_inside import documented, tar
from tests.tui.pictures import Step, add_built

AMD, ARM = ("linux", "amd64"), ("linux", "arm64")


def built(repository: Repository, content: str, platform: tuple[str, str]) -> Image:
    steps = (Step("COPY app /", tar({"app": f"{content} for {platform[1]}".encode()})),)
    return add_built(repository, steps=steps, platform=platform, settings={"User": content})


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    """v1 and v2 for amd64 and arm64, one for amd64 alone, and that image without an index."""
    made = worlds.add_repository(sandbox.world, "app")
    for tag, content in (("v1", "one"), ("v2", "two")):
        children = [built(made, content, platform) for platform in (AMD, ARM)]
        worlds.add_index(made, children, tags={tag})
    worlds.add_index(made, [built(made, "one", AMD)], tags={"small"})
    return made


def test_every_platform_of_either(repository: Repository, tmp_path: Path) -> None:
    found = answer("diff", "app:v1", "app:v2", "--all-platforms", home=tmp_path)
    assert [one["from"]["platform"] for one in found] == ["linux/amd64", "linux/arm64"]
    assert [one["to"]["platform"] for one in found] == ["linux/amd64", "linux/arm64"]
    assert [[row["path"] for row in one["files"]] for one in found] == [["/app"], ["/app"]]
    layers = [row for one in found for row in one["layers"]]
    assert sum(one["fetched"]["bytes"] for one in found) > sum(row["size"] for row in layers)
    assert all(one["fetched"]["requests"] for one in found)
    again = answer("diff", "app:v1", "app:v2", "--all-platforms", home=tmp_path)
    assert [one["fetched"] for one in again] == [{"bytes": 0, "requests": 0}] * 2
    lines = ecrtui("diff", "app:v1", "app:v2", "--all-platforms", "--jsonl", home=tmp_path)
    assert [json.loads(line) for line in lines.stdout.splitlines()] == again


def test_a_platform_that_one_lacks(repository: Repository, tmp_path: Path) -> None:
    for one, other, has, lacks in (("v1", "small", "from", "to"), ("small", "v1", "to", "from")):
        names = ("diff", f"app:{one}", f"app:{other}", "--all-platforms")
        same, lone = answer(*names, home=tmp_path)
        assert (same["files"], lone["files"], lone[lacks]) == ([], None, None)
        assert lone[has]["platform"] == "linux/arm64"
        assert set(lone) == documented()
        done = ecrtui(*names, "--exit-code", home=tmp_path)
        assert done.returncode == 1
        assert f"platform\t{'-' if lacks == 'to' else '+'}\tlinux/arm64\t" in done.stdout
        told = ecrtui(*names, "--markdown", home=tmp_path).stdout
        assert f"## linux/arm64 only in {'FROM' if lacks == 'to' else 'TO'}\n" in told
    done = ecrtui("diff", "app:small", "app:small", "--all-platforms", "--exit-code", home=tmp_path)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "platform\t=\tlinux/amd64\t")


def test_any_platform_against_any(repository: Repository, tmp_path: Path) -> None:
    sides = ("--from-platform", "linux/amd64", "--to-platform", "linux/arm64")
    found = answer("diff", "app:v1", "app:v1", *sides, home=tmp_path)
    assert (found["from"]["platform"], found["to"]["platform"]) == ("linux/amd64", "linux/arm64")
    assert [row["path"] for row in found["files"]] == ["/app"]
    found = answer(
        "diff", "app:v1", "app:v2", "--platform", "linux/arm64", *sides[:2], home=tmp_path
    )
    assert (found["from"]["platform"], found["to"]["platform"]) == ("linux/amd64", "linux/arm64")
    lacking = ecrtui("diff", "app:v1", "app:small", *sides, home=tmp_path)
    assert lacking.returncode == 4
    assert "It has: linux/amd64" in lacking.stderr


def test_all_and_one_is_refused(repository: Repository, tmp_path: Path) -> None:
    for option in ("--platform", "--from-platform", "--to-platform"):
        told = ("--all-platforms", option, "linux/amd64")
        done = ecrtui("diff", "app:v1", "app:v2", *told, home=tmp_path)
        assert done.returncode == 2
        assert f"--all-platforms and {option}" in done.stderr


def test_an_image_of_another_platform_is_taken_and_told(
    repository: Repository, tmp_path: Path
) -> None:
    add_built(repository, tags=["plain"], steps=(Step("COPY app /", tar({"app": b"one"})),))
    told = "app:plain is for linux/amd64 alone, not for linux/arm64"
    arm, amd = ("--platform", "linux/arm64"), ("--platform", "linux/amd64")
    for command in (["inspect"], ["layers"], ["files"], ["diff", "app:v1"]):
        done = ecrtui(*command, "app:plain", *arm, home=tmp_path)
        assert (done.returncode, done.stderr.count(told)) == (0, 1), command
        assert "alone" not in ecrtui(*command, "app:plain", *amd, home=tmp_path).stderr
    sides = ("--from-platform", "linux/arm64", "--to-platform", "linux/amd64")
    assert "alone" not in ecrtui("diff", "app:v1", "app:plain", *sides, home=tmp_path).stderr
