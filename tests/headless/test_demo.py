"""--demo: fast, complete, and nothing of the person's own is touched."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import psutil

from tests.headless.program import COMMAND, ecrtui


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
