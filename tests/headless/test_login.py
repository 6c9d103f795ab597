"""`ecrtui login`: the helper in docker's and podman's files, and a plain login."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.engines import Docker, docker
from tests.headless.program import COMMAND, ecrtui
from tests.headless.test_docker_helper import configured, host
from tests.keyrings import secret_service
from tests.sandbox.programs import lacking, need, run

__all__ = ["docker", "host", "secret_service"]

OTHER: dict[str, Any] = {
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
    own = docker.own
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
    own = docker.own
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


# --- other people's files ------------------------------------------------------------------------


def test_several_at_once_lose_nothing(file: Path) -> None:
    """Each rewrites the whole file."""
    file.write_text(json.dumps(OTHER))
    hosts = [f"r{number}.example.com" for number in range(8)]
    with ThreadPoolExecutor(4) as crowd:
        command = ("login", "--install-helper", "--yes")
        done = list(crowd.map(lambda one: ecrtui(*command, one).returncode, hosts))
    assert set(done) == {0}
    found = json.loads(file.read_bytes())
    assert found["credHelpers"] == OTHER["credHelpers"] | dict.fromkeys(hosts, "ecrtui")
    assert found["auths"] == OTHER["auths"]
    assert ecrtui("login", "--undo", "--yes").returncode == 0
    assert json.loads(file.read_bytes()) == OTHER


@pytest.fixture
def read_only_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder that nobody can write to, root neither, with a config.json in it."""
    folder = tmp_path / "store"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        lacking("no disk can be made here")
    (folder / "config.json").write_text(json.dumps(OTHER))
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_file_that_another_program_makes(file: Path, read_only_disk: Path) -> None:
    """As on NixOS, where it is a link into a store that is never written."""
    file.symlink_to(read_only_disk / "config.json")
    done = ecrtui("login", "--install-helper", "a.example", "--yes")
    assert done.returncode == 6
    assert str(read_only_disk / "config.json") in done.stderr
    assert '"credHelpers": {"HOST": "ecrtui"}' in done.stderr
    assert file.is_symlink()
    assert json.loads(file.read_bytes()) == OTHER


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_the_file_stays_its_owners(file: Path) -> None:
    """As with sudo, which may leave HOME as it is."""
    file.write_text("{}")
    os.chown(file, 65534, 65534)
    assert ecrtui("login", "--install-helper", "a.example", "--yes").returncode == 0
    assert (file.stat().st_uid, file.stat().st_gid) == (65534, 65534)


def test_keys_nobody_knows_and_their_order_are_kept(file: Path) -> None:
    text = (
        '{"z": [1, 2.5, null], "psFormat": "table {{.ID}}\\t{{.Names}}", "a": {"n": '
        '12345678901234567890}, "plugins": {"x": {"enabled": "true"}}, "credsStore": "desktop"}'
    )
    file.write_text(text)
    assert ecrtui("login", "--install-helper", "a.example", "--yes").returncode == 0
    found = json.loads(file.read_bytes())
    assert list(found) == [*json.loads(text), "credHelpers"]
    assert found | json.loads(text) == found


def test_a_helper_goes_before_dockers_own_login(host: str, docker: Docker) -> None:
    """So nobody has to log out of what ended."""
    ended = {"auths": {host: {"auth": "QVdTOmVuZGVk"}}}
    image = f"{host}/team/app:v1"
    with configured(docker, ended) as file:
        docker.run("pull", image, ok=False)
        own = {"DOCKER_CONFIG": str(file.parent)}
        assert ecrtui("login", "--install-helper", host, "--yes", env=own).returncode == 0
        docker.run("pull", image)


@pytest.mark.parametrize("named", [True, False])
def test_podmans_and_skopeos_own_place(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    """It outlasts the session; what `podman login` wrote for the session goes before it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME")
    if named:
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    looked = ("skopeo", "inspect", "--tls-verify=false", f"docker://{host}/team/app:v1")
    session = Path(os.environ["XDG_RUNTIME_DIR"]) / "containers/auth.json"
    session.parent.mkdir()
    session.write_text(json.dumps({"auths": {host: {"auth": "QVdTOmVuZGVk"}}}))
    command = ("login", "--install-helper", "--containers", host, "--yes")
    done = ecrtui(*command)
    assert f"podman logout {host}" in done.stderr
    assert (tmp_path / ".config/containers/auth.json").exists()
    refused = subprocess.run([need("skopeo"), *looked[1:]], capture_output=True)
    assert refused.returncode != 0
    session.unlink()
    assert "logout" not in ecrtui(*command).stderr
    run(*looked)


def test_a_copy_that_is_killed_leaves_a_whole_file(file: Path) -> None:
    """At whatever moment: the file is as before, or as after."""
    file.write_text(json.dumps(OTHER))
    command = [*COMMAND, "login", "--install-helper", "a.example", "--yes"]
    for wait in range(12):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            process.wait(0.05 * wait)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        helpers = json.loads(file.read_bytes())["credHelpers"]
        assert helpers in (OTHER["credHelpers"], OTHER["credHelpers"] | {"a.example": "ecrtui"})
    assert ecrtui("login", "--install-helper", "a.example", "--yes").returncode == 0
    assert ecrtui("login", "--undo", "--yes").returncode == 0
    assert json.loads(file.read_bytes()) == OTHER
