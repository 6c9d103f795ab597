"""No secret is anywhere but where it came from, while images move and afterwards."""

from __future__ import annotations

import base64
import contextlib
import json
import os
from pathlib import Path

import psutil
import pytest

from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.engines import Docker, docker
from tests.headless.moving import moving
from tests.headless.program import ecrtui
from tests.noise import made
from tests.registries import PASSWORD, USER, locked_registry
from tests.sandbox.programs import run
from tests.sandbox.registry_api import password

__all__ = ["docker", "locked_registry"]

_TOKEN = b"eyJjbGFpbXMi"
"""How each of the sandbox's tokens begins."""
_HELPER = """#!/bin/sh
read -r server
touch {folder}/asked
until [ -e {folder}/answer ]; do sleep 0.02; done
cat {folder}/answer
"""


def secrets(sandbox: Sandbox) -> list[bytes]:
    """What must not be seen: passwords and tokens, as they are and as they are sent."""
    plain = base64.b64encode(f"{USER}:{PASSWORD}".encode())
    sent = base64.b64encode(b"AWS:" + _TOKEN)[:12]
    keys = [key.secret.encode() for key in sandbox.world.keys.values()]
    quoted = json.dumps(PASSWORD).strip('"').encode()
    return [PASSWORD.encode(), quoted, plain, _TOKEN, sent, *keys]


def processes(pid: int) -> list[bytes]:
    """Arguments of a process and its children, and the children's environments."""
    process = psutil.Process(pid)
    found = []
    for child in [process, *process.children(recursive=True)]:
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):  # it has ended
            found.append(Path(f"/proc/{child.pid}/cmdline").read_bytes())
            if child is not process:
                found.append(Path(f"/proc/{child.pid}/environ").read_bytes())
    return found


def test_a_copy_shows_no_secret(
    sandbox: Sandbox, locked_registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From ECR to a registry whose password a helper has, with --debug."""
    home, folder = tmp_path / "home", tmp_path / "helper"
    folder.mkdir()
    program = folder / "docker-credential-test"
    program.write_text(_HELPER.format(folder=folder))
    program.chmod(0o755)
    (tmp_path / "docker").mkdir()
    config = json.dumps({"credHelpers": {locked_registry: "test"}})
    (tmp_path / "docker/config.json").write_text(config)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    app = worlds.add_repository(sandbox.world, "team/app")
    image = worlds.add_image(app, tags={"v1"}, content=bytes(5_000_000))
    sandbox.faults.add("stall", path="*layer-bucket*", after=1000, seconds=1, times=1)
    target = f"docker://{locked_registry}/team/app:v1"
    with moving("copy", "team/app:v1", target, "--yes", "--debug", home=home) as copying:
        copying.until((folder / "asked").exists)
        seen = processes(copying.pid)
        answer = {"ServerURL": locked_registry, "Username": USER, "Secret": PASSWORD}
        (folder / "answer").write_text(json.dumps(answer))
        uploads = tmp_path / "locked/data/docker/registry/v2/repositories/team/app/_uploads"
        copying.until(uploads.exists)
        seen += processes(copying.pid)
        code, out, said = copying.end()
    assert code == 0, said
    options = ["--tls-verify=false", "--creds", f"{USER}:{PASSWORD}"]
    told = run("skopeo", "inspect", *options, "--format", "{{.Digest}}", target).stdout
    assert told.strip() == image.digest
    assert any(b"docker-credential-test" in one for one in seen)
    kept = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert [path for path in kept if path.suffix == ".log"]
    assert [path for path in kept if "journal" in path.name]
    for secret in secrets(sandbox):
        assert secret not in out.encode() + said.encode()
        assert not [one for one in seen if secret in one]
        assert not [path for path, data in kept.items() if secret in data]


def test_a_pull_shows_no_secret(
    sandbox: Sandbox, docker: Docker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token goes to the engine with one request, and nowhere else."""
    home = tmp_path / "home"
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{docker.socket}")
    image = made(tmp_path / "image", 5_000_000)
    worlds.add_repository(sandbox.world, "team/app")
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    options = ["--dest-tls-verify=false", "--dest-creds", f"AWS:{password()}"]
    run("skopeo", "copy", *options, f"oci:{image.folder}:v1", f"docker://{host}/team/app:v1")
    sandbox.faults.add("stall", path="*layer-bucket*", after=1000, seconds=1, times=1)
    with moving("pull", "team/app:v1", "--debug", home=home) as pulling:
        pulling.until(lambda: not sandbox.faults.rules[0].times)
        seen = processes(pulling.pid)
        code, out, said = pulling.end()
    assert code == 0, said
    assert image.digest in docker.run("image", "inspect", f"{host}/team/app:v1")
    kept = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert [path for path in kept if path.suffix == ".log"]
    assert not (tmp_path / "docker").exists()
    for secret in secrets(sandbox):
        assert secret not in out.encode() + said.encode()
        assert not [one for one in seen if secret in one]
        assert not [path for path, data in kept.items() if secret in data]


def test_a_refusal_shows_no_secret(
    sandbox: Sandbox, locked_registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password that is wrong is in no error, and in no log of it."""
    home = tmp_path / "home"
    wrong = "wrong-canary-password"
    auth = base64.b64encode(f"{USER}:{wrong}".encode()).decode()
    (tmp_path / "auth.json").write_text(json.dumps({"auths": {locked_registry: {"auth": auth}}}))
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(tmp_path / "auth.json"))
    source = f"oci:{made(tmp_path / 'image', 1000).folder}:v1"
    target = f"docker://{locked_registry}/team/app:v1"
    refused = ecrtui("copy", source, target, "--yes", "--debug", home=home)
    assert refused.returncode == 3, refused.stderr
    assert f"docker login {locked_registry}" in refused.stderr
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    for secret in (wrong, auth):
        assert secret not in refused.stdout + refused.stderr
        assert secret.encode() not in kept
