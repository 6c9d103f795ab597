"""A list that is read again: what is new, what changed and what has gone, piece by piece.

It runs in the reading thread, so that the screen is only handed what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec

Row = TypeVar("Row")

AT_ONCE = 1000
"""Rows handed over together; more would keep the screen from drawing."""


class Change(msgspec.Struct, Generic[Row], frozen=True):
    """Rows that are new or other than before, and the keys of rows that are no more."""

    rows: Sequence[Row] = ()
    gone: frozenset[str] = frozenset()
    read: int = 0
    """Items the service answered in this piece; what is folded counts too."""
    last: bool = False
    """Whether the service has nothing more."""
    items: Sequence[Any] = ()
    """In one piece at the end: every item behind the rows, to arrange them anew later."""


def differences(
    pieces: Iterable[Change[Row]], key: Callable[[Row], str], before: Mapping[str, Row]
) -> Iterator[Change[Row]]:
    """The pieces without the rows that are as they were; what was not seen again is gone.

    A list that breaks off in the middle leaves the rest of the old rows alone: they are stale,
    not gone.
    """
    seen: set[str] = set()
    for piece in pieces:
        seen -= piece.gone
        fresh = []
        for row in piece.rows:
            name = key(row)
            seen.add(name)
            if before.get(name) != row:
                fresh.append(row)
        yield from _in_parts(piece, fresh)
    missing = frozenset(before).difference(seen)
    if missing:
        yield Change(gone=missing)


def _in_parts(piece: Change[Row], rows: Sequence[Row]) -> Iterator[Change[Row]]:
    for start in range(AT_ONCE, len(rows), AT_ONCE):
        yield Change(rows[start : start + AT_ONCE])
    yield msgspec.structs.replace(piece, rows=rows[:AT_ONCE])
