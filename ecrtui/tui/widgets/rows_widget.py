"""What a table and a tree of rows have in common: a cursor, lines above it, a text for no rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ecrtui.render.columns import Cell
from ecrtui.render.text import fitted, safe, width
from ecrtui.tui.widgets.palette import NAMES, Palette, combined


class RowsWidget(ScrollView, can_focus=True):
    """Rows drawn as they are seen. A subclass says how many there are, and moves its cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"-{name}" for name in NAMES} | {
        "-cursor",
        "-header",
        "-blurred",
    }

    def __init__(self, *, header: int, id: str | None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.cursor = 0
        self.empty_text: Sequence[Cell] = ()
        """What stands in place of rows when there are none, a line each."""
        self._header = header
        """Lines above the rows."""
        self._palette = Palette(self)

    def _count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def _move(self, to: int) -> None:
        """Put the cursor on a row, or on the nearest there is."""
        raise NotImplementedError

    def move(self, lines: int) -> None:
        """Move the cursor by lines."""
        self._move(self.cursor + lines)

    def move_pages(self, pages: float) -> None:
        """Move the cursor by parts of what is seen."""
        self._move(self.cursor + int(pages * max(1, self._height - 1)))

    def move_to(self, line: int) -> None:
        """Move the cursor to a line; -1 is the last."""
        self._move(self._count() - 1 if line < 0 else line)

    @property
    def _height(self) -> int:
        return max(1, self.scrollable_content_region.height - self._header)

    def notify_style_update(self) -> None:
        """The theme changed."""
        super().notify_style_update()
        self._palette.clear()

    def _empty_line(self, line: int, across: int) -> Strip:
        top = max(0, (self._height - len(self.empty_text)) // 3)
        if not top <= line < top + len(self.empty_text):
            return Strip.blank(across, self.rich_style)
        text, style = self.empty_text[line - top]
        text = fitted(safe(text), min(across, width(safe(text))))
        indent = " " * max(0, (across - width(text)) // 2)
        return self._strip([(indent + text, style)], across, self.rich_style)

    def _strip(self, parts: Iterable[tuple[str, str]], across: int, base: Style) -> Strip:
        style = self._palette.style
        segments = [
            Segment(text, combined(base, style(name)) if name else base) for text, name in parts
        ]
        return Strip(segments).simplify().adjust_cell_length(across, base)
