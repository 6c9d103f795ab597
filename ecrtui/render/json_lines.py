"""JSON as lines with a little colour: keys apart from values, brackets quiet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ecrtui.render.columns import Cell
from ecrtui.render.lines import INDENT, TextLine

_STEP = "  "


def json_lines(value: Any) -> list[TextLine]:
    """A document, two spaces a level; a line copies its own value, an opening line all of it."""
    return list(_lines(value, "", (), ""))


def _lines(value: Any, indent: str, head: tuple[Cell, ...], comma: str) -> Iterator[TextLine]:
    start = (Cell(INDENT + indent), *head)
    if isinstance(value, (dict, list)) and value:
        brackets = "{}" if isinstance(value, dict) else "[]"
        yield TextLine((*start, Cell(brackets[0], "dim")), json.dumps(value, ensure_ascii=False))
        last = len(value) - 1
        for number, (name, inner) in enumerate(_members(value)):
            yield from _lines(inner, indent + _STEP, name, "," if number < last else "")
        yield TextLine((Cell(INDENT + indent), Cell(brackets[1] + comma, "dim")))
        return
    text = json.dumps(value, ensure_ascii=False)
    copied = value if isinstance(value, str) else text
    yield TextLine((*start, Cell(text, _style(value)), Cell(comma, "dim")), copied)


def _members(value: dict[str, Any] | list[Any]) -> Iterator[tuple[tuple[Cell, ...], Any]]:
    if isinstance(value, list):
        yield from (((), inner) for inner in value)
        return
    for name, inner in value.items():
        yield (Cell(json.dumps(name, ensure_ascii=False), "accent"), Cell(": ", "dim")), inner


def _style(value: Any) -> str:
    if value is None or isinstance(value, (bool, dict, list)):
        return "dim"
    return "" if isinstance(value, str) else "good"
