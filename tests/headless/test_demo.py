"""--demo: fast, complete, and nothing of the person's own is touched."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import psutil

from tests.headless.program import COMMAND, ecrtui
from tests.registries import PASSWORD, USER, locked_registry

__all__ = ["locked_registry"]


def poisoned(home: Path) -> dict[str, str]:
    """An environment whose own AWS settings would break every call, or leave the machine."""
    (home / ".aws").mkdir(parents=True)
    (home / ".aws/config").write_text("[default]\nregion = nowhere\ncredential_process = false\n")
    (home / ".config/ecrtui").mkdir(parents=True)
    (home / ".config/ecrtui/settings.toml").write_text("this is no TOML")
    return {
        "HOME": str(home),
        "AWS_PROFILE": "nobody",
        "AWS_ENDPOINT_URL_ECR": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
    }


def tree(folder: Path) -> dict[Path, tuple[float, int]]:
    return {path: (s.st_mtime, s.st_size) for path in folder.rglob("*") if (s := path.stat())}


def test_the_demo_touches_nothing_of_ours(tmp_path: Path) -> None:
    environment = poisoned(tmp_path)
    before = tree(tmp_path)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    done = ecrtui("repos", "--demo", "--json", env=environment | {"TMPDIR": str(temporary)})
    assert done.returncode == 0, done.stderr
    names = [row["repositoryName"] for row in json.loads(done.stdout)]
    assert names
    listed = ecrtui("images", names[0], "--demo", "--json", env=environment)
    assert json.loads(listed.stdout)[0]["repositoryName"] == names[0]
    assert not list(temporary.iterdir())
    temporary.rmdir()
    assert tree(tmp_path) == before


def test_the_demo_uses_no_password_of_ours(locked_registry: str, tmp_path: Path) -> None:
    entry = {"auth": base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()}
    document = json.dumps({"auths": {locked_registry: entry}})
    (tmp_path / ".docker").mkdir()
    places = (tmp_path / "auth.json", tmp_path / ".docker/config.json")
    for place in places:
        place.write_text(document)
    files = {"REGISTRY_AUTH_FILE": str(places[0]), "DOCKER_CONFIG": str(places[1].parent)}
    image = f"docker://{locked_registry}/team/app:v1"
    for name, value in {**files, "DOCKER_AUTH_CONFIG": document}.items():
        for option, code in (("--no-cache", 4), ("--demo", 3)):
            refused = ecrtui("inspect", image, option, env={"HOME": str(tmp_path), name: value})
            assert refused.returncode == code, refused.stderr


def test_the_sandbox_dies_with_its_parent_however_it_ends(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [*COMMAND, "--demo", "wait", "no-such-tag-in:x", "--interval", "1"]
    for number in (signal.SIGINT, signal.SIGKILL):
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as parent:
            children = _children(parent.pid)
            parent.send_signal(number)
            parent.wait(10)
        gone, alive = psutil.wait_procs(children, timeout=10)
        assert gone
        assert not alive


def _children(pid: int) -> list[psutil.Process]:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        found = psutil.Process(pid).children()
        if found:
            return list(found)
        time.sleep(0.02)
    raise AssertionError("no child came")
