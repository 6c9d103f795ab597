"""Agents of the tests' own: real processes that hold a key nobody needs."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from ecrtui.vault import agent as agents
from ecrtui.vault.unlocked import Unlocked
from tests.sandbox.programs import lacking

FINGERPRINT = "ab" * 32
NOBODY = 65534


class Held:
    """A folder with an agent in it, and the file whose key it holds."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "agent"
        self.folder.mkdir(mode=0o700)
        self.file = root / "sealed"
        self.file.write_bytes(b"sealed")
        self.key = os.urandom(agents.KEY_BYTES)
        self.asked = Unlocked(self.folder, "a.sock")

    @property
    def socket(self) -> Path:
        return self.folder / "a.sock"

    def start(self, seconds: int = 600, *, user: int | None = None) -> psutil.Process:
        """One more agent; the one before it is not told."""
        before = {one.pid for one in self.processes()}
        command = self.asked.command(self.file, FINGERPRINT, seconds)
        if user is not None:
            command[0] = everybodys_python()
        done = subprocess.run(
            command,
            input=self.key,
            capture_output=True,
            timeout=60,
            user=user,
        )
        assert done.stdout == agents.READY, done.stdout
        (new,) = [one for one in self.processes() if one.pid not in before]
        return new

    def processes(self) -> list[psutil.Process]:
        """The agents of this folder that run."""
        found = []
        for one in psutil.process_iter(["cmdline", "status"]):
            words = one.info["cmdline"] or ()
            if agents.__file__ in words and str(self.folder) in words:
                found.append(one)
        return found

    def said(self, data: bytes, *, more: bool = False) -> bytes:
        """What it answers to some bytes; with `more` we do not say that there are no others."""
        with socket.socket(socket.AF_UNIX) as asking:
            asking.settimeout(30)
            asking.connect(str(self.socket))
            try:
                asking.sendall(data)
                if not more:
                    asking.shutdown(socket.SHUT_WR)
                found = b""
                while got := asking.recv(4096):
                    found += got
            except (BrokenPipeError, ConnectionResetError):  # it hung up on what was too long
                return b""
            return found


def everybodys_python() -> str:
    """The system's own, for another user may not be let into ours."""
    found = shutil.which("python3", path="/usr/bin:/usr/local/bin:/bin")
    asked = found and subprocess.run([found, "-c", "import mmap, socket"], user=NOBODY)
    if not found or not asked or asked.returncode:
        lacking("there is no Python for another user")
    return found


def until(there: Callable[[], object]) -> None:
    """Wait for a state."""
    end = time.monotonic() + 60
    while not there():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def held() -> Iterator[Held]:
    """A place for an agent, which no test leaves behind. Its path is short, for plain sockets."""
    root = Path(tempfile.mkdtemp(prefix="ecrtui-agent-"))
    found = Held(root)
    yield found
    for one in found.processes():
        one.kill()
    shutil.rmtree(root, ignore_errors=True)
