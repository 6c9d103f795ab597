"""What stands in place of rows: nothing there, nothing passes, nothing could be read."""

from __future__ import annotations

from collections.abc import Sequence

from ecrtui.config.commands import Command
from ecrtui.config.offered import key_label
from ecrtui.errors import EcrtuiError
from ecrtui.render.columns import Cell
from ecrtui.render.text import fitted, safe, wrapped
from ecrtui.tui.loading import EMPTY, FILTERED

__all__ = ["EMPTY", "FILTERED", "empty", "filtered", "key_of", "problem", "problem_lines"]

_LONGEST_DETAIL = 6
"""Lines of what the other side said; the details command shows all of it."""


def key_of(commands: Sequence[Command], name: str, *, ascii_only: bool) -> str:
    """The label of a command's first key."""
    keys = next((one.keys for one in commands if one.id == name), ())
    return key_label(keys[0], ascii_only=ascii_only) if keys else ""


def empty(lines: Sequence[str]) -> list[Cell]:
    """Nothing is there: the first line says so, the others what to do."""
    return [Cell(line, "" if number == 0 else "dim") for number, line in enumerate(lines)]


def filtered(noun: str, known: int, text: str, key: str) -> list[Cell]:
    """Rows are there, and the filter hides them all."""
    return [Cell(f"None of {known:,} {noun} matches {text}"), Cell(f"{key} clears it", "dim")]


def problem(failure: EcrtuiError, key: str, columns: int) -> list[Cell]:
    """Nothing could be read: why, and how to mend it, in lines of so many columns."""
    lines = problem_lines(failure, columns)
    return [lines[0], Cell(""), *lines[1:], Cell(""), Cell(f"{key} tries again", "dim")]


def problem_lines(failure: EcrtuiError, columns: int, most: int = _LONGEST_DETAIL) -> list[Cell]:
    """Title, at most so many lines of detail, and hint, broken into lines."""
    detail = wrapped(safe(failure.detail), columns) if failure.detail else []
    hint = wrapped(safe(failure.hint), columns) if failure.hint else []
    shown = detail[:most]
    if len(detail) > most:
        shown[-1] = fitted(f"{shown[-1]} …", columns).rstrip()
    return [
        Cell(failure.title, "bad"),
        *(Cell(line, "dim") for line in shown),
        *(Cell(line) for line in hint),
    ]
