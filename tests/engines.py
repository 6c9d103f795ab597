"""A Docker engine of the tests' own: another data root, socket and configuration than anybody's.

    from tests.engines import docker  # the fixture

    def test_it(docker: Docker) -> None:
        docker.run("pull", "127.0.0.1:5000/team/app:v1")

Loopback registries are insecure by default to it. It needs root, as every dockerd.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.sandbox.programs import lacking, need

_START_SECONDS = 60


@dataclass(frozen=True)
class Docker:
    """A running engine, and the docker CLI that talks to it with a configuration of its own."""

    socket: Path
    config: Path
    cli: str

    def kill(self) -> None:
        """End the engine at once, as a machine that loses power does."""
        os.kill(int((self.socket.parent / "pid").read_text()), signal.SIGKILL)

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which docker, or a program with Docker's API, uses this engine."""
        return {**os.environ, **self.own}

    @property
    def own(self) -> dict[str, str]:
        """What alone leads to this engine, for an environment that is no part of this one's."""
        return {"DOCKER_HOST": f"unix://{self.socket}", "DOCKER_CONFIG": str(self.config)}

    def run(self, *args: str, given: bytes = b"", ok: bool = True) -> str:
        """Run `docker ...`, `given` on its stdin; answers what it says on stdout and stderr.

        Fails when it fails, or with `ok=False` when it does not.
        """
        done = subprocess.run(
            [self.cli, *args],
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.environment,
            timeout=100,
        )
        told = done.stdout.decode()
        assert (done.returncode == 0) is ok, f"docker {args}: {done.returncode}\n{told}"
        return told

    def login(self, host: str, password: str) -> None:
        """`docker login` as AWS's tokens want it."""
        self.run("login", "-u", "AWS", "--password-stdin", host, given=password.encode())

    @contextmanager
    def lines(self, *args: str) -> Iterator[Iterator[str]]:
        """What `docker ...` prints, line by line while it runs; it is ended at the end."""
        process = subprocess.Popen(
            [self.cli, *args], stdout=subprocess.PIPE, env=self.environment, text=True
        )
        assert process.stdout is not None
        try:
            yield (line.rstrip("\n") for line in process.stdout)
        finally:
            process.terminate()
            process.wait(30)
            process.stdout.close()


@pytest.fixture(scope="module")
def docker() -> Iterator[Docker]:
    """A private engine for the tests of one module."""
    with running() as engine:
        yield engine


@contextmanager
def running(*more: str, data: Path | None = None) -> Iterator[Docker]:
    """A private engine, with nothing in it; `more` options of dockerd's, `data` its data root."""
    daemon, cli = need("dockerd"), need("docker")
    if os.geteuid() != 0:
        lacking("dockerd needs root")
    # A short path: the name of a Unix socket has a hundred characters at most.
    folder = Path(tempfile.mkdtemp(prefix="ecrtui-dockerd-"))
    process = _start(daemon, folder, more, data)
    try:
        engine = Docker(folder / "socket", folder / "config", cli)
        _wait(engine, process, folder)
        yield engine
    finally:
        process.terminate()
        process.wait(30)
        _end_containerd(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _end_containerd(folder: Path) -> None:
    """What a dockerd that was killed leaves behind."""
    with contextlib.suppress(OSError, ValueError):
        os.kill(int((folder / "exec/containerd/containerd.pid").read_text()), signal.SIGTERM)


def _start(
    daemon: str, folder: Path, more: Sequence[str], data: Path | None
) -> subprocess.Popen[bytes]:
    options = {
        "data-root": data or folder / "data",
        "exec-root": folder / "exec",
        "host": f"unix://{folder / 'socket'}",
        "pidfile": folder / "pid",
        "bridge": "none",
        "iptables": "false",
        "ip6tables": "false",
        # Patience with a registry that sends wrong bytes is minutes otherwise.
        "max-download-attempts": "1",
    }
    command = [daemon, *(f"--{name}={value}" for name, value in options.items()), *more]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log)


def _wait(engine: Docker, process: subprocess.Popen[bytes], folder: Path) -> None:
    ends = time.monotonic() + _START_SECONDS
    asking = [engine.cli, "version", "--format", "{{.Server.Version}}"]
    while subprocess.run(asking, env=engine.environment, capture_output=True).returncode:
        if process.poll() is not None or time.monotonic() > ends:
            pytest.fail(f"dockerd does not start:\n{(folder / 'log').read_text()[-2000:]}")
        time.sleep(0.05)
