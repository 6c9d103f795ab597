"""Jobs in a real terminal: however the explorer ends, they end in an orderly way, and soon."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import worlds
from tests.terminal.explorer import ENTER, QUIT, SMALL, Explorer, lacks, shows
from tests.terminal.program import Terminal
from tests.terminal.test_leaving import is_sane

PROGRAM = """
import sys
from ecrtui.cli import main
from ecrtui.tui.app import Explorer
from ecrtui.tui.screens.plan import propose
from ecrtui.workflows.moving import copy
from ecrtui.workflows.locate import locate

def ready(self):
    services = self.session.services

    def plan(watch):
        source, target = locate(services, {source!r}), locate(services, {target!r})
        return copy.plan(services, copy.CopyRequest(source, target, create=True), watch)

    propose(
        self.screen,
        plan,
        lambda plan, watch: copy.run(services, plan, watch),
    )

Explorer.on_ready = ready
sys.exit(main(sys.argv[1:]))
"""
"""The explorer, which proposes a copy as soon as it is there."""
HERE = ("--region", worlds.REGION)


@contextmanager
def at_work(explorer: Explorer, target: str) -> Iterator[Terminal]:
    """The explorer with a job in the middle of its layer."""
    program = [sys.executable, "-c", PROGRAM.format(source="team/app:v1", target=target), *HERE]
    with Terminal(program, explorer.environment, size=SMALL, frames=True) as terminal:
        terminal.wait(shows("to move"), "the plan")
        terminal.type("\t" * (not target.startswith("oci")) + ENTER)
        terminal.wait(shows("1 job", "%"), "that a third is there")
        yield terminal


@pytest.mark.parametrize("target", ["oci-archive:{home}/saved.tar", "team/other:v1"])
def test_a_lost_terminal_ends_jobs(stalled: Explorer, target: str) -> None:
    with at_work(stalled, target.format(home=stalled.home)) as terminal:
        terminal.hang_up()
        terminal.ended(patience=10)
    is_whole(stalled)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_jobs(stalled: Explorer, number: signal.Signals) -> None:
    with at_work(stalled, "team/other:v1") as terminal:
        terminal.signal(number)
        terminal.ended(patience=10)
        assert terminal.exit_code == 128 + number
        assert b"stopping 1 ..." in terminal.raw
        is_sane(terminal)
    is_whole(stalled)


def test_quitting_stops_them_when_that_is_wanted(stalled: Explorer) -> None:
    with at_work(stalled, "team/other:v1") as terminal:
        terminal.type(QUIT)
        terminal.wait(shows("A job is at work", "copy"), "the question")
        terminal.type(ENTER)
        terminal.wait(lacks("A job is at work"), "that one stays")
        terminal.type(QUIT + "\t\t" + ENTER)
        terminal.ended(patience=10)
        assert terminal.exit_code == 0
        is_sane(terminal)
    is_whole(stalled)


def test_a_job_sleeps_with_the_explorer(stalled: Explorer) -> None:
    with at_work(stalled, "team/other:v1") as terminal:
        terminal.signal(signal.SIGSTOP)
        stalled.sandbox.faults.clear()
        terminal.signal(signal.SIGCONT)
        terminal.type("J")
        terminal.wait(shows("Jobs", "team/app:v1", "1 ended"), "its end, one way or the other")
        terminal.type(QUIT)
        terminal.ended()


def is_whole(explorer: Explorer) -> None:
    """Nothing half is left, and what was changed is known."""
    left = [path for path in explorer.home.rglob("*") if path.is_file()]
    assert not [path for path in left if "saved" in path.name or ".part" in path.name]
    registry = explorer.sandbox.world.registry(worlds.ACCOUNT, worlds.REGION)
    made = registry.repositories.get("team/other")
    assert made is None or not list(made.images)
    journal = explorer.state / "journal.jsonl"
    lines = journal.read_bytes().splitlines() if journal.exists() else []
    kinds = [json.loads(line)["kind"] for line in lines]
    assert kinds == (["repository created"] if made is not None else [])
    assert Path(explorer.state).is_dir()
