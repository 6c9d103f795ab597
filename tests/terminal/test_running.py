"""A container gets the real terminal, and the explorer is back as it was; pictures of the way."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import busybox
from tests.engines import Docker, docker
from tests.terminal.conftest import Serve
from tests.terminal.explorer import (
    ENTER,
    ESCAPE,
    INTERRUPT,
    QUIT,
    SMALL,
    TAB,
    Explorer,
    lacks,
    shows,
)
from tests.terminal.program import Terminal
from tests.terminal.test_snapshots import Walk
from tests.worlds import empty_world

__all__ = ["docker"]

IMAGE = f"docker-daemon:{busybox.NAME}"
RIGHT = "\x1b[C"
FORM = shows("Run it", f"docker run -d {busybox.NAME}")
LOOKS = shows("What it is")
PROMPT = shows("/ #")
BUILT = "ENV COLOUR=red"


@pytest.fixture(autouse=True)
def _engine(docker: Docker) -> Iterator[None]:
    busybox.into_docker(docker, BUILT, "CMD sh -c 'echo hello; exec sleep 1000'")
    yield
    left = docker.run("ps", "-aq").split()
    if left:
        docker.run("rm", "-f", *left)


def start(serve: Serve, docker: Docker) -> Terminal:
    """The explorer at the image."""
    explorer: Explorer = serve(empty_world())
    return explorer.start(IMAGE, DOCKER_HOST=f"unix://{docker.socket}")


def steady(terminal: Terminal) -> list[str]:
    """The screen without what changes by itself: the lower edge, and toasts."""
    terminal.settle()
    return [line[:36].rstrip() for line in terminal.lines if "read " not in line]


def emptied(docker: Docker) -> None:
    """Wait until the engine has removed what was to be removed at its end."""
    ends = time.monotonic() + 30
    while docker.run("ps", "-aq"):
        assert time.monotonic() < ends, docker.run("ps", "-a")
        time.sleep(0.05)


def test_a_shell_in_the_terminal_and_back(serve: Serve, docker: Docker) -> None:
    with start(serve, docker) as terminal:
        terminal.wait(shows("What it is", "read"), "the image")
        before, modes = steady(terminal), terminal.modes
        terminal.type("x")
        terminal.wait(FORM, "the form")
        terminal.type(RIGHT + RIGHT + ENTER)
        terminal.wait(PROMPT, "a shell")
        terminal.type("echo $((40+2)) $COLOUR\r")
        terminal.wait(shows("42 red"), "what the shell says")
        terminal.type(f"{INTERRUPT}exit\r")
        terminal.wait(shows("What it is", "It ended"), "the explorer again")
        assert terminal.modes == modes
        assert steady(terminal)[:18] == before[:18]
        emptied(docker)
        terminal.type("?")
        terminal.wait(shows("Help:"), "that keys are the explorer's again")
        terminal.type(ESCAPE)
        terminal.wait(lacks("Help:"), "the explorer")
        terminal.type(QUIT)
        terminal.ended()
        assert terminal.exit_code == 0


def test_a_shell_in_a_container_that_runs(serve: Serve, docker: Docker) -> None:
    with start(serve, docker) as terminal:
        terminal.wait(LOOKS, "the image")
        terminal.type("x")
        terminal.wait(FORM, "the form")
        terminal.type(ENTER)
        terminal.wait(shows("hello", "following"), "the log")
        terminal.type("x")
        terminal.wait(PROMPT, "a shell")
        terminal.type("echo $((40+2)); exit 3\r")
        terminal.wait(shows("Logs of", "hello", "exit code 3"), "the log again")
        assert docker.run("ps", "--format", "{{.State}}").split() == ["running"]


def test_a_shell_that_cannot_be_says_why_until_it_was_read(serve: Serve, docker: Docker) -> None:
    with start(serve, docker) as terminal:
        terminal.wait(LOOKS, "the image")
        terminal.type("x")
        terminal.wait(FORM, "the form")
        terminal.type(RIGHT + TAB + "\x7f" * 60 + "/lacking" + ENTER)
        terminal.wait(shows("/lacking", "Enter goes back"), "what docker says")
        terminal.type(ENTER)
        terminal.wait(LOOKS, "the explorer again")
        emptied(docker)


def test_pictures(serve: Serve, docker: Docker) -> None:
    """Where the form hides the image, whose digest and age are other ones each time."""
    with start(serve, docker) as terminal:
        terminal.wait(LOOKS, "the image")
        walk = Walk(terminal, "running", SMALL)
        walk.to("x", "form", FORM)
        walk.past(TAB * 3, shows("Variables"))
        walk.to("DB_PASSWORD=hunter2\t\t8:x", "form-wrong", shows("Not a port"))
        walk.past(ESCAPE, lacks("Run it"))
        walk.past("x", FORM)
        walk.past(TAB * 8 + "web-1" + ENTER, shows("hello", "following"))
        walk.past("O", shows("Containers", "web-1", "every 5 s"))
        walk.past(ESCAPE, shows("following"))


def test_a_terminal_that_is_lost_takes_the_shell_with_it(serve: Serve, docker: Docker) -> None:
    with start(serve, docker) as terminal:
        terminal.wait(LOOKS, "the image")
        terminal.type("x")
        terminal.wait(FORM, "the form")
        terminal.type(RIGHT + RIGHT + ENTER)
        terminal.wait(PROMPT, "a shell")
        terminal.hang_up()
        terminal.ended()
        emptied(docker)


def test_the_command_line_lends_its_terminal(serve: Serve, docker: Docker) -> None:
    words = ("run", IMAGE, "-it", "--rm", "-e", "API_TOKEN=told", "--", "sh")
    explorer: Explorer = serve(empty_world())
    with explorer.start(*words, DOCKER_HOST=f"unix://{docker.socket}") as terminal:
        terminal.wait(PROMPT, "a shell")
        assert "API_TOKEN=told" not in _arguments_of(docker)
        terminal.type("echo $API_TOKEN$((40+2)); exit 5\r")
        terminal.wait(shows("told42"), "what the shell says")
        terminal.ended()
        assert terminal.exit_code == 5
    emptied(docker)


def _arguments_of(docker: Docker) -> str:
    """The command line of the engine's own command, as everybody on the machine sees it."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            words = path.read_bytes().split(b"\0")
            if words[0] == docker.cli.encode() and b"API_TOKEN" in words:
                return b" ".join(words).decode()
    raise AssertionError("no such command runs, or it has the variable's value in it")
