"""`ecrtui login`: the helper in docker's and podman's files, and a plain login."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.engines import Docker, docker
from tests.headless.program import ecrtui
from tests.headless.test_docker_helper import host
from tests.keyrings import secret_service

__all__ = ["docker", "host", "secret_service"]

OTHER = {
    "auths": {"r.example": {"auth": "bWU6c2VjcmV0"}},
    "credHelpers": {"r.example": "other", "x.example": "theirs"},
    "HttpHeaders": {"X": "é"},
}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.setenv("ECRTUI_HOME", str(tmp_path / "ecrtui"))
    (tmp_path / "docker").mkdir()
    return tmp_path / "docker" / "config.json"


def test_installing_changes_nothing_else_and_is_undone(file: Path) -> None:
    file.write_text(json.dumps(OTHER))
    before = file.read_bytes()
    for registry in ("a.example", "x.example"):
        command = ["login", "--install-helper", registry]
        assert registry in ecrtui(*command, "--dry-run").stdout
        assert ecrtui(*command).returncode == 2  # nobody agreed
        assert ecrtui(*command, "--yes").returncode == 0
        assert "already" in ecrtui(*command, "--yes").stdout
    found = json.loads(file.read_bytes())
    assert found.pop("credHelpers") == {
        "r.example": "other",
        "a.example": "ecrtui",
        "x.example": "ecrtui",
    }
    assert found == {name: value for name, value in OTHER.items() if name != "credHelpers"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert ecrtui("login", "--undo", "--yes").returncode == 0
    assert json.loads(file.read_bytes()) == json.loads(before)
    assert "no registry" in ecrtui("login", "--undo", "--yes").stdout


def test_files_that_are_not_there_and_links(file: Path, tmp_path: Path) -> None:
    assert ecrtui("login", "--install-helper", "a.example", "--yes").returncode == 0
    assert json.loads(file.read_bytes()) == {"credHelpers": {"a.example": "ecrtui"}}
    assert ecrtui("login", "--undo", "--yes").returncode == 0
    assert json.loads(file.read_bytes()) == {}
    real = tmp_path / "dotfiles.json"
    file.rename(real)
    file.symlink_to(real)
    assert ecrtui("login", "--install-helper", "a.example", "--yes").returncode == 0
    assert file.is_symlink()
    assert "ecrtui" in real.read_text()


@pytest.mark.parametrize("text", ["{", "[]", "{" * 5000, "\xff"])
def test_a_file_that_is_none_is_left_alone(file: Path, text: str) -> None:
    file.write_text(text, encoding="latin-1")
    before = file.read_bytes()
    done = ecrtui("login", "--install-helper", "a.example", "--yes")
    assert (done.returncode, file.read_bytes()) == (2, before)


def test_podmans_file(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(tmp_path / "auth.json"))
    done = ecrtui("login", "--install-helper", "a.example", "--containers", "--yes")
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "auth.json").read_bytes())
    assert found == {"credHelpers": {"a.example": "ecrtui"}}


def test_docker_pulls_after_either(host: str, docker: Docker) -> None:
    own = {name: docker.environment[name] for name in ("DOCKER_HOST", "DOCKER_CONFIG")}
    image = f"{host}/team/app:v1"
    docker.run("pull", image, ok=False)
    done = ecrtui("login", host, env=own)
    assert done.returncode == 0, done.stderr
    docker.run("pull", image)
    docker.run("logout", host)
    docker.run("pull", image, ok=False)
    found = ecrtui("login", "--install-helper", "--profile", "kept", "--yes", env=own)
    assert found.returncode == 0, found.stderr
    assert host in found.stdout
    docker.run("pull", image)
    assert ecrtui("login", "--undo", "--yes", env=own).returncode == 0
    docker.run("pull", image, ok=False)


def test_the_token_is_in_no_argument_and_no_variable(
    host: str, docker: Docker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """docker is started by a script that writes down how it was."""
    told = tmp_path / "told"
    script = tmp_path / "bin" / "docker"
    script.write_text(f'#!/bin/sh\n(echo "$@"; env) > {told}\nexec {docker.cli} "$@"\n')
    script.chmod(0o700)
    own = {name: docker.environment[name] for name in ("DOCKER_HOST", "DOCKER_CONFIG")}
    done = ecrtui("login", host, env=own)
    assert done.returncode == 0, done.stderr
    docker.run("logout", host)
    started = told.read_text()
    assert "--password-stdin" in started
    assert max(map(len, started.split())) < 1000  # a token is longer
    assert "AWS_SECRET_ACCESS_KEY" not in started


def test_registries_outside_ecr_are_dockers_own(file: Path) -> None:
    done = ecrtui("login", "r.example")
    assert (done.returncode, "docker login" in done.stderr) == (2, True)
