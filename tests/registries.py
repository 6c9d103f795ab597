"""A registry that is not ECR: Debian's docker-registry on loopback.

from tests.registries import plain_registry  # the fixture; locked_registry wants USER and PASSWORD

def test_it(plain_registry: str) -> None:
    run("skopeo", "copy", ..., f"docker://{plain_registry}/team/app:v1")
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

import pytest

from ecrtui.sandbox.made import MARK
from tests.sandbox.programs import need

_CONFIG = """\
version: 0.1
log: {{level: error}}
storage: {{filesystem: {{rootdirectory: {root}}}}}
http: {{addr: "127.0.0.1:{port}"}}
"""
_LOCK = """\
auth: {{htpasswd: {{realm: locked, path: {path}}}}}
"""
USER, PASSWORD = "someone", f'correct horse:"{MARK}'
_HTPASSWD = f"{USER}:$2b$04$abcdefghijklmnopqrstuulvN1XDytMIpb2byi5gh3137cjeeTsXC\n"
"""bcrypt, the one kind that docker-registry takes."""
_START_SECONDS = 30


@pytest.fixture
def plain_registry(tmp_path: Path) -> Iterator[str]:
    """`host:port` of an empty registry that asks nobody who they are."""
    with running(tmp_path / "plain") as where:
        yield where


@pytest.fixture
def locked_registry(tmp_path: Path) -> Iterator[str]:
    """`host:port` of an empty registry that wants USER and PASSWORD for everything."""
    with running(tmp_path / "locked", locked=True) as where:
        yield where


@contextmanager
def running(folder: Path, *, locked: bool = False) -> Iterator[str]:
    """`host:port` of a registry that keeps all it has in a folder."""
    program, port = need("docker-registry"), _free_port()
    folder.mkdir(parents=True, exist_ok=True)
    config, htpasswd = folder / "registry.yml", folder / "htpasswd"
    htpasswd.write_text(_HTPASSWD)
    lock = _LOCK.format(path=htpasswd) if locked else ""
    config.write_text(_CONFIG.format(root=folder / "data", port=port) + lock)
    # REGISTRY_... overrides its configuration, and skopeo has a variable of such a name.
    own = {key: value for key, value in os.environ.items() if not key.startswith("REGISTRY_")}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, "serve", config], stdout=log, stderr=log, env=own)
    try:
        _wait(f"http://127.0.0.1:{port}/v2/", process)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    ends = time.monotonic() + _START_SECONDS
    while True:
        try:
            direct.open(url, timeout=1).close()
            return
        except HTTPError:  # it asks who one is
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > ends:
                raise
            time.sleep(0.02)
