"""`ecrtui keys`: the explorer's keys, those of the keymap file included."""

from __future__ import annotations

import argparse
from typing import Any

from ecrtui.config.commands import COMMANDS, Command
from ecrtui.config.keymap import load_keymap, with_keymap
from ecrtui.headless.output import Column, Listing, Output
from ecrtui.workflows.services import Services


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Print every command with its keys; raises SettingsError for a keymap that is none."""
    del options
    keymap = load_keymap(services.locations.keymap_file)
    output.pages(_KEYS, [with_keymap(COMMANDS, keymap)])
    return 0


def _keys(row: Command) -> str:
    return " ".join(row.keys)


def _where(row: Command) -> str:
    return " ".join(row.where)


def _document(row: Command) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "keys": row.keys,
        "help": row.help,
        "where": row.where,
        "dangerous": row.dangerous,
    }


_KEYS: Listing[Command] = Listing(
    (
        Column("KEYS", lambda row, _: _keys(row), _keys),
        Column("COMMAND", lambda row, _: row.id, lambda row: row.id),
        Column("WHERE", lambda row, _: _where(row), _where),
        Column("WHAT IT DOES", lambda row, _: row.help, lambda row: row.help),
    ),
    _document,
)
