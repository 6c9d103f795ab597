"""Where the engine is, as docker's own variables and files say."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.engine.addresses import address
from ecrtui.engine.engine import Engine
from ecrtui.engine.sockets import Place
from ecrtui.engine.ssh_address import parse_ssh
from ecrtui.errors import EngineMissing, SettingsError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without anything in it, and no variable of docker's."""
    for name in ("HOST", "CONTEXT", "TLS_VERIFY", "CERT_PATH"):
        monkeypatch.delenv(f"DOCKER_{name}", raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    places = (Place("{runtime}/a", "start a"), Place("{runtime}/b/c", "start c"))
    monkeypatch.setattr("ecrtui.engine.sockets.PLACES", places)
    return tmp_path


def add_context(home: Path, name: str, host: str, *, tls: bool = False) -> None:
    """A context as `docker context create` writes it."""
    identity = hashlib.sha256(name.encode()).hexdigest()
    folder = home / "contexts/meta" / identity
    folder.mkdir(parents=True)
    endpoint = {"Host": host, "SkipTLSVerify": tls}
    told = {"Name": name, "Metadata": {}, "Endpoints": {"docker": endpoint}}
    (folder / "meta.json").write_text(json.dumps(told))
    if tls:
        (home / "contexts/tls" / identity / "docker").mkdir(parents=True)


def listening(path: Path) -> socket.socket:
    path.parent.mkdir(parents=True, exist_ok=True)
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    return server


def test_the_variable_comes_first(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_context(home, "far", "tcp://far.example:2376")
    monkeypatch.setenv("DOCKER_CONTEXT", "far")
    assert address().url == "tcp://far.example:2376"
    assert address().source == "context far"
    monkeypatch.setenv("DOCKER_HOST", "unix:///near")
    assert (address().url, address().source, address().tls) == ("unix:///near", "DOCKER_HOST", None)
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    assert address().tls == home


def test_the_current_context(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_context(home, "far", "tcp://far.example:2376", tls=True)
    secret = {"auths": {"x.example": {"auth": "c2VjcmV0"}}, "currentContext": "far"}
    (home / "config.json").write_text(json.dumps(secret))
    found = address()
    assert found.url == "tcp://far.example:2376"
    assert (found.tls is not None, found.verify) == (True, False)
    monkeypatch.setenv("DOCKER_CONTEXT", "gone")
    with pytest.raises(SettingsError, match="gone"):
        address()
    for text in ("", "[", '{"currentContext": 5}', '{"currentContext": "default"}'):
        monkeypatch.delenv("DOCKER_CONTEXT", raising=False)
        (home / "config.json").write_text(text)
        with pytest.raises(EngineMissing):
            address()


def test_the_usual_sockets(home: Path) -> None:
    with pytest.raises(EngineMissing, match="run/a"):
        address()
    with listening(home / "run/b/c"):
        assert address().url == f"unix://{home}/run/b/c"
        with listening(home / "run/a"):
            assert address().url == f"unix://{home}/run/a"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("unix:///nowhere/docker.sock", "no engine's socket"),
        ("ssh://-oProxyCommand=true/x", "no engine's address"),
        ("ssh://a@-oProxyCommand=true", "no engine's address"),
        ("ssh://a b@host", "no engine's address"),
        ("ssh://user:word@host", "no engine's address"),
        ("ssh://host:99999", "no engine's address"),
        ("ssh://host/a:b", "no engine's address"),
        ("ssh://host/%h", "no engine's address"),
        ("ssh://nowhere.invalid", "no such host"),
        ("tcp://127.0.0.1:9", "not running"),
        ("nonsense://x", "no engine's address"),
        ("/var/run/docker.sock", "no engine's address"),
        ("unix://" + "x" * 200, "can be asked"),
    ],
)
def test_an_engine_that_is_not_there(monkeypatch: pytest.MonkeyPatch, url: str, says: str) -> None:
    monkeypatch.setenv("DOCKER_HOST", url)
    with pytest.raises(EngineMissing, match=says) as refused:
        Engine()
    assert refused.value.exit_code == 6
    assert refused.value.hint


def test_a_socket_nobody_listens_at(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listening(home / "run/a").close()
    with pytest.raises(EngineMissing, match="not running"):
        Engine()


def test_the_one_that_answers_comes_before_one_that_is_left_over(home: Path) -> None:
    listening(home / "run/a").close()
    with listening(home / "run/b/c") as server:
        server.listen()
        assert address().url == f"unix://{home}/run/b/c"


def test_what_starts_the_engine_that_belongs_there_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listening(home / "run/b/c").close()
    with pytest.raises(EngineMissing) as refused:
        Engine()
    assert refused.value.hint == "start c"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{home}/run/a")
    with pytest.raises(EngineMissing) as refused:
        Engine()
    assert refused.value.hint == "start a, or choose another: DOCKER_HOST names this one."


def test_an_unknown_context_names_those_there_are(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("far", "[red]odd"):
        add_context(home, name, "tcp://far.example:2376")
    (home / "contexts/meta/broken").mkdir()
    (home / "contexts/meta/broken/meta.json").write_text("[")
    monkeypatch.setenv("DOCKER_CONTEXT", "near")
    with pytest.raises(SettingsError) as refused:
        address()
    assert refused.value.hint.startswith("There are: default, [red]odd, far. Set DOCKER_CONTEXT")


def test_installed_engines_are_named_where_none_answers(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for program in ("podman", "dockerd"):
        (home / program).write_text("#!/bin/sh\n")
        (home / program).chmod(0o755)
    monkeypatch.setenv("PATH", str(home))
    with pytest.raises(EngineMissing) as refused:
        address()
    assert "podman.socket" in refused.value.hint
    assert "systemctl start docker" in refused.value.hint


@given(st.text(alphabet="ssh:/@-ab0%.[]oProxyCommand= \n'\";", max_size=40))
def test_no_part_of_an_ssh_address_is_an_option(text: str) -> None:
    with contextlib.suppress(EngineMissing):
        found = parse_ssh(f"ssh://{text}")
        for part in (found.host, found.user, found.port):
            assert not part.startswith("-")
            assert not set(part) & set(" \n'\";=")
        assert found.socket.startswith("/")
        assert not set(found.socket) & set(": %\n")


def test_one_that_is_no_engine(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(home / "run/a") as server:
        server.listen()
        with pytest.raises(EngineMissing):
            Engine(0.2)


_AS_NOBODY = """
import os
from ecrtui.engine.engine import Engine
from ecrtui.errors import EngineMissing

if os.geteuid() == 0:
    os.setuid(65534)
try:
    Engine()
except EngineMissing as problem:
    print(problem.title, problem.hint)
"""


def test_a_socket_that_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(prefix="ecrtui-") as folder:
        os.chmod(folder, 0o755)
        path = Path(folder) / "socket"
        with listening(path) as server:
            server.listen()
            path.chmod(0)
            monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
            done = subprocess.run(
                [sys.executable, "-c", _AS_NOBODY], capture_output=True, text=True, timeout=60
            )
    assert "may not be asked" in done.stdout, done.stderr
    assert "group" in done.stdout
