"""copy, push, export and import as a person types them."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from tests import worlds
from tests.headless.program import COMMAND, answer, ecrtui


@pytest.fixture
def app(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Image:
    """Two platforms under team/app:v1."""
    monkeypatch.setenv("ECRTUI_HOME", str(tmp_path / "home"))
    repository = worlds.add_repository(sandbox.world, "team/app")
    children = [
        worlds.add_image(
            repository, content=random.Random(name).randbytes(5000), platform=("linux", name)
        )
        for name in ("amd64", "arm64")
    ]
    return worlds.add_index(repository, children, tags={"v1"})


def test_export_and_import_keep_the_digest(app: Image, tmp_path: Path) -> None:
    told = answer("export", "team/app:v1", f"oci:{tmp_path}/it")
    assert told["digest"] == app.digest
    assert told["kind"] == "export"
    assert told["moved"] > 5000
    file = tmp_path / "it.tar"
    one = answer("export", "team/app:v1", str(file), "--platform", "linux/arm64")
    assert one["digest"] == app.children[1]
    back = answer("import", str(file), f"oci:{tmp_path}/back:v1")
    assert back["digest"] == app.children[1]
    again = answer("import", f"{tmp_path}/it", f"oci:{tmp_path}/back:all")
    assert again["digest"] == app.digest
    assert again["there"] > 0


def test_a_dry_run_tells_and_does_nothing(app: Image, tmp_path: Path) -> None:
    plan = answer("export", "team/app:v1", f"oci:{tmp_path}/it", "--dry-run")
    assert plan["digest"] == app.digest
    assert plan["toMove"] > 5000
    assert plan["changes"] is False
    assert "linux/arm64" in plan["facts"]["platforms"]
    assert not (tmp_path / "it").exists()
    done = ecrtui("export", "team/app:v1", f"oci:{tmp_path}/it", "--dry-run")
    assert "to move" in done.stdout


def test_some_platforms_are_an_index_of_their_own(app: Image, tmp_path: Path) -> None:
    both = ("--platforms", "linux/amd64, linux/arm64")
    told = answer("export", "team/app:v1", f"oci:{tmp_path}/it", *both)
    assert told["digest"] == app.digest
    one = answer("export", "team/app:v1", f"oci:{tmp_path}/one", "--platforms", "linux/arm64")
    assert one["digest"] == app.children[1]
    for command in (
        ("copy", f"oci:{tmp_path}/it:v1", f"oci:{tmp_path}/other"),
        ("import", f"{tmp_path}/it", f"oci:{tmp_path}/other"),
        ("push", f"oci:{tmp_path}/it:v1", f"oci:{tmp_path}/other"),
    ):
        done = ecrtui(*command, "--platforms=linux/amd64,linux/s390x")
        assert (done.returncode, "linux/arm64" in done.stderr) == (4, True), done.stderr
    for wrong, hint in (
        (["--platforms", "linux/amd64,"], "linux/arm64"),
        (["--platforms", "a/b", "--platform", "c/d"], "an index of several"),
    ):
        done = ecrtui("export", "team/app:v1", f"oci:{tmp_path}/no", *wrong)
        assert (done.returncode, hint in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "no").exists()


def test_what_cannot_be_done_says_why(app: Image, tmp_path: Path) -> None:
    file = tmp_path / "it.tar"
    file.write_bytes(b"mine")
    for arguments, code, told in (
        (["export", "team/app:v1", str(file)], 2, "There is a file of that name"),
        (["export", "team/app:none", f"oci:{tmp_path}/it"], 4, "No such image"),
        (["export", "team/app:v1", f"oci:{tmp_path}/a/b"], 5, "cannot be written"),
        (["copy", "team/app:v1", "docker-daemon:app:v1"], 2, "ecrtui pull"),
        (["export", "team/app:v1", f"oci:{tmp_path}/it", "--platform", "linux/s390x"], 4, "arm64"),
        (["import", str(file), "oci:it"], 5, "The archive cannot be read"),
    ):
        done = ecrtui(*arguments)
        assert (done.returncode, told in done.stderr) == (code, True), done.stderr
        assert done.stdout == ""
    assert file.read_bytes() == b"mine"
    assert json.loads(ecrtui("export", "team/app:v1", str(file), "--replace", "--json").stdout)


def test_a_change_needs_somebody_who_agrees(sandbox: Sandbox, app: Image) -> None:
    target = worlds.add_repository(sandbox.world, "team/copy")
    done = ecrtui("copy", "team/app:v1", "team/copy")
    assert (done.returncode, "--yes agrees" in done.stderr) == (2, True)
    assert not list(target.images)
    assert ecrtui("copy", "team/app:v1", "team/copy", "--yes", "--read-only").returncode == 3
    assert not target.blobs
    told = answer("copy", "team/app:v1", "team/copy", "--yes")
    assert (told["digest"], told["target"]) == (app.digest, "team/copy:v1")
    assert [change["kind"] for change in told["changes"]] == ["tag put"]
    again = answer("copy", "team/app:v1", "team/copy", "--yes")
    assert "already" in again["sentence"]


def test_what_the_registry_forbids_has_its_exit_code(sandbox: Sandbox, app: Image) -> None:
    target = worlds.add_repository(sandbox.world, "team/copy")
    target.mutability = "IMMUTABLE"
    worlds.add_image(target, tags={"v1"})
    for arguments, code, told in (
        (["team/copy"], 3, "The tag is immutable"),
        (["team/none"], 4, "--create"),
        (["team/copy@sha256:" + "0" * 64], 2, "cannot be chosen"),
    ):
        done = ecrtui("copy", "team/app:v1", *arguments, "--yes")
        assert (done.returncode, told in done.stderr) == (code, True), done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_ended_half_way_nothing_is_seen_and_the_next_try_goes_on(
    sandbox: Sandbox, app: Image, number: signal.Signals
) -> None:
    target = worlds.add_repository(sandbox.world, "team/copy")
    sandbox.faults.add("stall", service="registry", operation="GET", path="*", seconds=20, skip=3)
    command = [*COMMAND, "copy", "team/app:v1", "team/copy", "--yes"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        while not target.blobs and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(number)
        _, told = process.communicate(timeout=30)
    assert process.returncode == (130 if number != signal.SIGKILL else -signal.SIGKILL), told
    assert not list(target.images)
    sandbox.faults.clear()
    known = len(target.blobs)
    assert known
    done = answer("copy", "team/app:v1", "team/copy", "--yes")
    assert done["there"] > 0
    assert done["digest"] == app.digest
