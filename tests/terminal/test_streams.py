"""The explorer draws on a terminal or not at all."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.terminal.explorer import COMMAND, SMALL, Explorer
from tests.terminal.program import Terminal


@pytest.mark.parametrize("redirection", ["< /dev/null", "> {file}", "2> {file}"])
def test_it_does_not_draw_into_a_file(explorer: Explorer, tmp_path: Path, redirection: str) -> None:
    file = tmp_path / "told"
    shell = f"{shlex.join(COMMAND)} {redirection.format(file=file)}"
    with Terminal(["sh", "-c", shell], explorer.environment, size=SMALL) as terminal:
        terminal.ended()
        assert terminal.exit_code == 2
    told = terminal.text + (file.read_text() if file.exists() else "")
    assert "needs a terminal" in told
    assert b"\x1b[?1049h" not in terminal.raw
