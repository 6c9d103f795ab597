"""A Podman of the tests' own, asked by Docker's API; it needs root, as the tests' docker does.

from tests.podman import podman  # the fixture

def test_it(podman: Podman) -> None:
    podman.run("load", "-i", archive)
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.sandbox.programs import lacking, need, run

_START_SECONDS = 30
# Where limits may not be raised, as in a container, its own defaults would let nothing start.
_CONFIG = """[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
events_logfile_path = "{events}"
"""


@dataclass(frozen=True)
class Podman:
    """Its own storage, and a service that listens on a socket."""

    folder: Path

    @property
    def socket(self) -> Path:
        """Where it answers."""
        return self.folder / "socket"

    @property
    def options(self) -> list[str]:
        """What makes it leave everybody else's images alone."""
        places = ["--root", str(self.folder / "root"), "--runroot", str(self.folder / "run")]
        return [*places, "--storage-driver", "vfs", "--events-backend", "file"]

    def run(self, *args: str | Path) -> str:
        """Run `podman ...`; answers its stdout."""
        environment = {"CONTAINERS_CONF": str(self.config)}
        return run("podman", *self.options, *args, env=environment).stdout

    @property
    def config(self) -> Path:
        """Its own configuration."""
        return self.folder / "containers.conf"


@pytest.fixture(scope="module")
def podman() -> Iterator[Podman]:
    """A private Podman for the tests of one module."""
    with running() as engine:
        yield engine


@contextmanager
def running(insecure: str = "") -> Iterator[Podman]:
    """A private Podman; from the registry at `insecure` (`host:port`) it takes plain HTTP."""
    program = need("podman")
    if os.geteuid() != 0:
        lacking("podman's storage needs root or user namespaces")
    # A short path: the name of a Unix socket has a hundred characters at most.
    engine = Podman(Path(tempfile.mkdtemp(prefix="ecrtui-podman-")))
    serving = ["system", "service", "--time", "0", f"unix://{engine.socket}"]
    registries = engine.folder / "registries.conf"
    engine.config.write_text(_CONFIG.format(events=engine.folder / "events"))
    allowed = f'[[registry]]\nlocation = "{insecure}"\ninsecure = true\n'
    registries.write_text(allowed if insecure else "")
    places = {"CONTAINERS_CONF": str(engine.config), "CONTAINERS_REGISTRIES_CONF": str(registries)}
    with (engine.folder / "log").open("wb") as log:
        command = [program, *engine.options, *serving]
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **places})
    try:
        ends = time.monotonic() + _START_SECONDS
        while not engine.socket.exists():
            if process.poll() is not None or time.monotonic() > ends:
                pytest.fail((engine.folder / "log").read_text()[-2000:])
            time.sleep(0.02)
        yield engine
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(engine.folder, ignore_errors=True)
