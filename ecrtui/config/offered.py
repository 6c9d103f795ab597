"""Which commands are offered where one stands, and what their keys are called."""

from __future__ import annotations

from collections.abc import Iterable

from ecrtui.config.commands import COMMANDS, EVERYWHERE, Command

_SIGNS = {
    "enter": "⏎",
    "escape": "esc",
    "slash": "/",
    "colon": ":",
    "question_mark": "?",
    "asterisk": "*",
    "ampersand": "&",
    "exclamation_mark": "!",
    "tilde": "~",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left": "←",
    "right": "→",
}
_WORDS = {"⏎": "enter", "←": "left", "→": "right"}


def key_label(key: str, *, ascii_only: bool = False) -> str:
    """A key as its cap says: `/` for Textual's `slash`; a word where a sign is not ASCII."""
    sign = _SIGNS.get(key, key)
    return _WORDS.get(sign, sign) if ascii_only else sign


def commands_for(
    places: Iterable[str],
    *,
    read_only: bool,
    everywhere: bool = True,
    commands: Iterable[Command] = COMMANDS,
) -> list[Command]:
    """The commands that work where one stands, in the order of the table.

    `places` says what kinds of screen it is: (`LISTS`, `IMAGES`). With `read_only` what is
    dangerous does not exist; what acts elsewhere still does, unless it is so `everywhere`.
    """
    here = _there(places, commands)
    return [one for one in here if not (read_only and _withheld(one, everywhere=everywhere))]


def withheld(
    places: Iterable[str], *, everywhere: bool = True, commands: Iterable[Command] = COMMANDS
) -> list[Command]:
    """The commands that work where one stands, but for its being read-only."""
    return [one for one in _there(places, commands) if _withheld(one, everywhere=everywhere)]


def _there(places: Iterable[str], commands: Iterable[Command]) -> list[Command]:
    here = {EVERYWHERE, *places}
    return [command for command in commands if here.intersection(command.where)]


def _withheld(command: Command, *, everywhere: bool) -> bool:
    return command.dangerous and (everywhere or not command.elsewhere)


_WIDE = 100
"""Columns of a screen that is wide."""


def footer_of(commands: Iterable[Command], columns: int) -> list[Command]:
    """The commands shown below a screen so wide, in the order of the task."""
    ranked: dict[int, Command] = {}
    for command in commands:
        if command.footer and command.keys and (columns >= _WIDE or not command.wide):
            ranked.setdefault(command.footer, command)
    return [ranked[rank] for rank in sorted(ranked)]
