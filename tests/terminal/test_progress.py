"""A command's progress on a terminal: one line, of what it can show, and a word when it stops."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.terminal.explorer import INTERRUPT, Explorer, shows
from tests.terminal.program import Terminal
from tests.terminal.test_jobs import HERE


@contextmanager
def exporting(explorer: Explorer, columns: int = 80, **variables: str) -> Iterator[Terminal]:
    """An export in the middle of its layer."""
    target = f"oci-archive:{explorer.home}/saved.tar"
    command = [sys.executable, "-m", "ecrtui", "export", "team/app:v1", target, *HERE]
    environment = {**explorer.environment, **variables}
    with Terminal(command, environment, size=(columns, 24)) as terminal:
        yield terminal


@pytest.mark.parametrize(
    ("columns", "variables", "bar"),
    [
        (80, {}, "▕██"),
        (80, {"PYTHONIOENCODING": "ascii"}, "[=="),
        (30, {}, "of 3.0 MB"),
    ],
)
def test_one_line(stalled: Explorer, columns: int, variables: dict[str, str], bar: str) -> None:
    with exporting(stalled, columns, **variables) as terminal:
        terminal.wait(shows(bar, "of 3.0 MB"), "how far it is")
        assert [line for line in terminal.lines if line.strip()] == [terminal.lines[0]]
        terminal.type(INTERRUPT)
        terminal.wait(shows("stopping"), "that it ends")
        terminal.ended(patience=10)
        assert terminal.exit_code == 130
    assert not list(stalled.home.glob("saved*"))
