"""The keymap file: other keys for commands, by their ids.

    # keymap.toml
    refresh = "f5"
    sort = ["s", "ctrl+s"]

A mistake in it never keeps the explorer from opening: it says so and uses the usual keys.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from ecrtui.config.commands import COMMANDS, Command
from ecrtui.config.toml import parsed
from ecrtui.errors import SettingsError
from ecrtui.model.typed import converted

# Terminals fold the first five into other keys (backspace, tab, newline, return, escape); the
# last two are the prefixes of screen and tmux.
FORBIDDEN = frozenset({"ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+left_square_bracket"}) | {
    "ctrl+a",
    "ctrl+b",
}


def load_keymap(file: Path) -> dict[str, tuple[str, ...]]:
    """Keys by command id; empty when there is no file. Raises SettingsError."""
    try:
        return parse_keymap(file.read_text(encoding="utf-8"), str(file))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as failure:
        raise SettingsError(f"{file}: {failure}", title="The keymap cannot be used") from None


def parse_keymap(text: str, name: str) -> dict[str, tuple[str, ...]]:
    """Keys by command id from TOML text; `name` says where a mistake is."""
    try:
        values = converted(parsed(text), dict[str, str | list[str]])
    except (ValueError, msgspec.ValidationError) as failure:
        raise SettingsError(f"{name}: {failure}", title="The keymap cannot be used") from None
    keymap = {}
    for command, keys in values.items():
        _check(command, name)
        chosen = (keys,) if isinstance(keys, str) else tuple(keys)
        for key in chosen:
            if key in FORBIDDEN:
                hint = "Terminals send it for another key; choose a different one."
                raise SettingsError(
                    f"{name}: {command} = {key}", title="The keymap cannot be used", hint=hint
                )
        keymap[command] = chosen
    return keymap


def with_keymap(commands: Sequence[Command], keymap: dict[str, tuple[str, ...]]) -> list[Command]:
    """Commands with the keys a person chose; a key given away is taken from its old command."""
    changed = {command.id for command in commands if command.id in keymap}
    taken = {key for name in changed for key in keymap[name]}
    result = []
    for command in commands:
        keys = keymap.get(command.id)
        if keys is None:
            keys = tuple(key for key in command.keys if key not in taken)
        result.append(msgspec.structs.replace(command, keys=keys))
    return result


def _check(command: str, name: str) -> None:
    ids = [known.id for known in COMMANDS]
    if command in ids:
        return
    near = difflib.get_close_matches(command, ids, n=1)
    hint = f"Did you mean {near[0]}?" if near else "ecrtui keys lists them."
    raise SettingsError(
        f"{name}: there is no command {command}", title="The keymap cannot be used", hint=hint
    )
