"""With --read-only nothing is changed by the story of any command that does change things else, as
`test_commands` tells it; nor by those that no key begins, which `test_read_only` cannot press."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecrtui.config import commands as kinds
from ecrtui.config.commands import Command
from ecrtui.errors import EcrtuiError
from ecrtui.sandbox.server import Sandbox
from tests.tui import explorer, test_commands
from tests.tui.explorer import opened
from tests.tui.test_commands import HERE, SCENARIOS
from tests.tui.test_read_only import READ_ONLY, quiet

TOLD = [command for command in HERE if command.dangerous or not command.keys]


@pytest.mark.parametrize("command", TOLD, ids=lambda command: command.id)
async def test_no_commands_story_changes_anything(
    sandbox: Sandbox, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It may end anywhere: what it waits for does not come."""
    monkeypatch.setattr(explorer, "PATIENCE", 1.0)
    monkeypatch.chdir(tmp_path)
    test_commands.fill(sandbox.world)
    for key in command.keys[:1] or ("",):
        async with opened(*READ_ONLY) as person:
            try:
                await person.at(kinds.REGISTRIES)
                await SCENARIOS[command.id](person, sandbox, key)
            except (AssertionError, LookupError, AttributeError, EcrtuiError):
                assert command.dangerous or person.app.is_running
            if person.app.is_running:
                await quiet(person)
    assert sandbox.world.changes.all == {}
