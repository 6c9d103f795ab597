"""However the explorer ends, the terminal is as it was, and what went wrong is told."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from ecrtui.sandbox.made import secret
from tests import worlds
from tests.terminal.conftest import Serve
from tests.terminal.explorer import (
    COMMAND,
    ENTER,
    INTERRUPT,
    QUIT,
    READ,
    SLEEP,
    SMALL,
    Explorer,
    both,
    lacks,
    shows,
)
from tests.terminal.program import Terminal

BROKEN = """
import sys
from ecrtui.cli import main
from ecrtui.tui.screens.{module} import {screen}

def broken(self):
    secret_access_key = {secret!r}
    raise RuntimeError("secret_access_key=" + secret_access_key)

{screen}.{method} = broken
sys.exit(main(sys.argv[1:]))
"""
"""The explorer with one method that raises, which no world and no file brings about."""
SECRET = secret(40, "held when it broke")
REPORT = "The report, without secrets, is in "


def is_sane(terminal: Terminal) -> None:
    """Everything the explorer asked of the terminal is taken back, the screen last."""
    assert terminal.modes == terminal.modes_before
    last = {
        b"?25": b"h",  # the cursor
        b"?7": b"h",  # lines wrap
        b"?1049": b"l",  # the other screen
        b"?1000": b"l",  # the mouse, in four ways
        b"?1003": b"l",
        b"?1006": b"l",
        b"?1015": b"l",
        b"?1004": b"l",  # focus
        b"?2004": b"l",  # pasting in brackets
    }
    raw = bytes(terminal.raw)
    for mode, wanted in last.items():
        on, off = raw.rfind(b"\x1b[" + mode + b"h"), raw.rfind(b"\x1b[" + mode + b"l")
        assert max(on, off) >= 0, mode
        assert (on > off) is (wanted == b"h"), mode
    assert raw.count(b"\x1b[>") == raw.count(b"\x1b[<u")  # the keyboard's protocol


@pytest.mark.parametrize("size", [SMALL])
def test_quitting(explorer: Explorer, size: tuple[int, int]) -> None:
    with explorer.start(size=size) as terminal:
        terminal.wait(READ, "the registries")
        terminal.type(QUIT)
        terminal.ended()
        assert terminal.exit_code == 0
        is_sane(terminal)


def test_an_interrupt_is_no_way_to_lose_ones_place(explorer: Explorer) -> None:
    with explorer.start() as terminal:
        terminal.wait(READ, "the registries")
        terminal.type(INTERRUPT)
        terminal.wait(shows("ctrl+q"), "how to leave")
        terminal.type(QUIT)
        terminal.ended()
        assert terminal.exit_code == 0
        is_sane(terminal)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals(explorer: Explorer, number: signal.Signals) -> None:
    with explorer.start() as terminal:
        terminal.wait(READ, "the registries")
        terminal.signal(number)
        terminal.ended()
        assert terminal.exit_code == 128 + number
        is_sane(terminal)


def test_a_terminal_that_goes_away(explorer: Explorer) -> None:
    with explorer.start() as terminal:
        terminal.wait(READ, "the registries")
        terminal.hang_up()
        terminal.ended()


def broken(module: str, screen: str, method: str) -> list[str]:
    program = BROKEN.format(module=module, screen=screen, method=method, secret=SECRET)
    return [sys.executable, "-c", program]


@pytest.mark.parametrize(
    ("where", "there"),
    [
        # While the first screen is drawn, and while it takes what a thread has read.
        (("registries", "RegistriesScreen", "heading"), lambda terminal: None),
        (
            ("repositories", "RepositoriesScreen", "empty"),
            lambda terminal: enter(terminal),
        ),
    ],
    ids=["at once", "later"],
)
def test_a_mistake_of_ours(
    serve: Serve, where: tuple[str, str, str], there: Callable[[Terminal], None]
) -> None:
    explorer = serve(worlds.empty_world())
    with Terminal(
        [*broken(*where), "--read-only"], explorer.environment, size=SMALL, frames=True
    ) as terminal:
        there(terminal)
        terminal.ended()
        assert terminal.exit_code == 70
        is_sane(terminal)
        report = told_report(terminal)
        assert report.parent == explorer.state / "crashes"
        text = report.read_text()
        assert "RuntimeError" in text
        assert "arguments: --read-only" in text
        assert SECRET not in text
        assert SECRET.encode() not in terminal.raw
        assert b"Traceback" not in terminal.raw


def enter(terminal: Terminal) -> None:
    terminal.wait(READ, "the registries")
    terminal.type(ENTER)


def test_a_mistake_in_the_demo_leaves_its_report(tmp_path: Path) -> None:
    command = [*broken("registries", "RegistriesScreen", "heading"), "--demo"]
    environment = {**os.environ, "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    with Terminal(command, environment, size=SMALL) as terminal:
        terminal.ended()
        assert terminal.exit_code == 70
        is_sane(terminal)
        report = told_report(terminal)
        assert "RuntimeError" in report.read_text()
        # Nothing else of the demo is left behind.
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == [report]


def told_report(terminal: Terminal) -> Path:
    """The path in the sentence that says where the report is."""
    said = bytes(terminal.raw).decode("utf-8", "replace").rpartition(REPORT)[2]
    return Path(said.splitlines()[0].strip())


@pytest.mark.parametrize("after", [0, 40])
def test_quitting_while_nothing_answers(serve: Serve, after: int) -> None:
    """Requests hang before their answers, and in the middle of them."""
    explorer = serve(worlds.small_world())
    explorer.sandbox.faults.add("stall", seconds=600, after=after)
    with explorer.start() as terminal:
        terminal.wait(shows("reading"), "that it reads")
        terminal.type(QUIT)
        terminal.ended(patience=5)
        assert terminal.exit_code == 0
        is_sane(terminal)


def test_quitting_while_a_search_goes_on(serve: Serve) -> None:
    explorer = serve(worlds.small_world())
    with explorer.start() as terminal:
        terminal.wait(READ, "the registries")
        explorer.sandbox.faults.add("stall", operation="DescribeImages", seconds=600)
        terminal.type("\x06v1" + ENTER)
        terminal.wait(both(shows("Search v1"), shows("reading")), "the search")
        terminal.type(QUIT)
        terminal.ended(patience=5)
        assert terminal.exit_code == 0
        is_sane(terminal)


@pytest.mark.parametrize("by_key", [True, False], ids=["ctrl-z", "signal"])
def test_a_shell_gets_its_terminal_back_while_the_explorer_sleeps(
    explorer: Explorer, by_key: bool
) -> None:
    environment = {**explorer.environment, "PS1": "shell> "}
    shell = ["bash", "--norc", "--noprofile", "--noediting", "-i"]
    with Terminal(shell, environment, size=SMALL, frames=True) as terminal:
        terminal.wait(shows("shell>"), "a prompt")
        terminal.type(" ".join(COMMAND) + ENTER)
        terminal.wait(READ, "the registries")
        if by_key:
            terminal.type(SLEEP)
        else:
            (process,) = psutil.Process(terminal.pid).children()
            process.send_signal(signal.SIGTSTP)
        terminal.wait(shows("Stopped"), "the shell again")
        is_sane(terminal)
        terminal.type("fg" + ENTER)
        again = both(READ, shows("Accounts and regions"), lacks("shell>", "Stopped"))
        terminal.wait(again, "the explorer again, all of it")
        terminal.type(QUIT)
        terminal.wait(shows("shell>"), "the prompt again")
        terminal.type("echo $((6 * 7))" + ENTER)
        terminal.wait(shows("42"), "that the shell takes lines")
        is_sane(terminal)
