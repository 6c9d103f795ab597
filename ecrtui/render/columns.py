"""Columns as declarations: what a table shows, sorts and filters by, on screen and on stdout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

Row = TypeVar("Row")


class Cell(NamedTuple):
    """Text and the name of its style: dim, warn, bad, good, accent; '' is plain. Never markup."""

    text: str
    style: str = ""


class Column(msgspec.Struct, Generic[Row], frozen=True):
    """One column of a table over rows of one type."""

    id: str
    """What sort orders and filters call it."""
    title: str
    cell: Callable[[Row], Cell]
    key: Callable[[Row], Any]
    """What it sorts and compares by: a number (None sorts first) or text, never both."""
    kind: str = "text"
    """text, number, size (bytes) or age (epoch seconds)."""
    priority: int = 1
    """1 stays longest; the highest numbers go first when the terminal is narrow."""
    right: bool = False
    flexible: bool = False
    """Takes the room that is left, and gives way first."""
    widest: int = 40
    """Columns it takes at most when it is not flexible."""
    natural: bool = False
    """Whether numbers inside its text sort as numbers: v2.9 before v2.10."""


def plain(text: str) -> Cell:
    """A cell without a style."""
    return Cell(text)
