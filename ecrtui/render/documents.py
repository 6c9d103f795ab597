"""An artifact's document as lines: what it says in short, then the whole of it."""

from __future__ import annotations

import json

from ecrtui.model.document import Document
from ecrtui.render.columns import Cell
from ecrtui.render.fields import Field, Section
from ecrtui.render.json_lines import json_lines
from ecrtui.render.lines import INDENT, TextLine, section_lines, title

_LONGEST_COLOURED = 2_000_000
"""Characters of JSON that are parsed again to be coloured; longer text is shown as it is."""


def document_lines(document: Document, columns: int) -> list[TextLine]:
    """Its fields under its title, then its text."""
    fields = tuple(Field(label, text) for label, text in document.fields)
    lines = section_lines([Section(document.title or document.kind.value, fields)], columns)
    if document.text:
        lines += [TextLine(), title("The whole document"), *_text(document.text)]
    return lines


def _text(text: str) -> list[TextLine]:
    if len(text) <= _LONGEST_COLOURED:
        try:
            return json_lines(json.loads(text))
        except (ValueError, RecursionError):
            pass
    return [TextLine((Cell(INDENT + line),), line) for line in text.splitlines()]
