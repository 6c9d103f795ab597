"""copy, push, export and import as a person types them."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from tests import worlds
from tests.headless.program import answer, ecrtui


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
