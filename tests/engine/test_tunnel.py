"""Engines behind ssh, with a real sshd on loopback: reached, refused, and never a prompt."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrtui.engine import tunnel
from ecrtui.engine.addresses import address
from ecrtui.engine.connection import Connection
from ecrtui.engine.engine import Engine
from ecrtui.engine.ssh_address import SshAddress, parse_ssh
from ecrtui.errors import EngineMissing
from tests.engines import Docker, docker
from tests.sandbox.programs import need
from tests.sshd import Far, served

__all__ = ["docker"]


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    """No tunnel of one test is another's."""
    yield
    tunnel.close_all()


@pytest.fixture
def far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Far]:
    with served(tmp_path / "far") as found:
        monkeypatch.setenv("PATH", found.path)
        yield found


def at(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DOCKER_HOST", url)
    monkeypatch.delenv("DOCKER_TLS_VERIFY", raising=False)


def test_an_engine_is_asked_through_ssh(
    far: Far, docker: Docker, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, f"ssh://faraway{docker.socket}")
    first, second = Engine(), Engine()
    assert "Docker Engine" in first.version()
    assert second.images() == first.images()
    assert first.address.shown == f"ssh://faraway{docker.socket} (DOCKER_HOST)"
    assert not first.address.is_here
    here = tunnel.socket_of(first.address)
    assert here.parent.stat().st_mode & 0o777 == 0o700
    tunnel.close_all()
    assert not here.parent.exists()
    assert "Docker Engine" in Engine().version()


def test_a_tunnel_that_broke_is_made_anew(
    far: Far, docker: Docker, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, f"ssh://faraway{docker.socket}")
    Connection(address()).close()
    before = tunnel.socket_of(address())
    next(iter(tunnel._tunnels.values()))._process.kill()
    next(iter(tunnel._tunnels.values()))._process.wait()
    Connection(address()).close()
    assert tunnel.socket_of(address()) != before


@pytest.mark.parametrize(
    ("way", "title", "hint"),
    [
        ("password", "without a password", "ssh-add"),
        ("unknown", "does not know that host's key", "fingerprint"),
        ("no socket", "no engine answers", "docker version"),
        ("no forwarding", "no engine answers", "AllowStreamLocalForwarding"),
        ("nobody listens", "not reached by ssh", "by hand"),
    ],
)
def test_each_way_of_being_refused_has_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, title: str, hint: str
) -> None:
    forwards = way != "no forwarding"
    with served(tmp_path / "far", keys=way != "password", forwards=forwards) as far:
        monkeypatch.setenv("PATH", far.path)
        if way == "unknown":
            far.forget()
        port = ":9" if way == "nobody listens" else ""
        at(monkeypatch, f"ssh://faraway{port}{tmp_path}/nothing")
        with pytest.raises(EngineMissing, match=title) as refused:
            Engine()
    assert hint in refused.value.hint
    assert "faraway" in refused.value.sentence


def test_without_ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    at(monkeypatch, "ssh://faraway")
    with pytest.raises(EngineMissing, match="not installed"):
        Engine()


_ASKING = """
from ecrtui.engine.engine import Engine
from ecrtui.errors import EngineMissing
try:
    Engine()
except EngineMissing as problem:
    print("refused", problem.title)
"""


def test_no_prompt_reaches_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a real terminal, of a server that would ask: all that is seen is ours."""
    with served(tmp_path / "far", keys=False) as far:
        environment = {**os.environ, "PATH": far.path, "DOCKER_HOST": "ssh://faraway"}
        command = f"{sys.executable} -c '{_ASKING}'"
        done = subprocess.run(
            [need("script"), "-qec", command, "/dev/null"],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.stdout.strip() == "refused ssh is not let in without a password"


_HOLDING = """
import time
from ecrtui.engine import tunnel
from ecrtui.engine.addresses import address
print(tunnel.socket_of(address()).parent, flush=True)
time.sleep(600)
"""


def test_the_tunnel_ends_with_us_even_when_we_are_killed(
    far: Far, docker: Docker, tmp_path: Path
) -> None:
    environment = {**os.environ, "DOCKER_HOST": f"ssh://faraway{docker.socket}"}
    holding = subprocess.Popen(
        [sys.executable, "-c", _HOLDING], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert holding.stdout is not None
    folder = Path(holding.stdout.readline().strip())
    assert (folder / "engine").is_socket()
    holding.send_signal(signal.SIGKILL)
    holding.wait()
    holding.stdout.close()
    ends = time.monotonic() + 60
    while folder.exists():  # it goes when ssh has ended
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_addresses() -> None:
    assert parse_ssh("ssh://host") == SshAddress("host")
    assert parse_ssh("ssh://me@host:22/run/x.sock") == SshAddress("host", "me", "22", "/run/x.sock")
    assert parse_ssh("ssh://a@b@[fe80::1%eth0]:1/") == SshAddress("fe80::1%eth0", "a@b", "1")
    assert str(parse_ssh("ssh://me@Host_1")) == "me@Host_1"
