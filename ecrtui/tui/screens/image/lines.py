"""Sections of labelled fields, and layers, as lines one scrolls through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ecrtui.model.manifest import Layer
from ecrtui.render.columns import Cell
from ecrtui.render.fields import Section
from ecrtui.render.sizes import size
from ecrtui.tui.widgets.lines_view import TextLine

_LABEL = 14


def section_lines(sections: Iterable[Section]) -> list[TextLine]:
    """A title, then label and text for each field; an empty section says why."""
    lines: list[TextLine] = []
    for section in sections:
        if lines:
            lines.append(TextLine())
        lines.append(TextLine((Cell(f"  {section.title}", "title"),)))
        for field in section.fields:
            label = Cell(f"  {field.label:<{_LABEL}} ", "dim")
            lines.append(TextLine((label, Cell(field.text, field.style)), field.text, field.tab))
        if not section.fields and section.empty:
            lines.append(TextLine((Cell(f"  {section.empty}", "dim"),)))
    return lines


def layer_lines(layers: Sequence[Layer]) -> list[TextLine]:
    """Layers from the bottom: number, size, the command that made it."""
    if not layers:
        return []
    lines = [TextLine(), TextLine((Cell("  Layers", "title"),))]
    for layer in layers:
        number = Cell(f"  {layer.index:>3} {size(layer.size):>9}  ", "dim")
        text = layer.created_by or layer.media_type
        lines.append(TextLine((number, Cell(text)), layer.digest))
    return lines
