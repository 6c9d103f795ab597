"""Colours of a language over lines that are drawn already: none changes a character.

A span counts for a line as it is in the file. Where another text is shown, because something in it
is masked, cut or made safe, the line stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecrtui.render.columns import Cell
from ecrtui.render.lexing import Span
from ecrtui.render.lines import TextLine
from ecrtui.render.text import safe, width

KINDS = ("keyword", "string", "comment", "number", "name")
"""The styles of what is coloured."""


class Coloured:
    """The lines of one text, and the spans of each."""

    def __init__(self, lines: Sequence[str], spans: Sequence[Sequence[Span]]) -> None:
        self._lines = lines
        self._spans = spans

    def over(self, drawn: list[TextLine], number: int | None, shown: str) -> list[TextLine]:
        """What `broken` made of a text that is shown for a line, by its number from 1.

        The text's pieces are the last cells of `drawn`.
        """
        at = (number or 0) - 1
        if not 0 <= at < min(len(self._lines), len(self._spans)) or not self._spans[at]:
            return drawn
        if shown != self._lines[at] or not _as_it_is(shown):
            return drawn
        return _painted(drawn, shown.expandtabs(4), _spread(shown, self._spans[at]))


def _as_it_is(text: str) -> bool:
    """Whether each character, tabs aside, is shown as itself, in columns of its own."""
    text = text.replace("\t", " ")
    return safe(text) == text and (text.isascii() or all(map(width, text)))


def _spread(line: str, spans: Sequence[Span]) -> Sequence[Span]:
    """Spans of a line as they are when its tabs have become spaces."""
    if "\t" not in line:
        return spans
    return [
        (len(line[:first].expandtabs(4)), len(line[:last].expandtabs(4)), kind)
        for first, last, kind in spans
    ]


def _painted(drawn: list[TextLine], text: str, spans: Sequence[Span]) -> list[TextLine]:
    lines, at = [], 0
    for line in drawn:
        piece, style = line.cells[-1]
        cells = tuple(_cells(piece, style, at, spans))
        lines.append(line._replace(cells=(*line.cells[:-1], *cells)))
        at += len(piece)
        while text[at : at + 1] == " ":  # left out where a line is broken
            at += 1
    return lines


def _cells(piece: str, style: str, start: int, spans: Sequence[Span]) -> Iterator[Cell]:
    """A piece of a line that begins at `start`, cut where its spans begin and end."""
    done = 0
    for first, last, kind in spans:
        first, last = max(done, first - start), min(len(piece), last - start)
        if first >= last or kind not in KINDS:
            continue
        if first > done:
            yield Cell(piece[done:first], style)
        yield Cell(piece[first:last], kind)
        done = last
    if done < len(piece) or not piece:
        yield Cell(piece[done:], style)
