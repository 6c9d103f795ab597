"""Lines of styled text: what the explorer's texts are made of, before any widget."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ecrtui.errors import EcrtuiError
from ecrtui.render.columns import Cell
from ecrtui.render.fields import Field, Section
from ecrtui.render.text import fitted, safe, width, wrapped

INDENT = "  "
_LABEL_LEAST = 12
_LABEL_MOST = 28
"""Columns; a third of the line where that is more."""
_SMALLEST_TEXT = 20


class TextLine(NamedTuple):
    """One line: its pieces, what `y` copies of it, and what Enter on it leads to."""

    cells: tuple[Cell, ...] = ()
    copy: str = ""
    leads: str = ""
    change: str = ""
    """Of a comparison: `added`, `removed` or `modified`; '' for what is no change."""
    tint: str = ""
    """The style of what the whole line stands on; '' for the paper."""

    @property
    def text(self) -> str:
        """All pieces together."""
        return "".join(cell.text for cell in self.cells)


def title(text: str) -> TextLine:
    """The heading of what follows."""
    return TextLine((Cell(f"{INDENT}{text}", "title"),))


def note(text: str, style: str = "dim") -> TextLine:
    """A remark in place of what one might expect."""
    return TextLine((Cell(f"{INDENT}{text}", style),))


def broken(
    head: tuple[Cell, ...],
    text: str,
    columns: int,
    *,
    style: str = "",
    copy: str = "",
    leads: str = "",
) -> list[TextLine]:
    """A head and a text broken into the columns right of it; every line copies and leads alike."""
    indent = sum(width(safe(cell.text)) for cell in head)
    pieces = wrapped(text, max(_SMALLEST_TEXT, columns - indent)) or [""]
    first = TextLine((*head, Cell(pieces[0], style)), copy, leads)
    rest = [TextLine((Cell(" " * indent), Cell(piece, style)), copy, leads) for piece in pieces[1:]]
    return [first, *rest]


def problem_lines(problem: EcrtuiError, columns: int, *, before: str = "") -> list[TextLine]:
    """What kept a part from being read, whole, then how to mend it."""
    indent, sentence = (Cell(INDENT),), before + problem.sentence
    lines = broken(indent, sentence, columns, style="warn", copy=problem.sentence)
    return [*lines, *(broken(indent, problem.hint, columns, style="dim") if problem.hint else ())]


def section_lines(
    sections: Iterable[Section], columns: int, *, unmasked: bool = False
) -> list[TextLine]:
    """A title, then label and text for each field; an empty section says why."""
    lines: list[TextLine] = []
    for section in sections:
        if lines:
            lines.append(TextLine())
        lines.append(title(section.title))
        label = _label_width(section.fields, columns)
        for field in section.fields:
            lines += _field_lines(field, label, columns, unmasked=unmasked)
        if not section.fields and section.empty:
            lines.append(note(section.empty))
    return lines


def _label_width(fields: tuple[Field, ...], columns: int) -> int:
    widest = max((width(safe(field.label)) for field in fields), default=0)
    return max(_LABEL_LEAST, min(widest, max(_LABEL_MOST, columns // 3)))


def _field_lines(field: Field, label: int, columns: int, *, unmasked: bool) -> list[TextLine]:
    text = field.hidden if unmasked and field.hidden else field.text
    head = (Cell(f"{INDENT}{fitted(safe(field.label), label)}  ", "dim"),)
    leads = f"tab:{field.tab}" if field.tab else ""
    return broken(head, text, columns, style=field.style, copy=text, leads=leads)
