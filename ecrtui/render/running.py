"""Containers and their logs as text: rows of a list, a state in a few words, lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ecrtui.model.running import Container, ContainerRow, LogLine, Usage
from ecrtui.render.ages import Times, instant
from ecrtui.render.columns import Cell, Column, plain
from ecrtui.render.lines import TextLine
from ecrtui.render.local import engine_times
from ecrtui.render.sizes import size
from ecrtui.render.text import safe, width

_COLOURS = re.compile(r"\x1b\[[0-9;:]*[mK]")
"""Colours, and the clearing of a line that goes with them: all other codes are shown."""
_TAB = 8
_ERROR, _OUT = Cell("! ", "warn"), Cell("  ")
_MARK = 2
_WITH_TIME = _MARK + 24
"""Columns before the text of a line."""


def state_cell(container: Container) -> Cell:
    """`running`, `exited 0`, `exited 137, out of memory`."""
    code = container.exit_code
    if code is None:
        return Cell(container.state, "good" if container.running else "dim")
    words = f"{container.state} {code}"
    if container.out_of_memory:
        words += ", out of memory"
    elif container.error:
        words += ", did not start"
    return Cell(words, "bad" if code else "dim")


def usage_text(usage: Usage | None, most: int = 0) -> str:
    """`cpu 3.1%  mem 12 MB of 512 MB  3 processes`; `most` is the memory it may have."""
    if usage is None:
        return ""
    limit = f" of {size(most)}" if most else ""
    processes = f"{usage.processes} process{'' if usage.processes == 1 else 'es'}"
    return f"cpu {usage.cpu:.1f}%  mem {size(usage.memory)}{limit}  {processes}"


def container_columns(times: Times) -> list[Column[ContainerRow]]:
    """Name, image, state, ports, processor, memory, age."""
    times = engine_times(times)

    def age(row: ContainerRow) -> Cell:
        return plain(times.short(row.container.created))

    measured: dict[str, Any] = {"priority": 4, "right": True}
    return [
        Column("name", "NAME", _name, lambda row: row.container.name, widest=28),
        Column("image", "IMAGE", _image, lambda row: row.container.image, flexible=True),
        Column("state", "STATE", _state, lambda row: _state(row).text),
        Column("ports", "PORTS", _ports, lambda row: row.container.ports, priority=3),
        Column("cpu", "CPU", _cpu, lambda row: row.usage and row.usage.cpu, "number", **measured),
        Column("mem", "MEM", _mem, lambda row: row.usage and row.usage.memory, "size", **measured),
        Column("age", "AGE", age, lambda row: row.container.created, "age", 2, right=True),
    ]


def _name(row: ContainerRow) -> Cell:
    return plain(row.container.name or row.container.id[:12])


def _image(row: ContainerRow) -> Cell:
    return plain(row.container.image)


def _state(row: ContainerRow) -> Cell:
    return state_cell(row.container)


def _ports(row: ContainerRow) -> Cell:
    return plain(" ".join(row.container.ports))


def _cpu(row: ContainerRow) -> Cell:
    return plain(f"{row.usage.cpu:.1f}%" if row.usage else "")


def _mem(row: ContainerRow) -> Cell:
    return plain(size(row.usage.memory) if row.usage else "")


def log_text(line: LogLine) -> str:
    """A line without colours and with its tabs as blanks; other codes stay, to be shown."""
    text = line.text
    if "\x1b" in text:
        text = _COLOURS.sub("", text)
    return text.expandtabs(_TAB) if "\t" in text else text


def log_lines(line: LogLine, *, times: bool, columns: int | None) -> Sequence[TextLine]:
    """A line as the screen shows it, broken where it would not fit into so many columns.

    What came on stderr is marked, not only coloured. Of many thousands each is made like this when
    one asks for times: the usual line is made of what is there already.
    """
    head = (_ERROR, Cell(f"{clock(line.at)} ", "dim")) if times else (_ERROR,)
    if not line.error:
        head = (_OUT, *head[1:])
    text = log_text(line)
    room = len(text) if columns is None else max(20, columns - (_WITH_TIME if times else _MARK))
    if len(text) <= room:
        return (TextLine((*head, Cell(text)), text or " "),)
    first, *others = _cut(safe(text), room)
    rest = Cell(" " * (_WITH_TIME if times else _MARK))
    return (
        TextLine((*head, Cell(first)), text),
        *[TextLine((rest, Cell(other)), text) for other in others],
    )


def _cut(text: str, columns: int) -> list[str]:
    """At the column, not at words: blanks in a log mean something."""
    if text.isascii():
        return [text[start : start + columns] for start in range(0, len(text), columns)]
    pieces, piece, used = [], "", 0
    for character in text:
        wide = width(character)
        if used + wide > columns:
            pieces.append(piece)
            piece, used = "", 0
        piece, used = piece + character, used + wide
    return [*pieces, piece]


def saved_line(line: LogLine, *, times: bool) -> str:
    """A line for a file: nothing in it that a terminal would obey."""
    at = f"{clock(line.at)} " if times else ""
    return f"{at}{safe(log_text(line))}\n"


def clock(at: float | None) -> str:
    """`2026-11-26 01:12:24.479`, in UTC; blanks of the same width where nobody told."""
    if at is None:
        return " " * 23
    whole = int(at)
    return f"{_second(whole)}.{int((at - whole) * 1000):03}"


@lru_cache(maxsize=4096)
def _second(at: int) -> str:
    """Lines of a log share their seconds."""
    found = instant(at)
    return f"{found:%Y-%m-%d %H:%M:%S}" if found is not None else " " * 19
