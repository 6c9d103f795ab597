"""Painting a table's lines: which columns, how wide, what text. Pure but for rich's segments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ecrtui.render.columns import Column
from ecrtui.render.text import fitted, safe, width

GAP = 2
GUTTER = 2
MARGIN = 1
"""Blank columns at the right, so that no text touches the frame."""
_SMALLEST_FLEXIBLE = 12
_SHARE_OF_FLEXIBLE = 0.3
"""Of the room: before names get narrower than this, other columns are dropped."""


def choose(
    columns: Sequence[Column[Any]], natural: Sequence[int], room: int
) -> list[tuple[int, int]]:
    """The columns that fit and their widths, as (number, width) in their order.

    Columns of the highest priority number are dropped first; what is left over goes to the
    flexible column, which also gives way first.
    """
    room -= MARGIN
    kept = list(range(len(columns)))
    while len(kept) > 1 and _least(columns, natural, kept, room) > room - GUTTER:
        worst = max(columns[number].priority for number in kept)
        if worst <= 1:
            break
        kept = [number for number in kept if columns[number].priority < worst]
    widths = {number: natural[number] for number in kept}
    flexible = [number for number in kept if columns[number].flexible]
    spare = room - GUTTER - sum(widths.values()) - GAP * (len(kept) - 1)
    for number in flexible[:1]:
        widths[number] = max(min(_SMALLEST_FLEXIBLE, widths[number]), widths[number] + spare)
    return [(number, widths[number]) for number in kept]


def _least(
    columns: Sequence[Column[Any]], natural: Sequence[int], kept: Sequence[int], room: int
) -> int:
    total = GAP * (len(kept) - 1)
    share = max(_SMALLEST_FLEXIBLE, int(room * _SHARE_OF_FLEXIBLE))
    for number in kept:
        small = min(share, natural[number])
        total += small if columns[number].flexible else natural[number]
    return total


def natural_widths(
    columns: Sequence[Column[Any]], rows: Iterable[Any], so_far: Sequence[int] | None
) -> list[int]:
    """The width each column wants for some rows, never less than before: columns do not jump."""
    widest = list(so_far) if so_far else [width(column.title) + 1 for column in columns]
    for row in rows:
        for number, column in enumerate(columns):
            limit = 400 if column.flexible else column.widest
            wanted = min(limit, width(safe(column.cell(row).text)))
            if wanted > widest[number]:
                widest[number] = wanted
    return widest


def cells(
    columns: Sequence[Column[Any]], chosen: Sequence[tuple[int, int]], row: Any, indent: str = ""
) -> list[tuple[str, str]]:
    """The texts of a row, cut and padded to their columns, each with its style's name."""
    painted: list[tuple[str, str]] = []
    for place, (number, columns_wide) in enumerate(chosen):
        column = columns[number]
        text, style = column.cell(row)
        if place == 0 and indent:
            text = indent + text
        gap = " " * GAP if place < len(chosen) - 1 else ""
        painted.append((fitted(safe(text), columns_wide, right=column.right) + gap, style))
    return painted


def header(
    columns: Sequence[Column[Any]], chosen: Sequence[tuple[int, int]], order: tuple[str, bool]
) -> str:
    """The header line, with an arrow at the column that orders the rows."""
    parts = []
    for number, columns_wide in chosen:
        column = columns[number]
        arrow = ("↓" if order[1] else "↑") if column.id == order[0] else ""
        title = f"{column.title}{arrow}"
        parts.append(fitted(title, columns_wide, right=column.right))
    return (" " * GAP).join(parts)
