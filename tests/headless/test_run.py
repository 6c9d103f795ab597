"""`ecrtui run` as docker's users expect it: streams, exit codes, and nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import busybox
from tests.engines import Docker, docker
from tests.headless.program import ecrtui
from tests.podman import Podman, podman

__all__ = ["docker", "podman"]

IMAGE = f"docker-daemon:{busybox.NAME}"


@pytest.fixture(scope="module", params=["docker", "podman"])
def engine(request: pytest.FixtureRequest) -> Docker | Podman:
    """An engine with a busybox."""
    found: Docker | Podman = request.getfixturevalue(request.param)
    if isinstance(found, Docker):
        busybox.into_docker(found, "ENV COLOUR=red")
    else:
        busybox.into_podman(found, "ENV COLOUR=red")
    return found


@pytest.fixture(autouse=True)
def _meant(
    engine: Docker | Podman, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{engine.socket}")
    yield
    assert left(engine) == ""


def left(engine: Docker | Podman) -> str:
    """The names of the containers there are."""
    return engine.run("ps", "-a", "--format", "{{.Names}}").strip()


def run(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    """`ecrtui run IMAGE ...`, without a network."""
    return ran(IMAGE, "--network", "none", *arguments, code=code)


def ran(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    """`ecrtui run ...` in a home of its own, ending with an exit code."""
    done = ecrtui("run", *arguments, home=Path(os.environ["HOME"]))
    assert done.returncode == code, done.stdout + done.stderr
    return done


def test_streams_and_exit_code_are_the_containers_own() -> None:
    done = run("--rm", "--", "sh", "-c", "echo out; echo err >&2; exit 7", code=7)
    assert done.stdout == "out\n"
    assert "err\n" in done.stderr


def test_what_was_asked_for_arrives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FROM_HERE", "a b")
    file = tmp_path / "env"
    file.write_text("# no\nFILED='x y'\nCOLOUR=file\n")
    options = ["-e", "FROM_HERE", "-e", "COLOUR=blue", "--env-file", str(file), "--user", "12"]
    told = 'echo "$FROM_HERE|$COLOUR|$FILED|$(id -u)"'
    assert run("--rm", *options, "--", "sh", "-c", told).stdout == "a b|blue|'x y'|12\n"


def test_detached_prints_the_id(engine: Docker | Podman) -> None:
    identity = run("-d", "--name", "away", "--", "sleep", "1000").stdout.strip()
    assert len(identity) == 64
    assert left(engine) == "away"
    engine.run("rm", "-f", "away")


def test_json_lines_hold_the_streams_and_the_outcome() -> None:
    done = run("--jsonl", "--rm", "--", "sh", "-c", "echo one; exit 3", code=3)
    first, last = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["stream"], first["text"]) == ("stdout", "one")
    assert (last["exitCode"], last["removed"]) == (3, True)


def test_an_interrupt_stops_it_and_prints_its_last_words() -> None:
    told = 'trap "echo bye; exit 0" TERM; echo up; while true; do sleep 0.1; done'
    words = ["run", IMAGE, "--network", "none", "--rm", "--", "sh", "-c", told]
    process = subprocess.Popen(
        [sys.executable, "-m", "ecrtui", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=60)
    assert rest == "bye\n"
    assert process.returncode == 130


def test_what_cannot_start_says_why_and_leaves_nothing() -> None:
    assert "no such program" in run("--", "/lacking", code=5).stderr
    assert "Not a port" in run("-p", "80:x", code=2).stderr
    lacking = ran("docker-daemon:localhost/lacking:1", code=4)
    assert "no such image" in lacking.stderr


def test_a_dry_run_shows_the_line_without_secrets(engine: Docker | Podman) -> None:
    options = ["-e", "API_TOKEN=hunter2", "-e", "MODE=x", "-p", "8080:80", "--rm"]
    told = run("--dry-run", *options, "--", "serve", "a b")
    line = next(line for line in told.stdout.splitlines() if "docker run" in line)
    assert line.endswith(f"-e API_TOKEN -e MODE=x {busybox.NAME} serve 'a b'")
    assert "hunter2" not in told.stdout + told.stderr
    assert "API_TOKEN" in told.stdout.splitlines()[-1]
    assert left(engine) == ""
