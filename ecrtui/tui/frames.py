"""Only what differs from what the terminal shows is sent to it.

Textual draws a widget whole when anything in it changed, and the screen when something moved,
some of it several times over: 26 KB for the line one types a filter into. On a slow line every
byte is waited for, so each frame is compared cell by cell with the one before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby, repeat
from operator import itemgetter
from typing import Any, NamedTuple

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.strip import Strip


class Look(NamedTuple):
    """How a cell is drawn, as parameters of the terminal's SGR sequence."""

    attributes: str = ""
    ink: str = ""
    ground: str = ""


Cell = tuple[str, Look]
Piece = tuple[int, Strip]
"""A part of a line, and the column it begins at."""

_NOTHING: Cell = ("", Look())
"""Stands for a cell of which nothing is known."""
_ODD = re.compile(
    "[^ -~\u00a1-\u02ff\u2010-\u2027\u2039\u203a\u2190-\u21ff\u23ce\u2400-\u2426\u2500-\u25fc]"
)
"""What a terminal may give another width than we do, such as emoji and marks that combine."""
_DRAWN = re.compile(r"(?:\x1b\[([\d;]+)m)?x(?:\x1b\[0m)?")
_CODE = re.compile(r"[34]8;5;\d+|[34]8;2;\d+;\d+;\d+|\d+")
_SHORT = 4
"""Cells between two changes that are sent again: to jump over them takes more bytes."""
_RESET = "\x1b[0m"


class Frames:
    """What the terminal shows, and the way from there to the next frame."""

    def __init__(self) -> None:
        self._lines: dict[int, list[Cell]] = {}
        self._looks: dict[Style | None, Look | None] = {}
        self._look = Look()
        self._at = (-1, -1)
        """The look, and the row and column after it, of what was written last."""
        self._cursor = (-1, -1)
        """Where Textual left the terminal's cursor."""

    def forget(self) -> None:
        """Somebody else may have written on the terminal: the next frame is sent as it comes."""
        self._lines.clear()
        self._cursor = (-1, -1)

    def changed(self, update: CompositorUpdate, app: App[Any]) -> CompositorUpdate | None:
        """The update as far as the terminal does not show it already; None when it shows it all.

        From now on the terminal shows it: Textual must write it.
        """
        text = self.write(update, app.console)
        if not text and self._cursor == app.cursor_position:
            return None
        self._cursor = app.cursor_position
        return _Written(text)

    def write(self, update: CompositorUpdate, console: Console) -> str:
        """What to send for an update."""
        self._at = (-1, -1)
        sent = [text for y, line in _lines(update) for text in self._line(y, line, console)]
        return "".join([*sent, *self._reset()])

    def _line(self, y: int, pieces: Sequence[Piece], console: Console) -> Iterator[str]:
        known = [(x, self._cells(strip, console)) for x, strip in pieces]
        line = self._lines.pop(y, [])
        if not all(cells for _, cells in known):
            # How far such text goes on the terminal is not known, so nothing of the line is.
            yield from self._reset()
            self._at = (-1, -1)
            for x, strip in pieces:
                yield f"{_move(y, x)}{strip.render(console)}"
            return
        for x, cells in known:
            end = x + len(cells)
            line += [_NOTHING] * (end - len(line))
            for start, stop in _runs(line[x:end], cells):
                yield from self._changed(y, x + start, cells[start:stop])
            line[x:end] = cells
        self._lines[y] = line

    def _changed(self, y: int, x: int, cells: Sequence[Cell]) -> Iterator[str]:
        if self._at != (y, x):
            yield _move(y, x)
        self._at = (y, x + len(cells))
        for look, same in groupby(cells, itemgetter(1)):
            text = "".join(char for char, _ in same)
            if not (text.isspace() and _alike(look, self._look)):
                yield _way(self._look, look)
                self._look = look
            yield text

    def _reset(self) -> Iterator[str]:
        if self._look != Look():
            self._look = Look()
            yield _RESET

    def _cells(self, strip: Strip, console: Console) -> list[Cell]:
        """The cells of a part of a line; none where one cannot know them."""
        cells: list[Cell] = []
        for text, style, _ in strip:
            if style not in self._looks:
                self._looks[style] = _look(style, console)
            look = self._looks[style]
            if look is None or _ODD.search(text):
                return []
            cells += zip(text, repeat(look))
        return cells


class _Written(CompositorUpdate):
    """An update that has been made ready."""

    def __init__(self, text: str) -> None:
        self._text = text

    def render_segments(self, console: Console) -> str:
        return self._text


def _lines(update: CompositorUpdate) -> Iterator[tuple[int, list[Piece]]]:
    """The parts of lines that Textual would send, each with the row it is on."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            pieces, x = [], update.region.x
            for strip in strips:
                pieces.append((x, strip))
                x += strip.cell_length
            yield y, pieces
    elif isinstance(update, ChopsUpdate):
        for y, first, last in update.spans:
            parts = zip(update.chops[y].items(), update.chop_ends[y], strict=False)
            yield (
                y,
                [
                    (x, strip.crop(0, min(end, last) - x))
                    for (x, strip), end in parts
                    if strip is not None and x < last and end > first
                ],
            )


def _runs(old: Sequence[Cell], new: Sequence[Cell]) -> Iterator[tuple[int, int]]:
    """Where cells differ, as (start, end)."""
    start = end = -1
    for at, (before, now) in enumerate(zip(old, new, strict=True)):
        if before == now or (before[0] == now[0] == " " and _alike(before[1], now[1])):
            continue
        if end >= 0 and at - end > _SHORT:
            yield start, end
            start = -1
        if start < 0:
            start = at
        end = at + 1
    if end >= 0:
        yield start, end


def _alike(one: Look, other: Look) -> bool:
    """Whether a blank is the same in both looks: it has no ink."""
    return one.ground == other.ground and not one.attributes and not other.attributes


def _look(style: Style | None, console: Console) -> Look | None:
    """How Textual would draw a style; None when it is more than a look: a link."""
    drawn = _DRAWN.fullmatch(Strip([Segment("x", style)]).render(console))
    if drawn is None:
        return None
    attributes, ink, ground = [], "", ""
    for code in _CODE.findall(drawn[1] or ""):
        number = int(code.partition(";")[0])
        if 30 <= number <= 39 or 90 <= number <= 97:
            ink = code
        elif 40 <= number <= 49 or 100 <= number <= 107:
            ground = code
        else:
            attributes.append(code)
    return Look(";".join(attributes), ink, ground)


def _move(y: int, x: int) -> str:
    return f"\x1b[{y + 1};{x + 1}H"


@lru_cache(maxsize=4096)
def _way(before: Look, after: Look) -> str:
    """The shortest sequence from one look to another."""
    codes = []
    if before.attributes != after.attributes:
        codes = ["0", *filter(None, after)]
    else:
        if before.ink != after.ink:
            codes.append(after.ink or "39")
        if before.ground != after.ground:
            codes.append(after.ground or "49")
    return f"\x1b[{';'.join(codes)}m" if codes else ""
