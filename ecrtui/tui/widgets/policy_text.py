"""A text area for JSON, coloured line by line.

Textual's own languages need tree-sitter, which takes more room than is left; JSON has five kinds
of words.
"""

from __future__ import annotations

import re
from typing import ClassVar

from rich.text import Text
from textual.widgets import TextArea

from ecrtui.tui.widgets.palette import Palette

_WORDS = re.compile(
    r'(?P<name>"(?:[^"\\]|\\.)*"(?=\s*:))|(?P<string>"(?:[^"\\]|\\.)*"?)'
    r"|(?P<number>-?\d[\d.eE+-]*)|(?P<keyword>\b(?:true|false|null)\b)"
)


class PolicyText(TextArea):
    """The text of a policy."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"-name", "-string", "-number", "-keyword"}

    def __init__(self, text: str, *, read_only: bool) -> None:
        super().__init__(
            text, soft_wrap=False, show_line_numbers=True, read_only=read_only, id="text"
        )
        self._palette = Palette(self)

    def get_line(self, line_index: int) -> Text:
        """A line with its colours."""
        line = super().get_line(line_index)
        for found in _WORDS.finditer(line.plain):
            line.stylize(self._palette.style(found.lastgroup or ""), found.start(), found.end())
        return line

    def notify_style_update(self) -> None:
        """The theme has changed."""
        self._palette.clear()
        super().notify_style_update()

    def write_over(self, start: int, end: int, text: str, caret: int = -1) -> None:
        """Put a text in the place of another, by offsets; the cursor goes into it, or behind."""
        first, last = self._location(start), self._location(end)
        self.replace(text, first, last, maintain_selection_offset=False)
        self.move_cursor(self._location(start + (len(text) if caret < 0 else caret)))

    def put(self, text: str) -> None:
        """Put another text in the place of all; it can be undone."""
        self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)

    @property
    def offset_of_cursor(self) -> int:
        """Where the cursor is, in characters from the start."""
        row, column = self.cursor_location
        lines = self.text.split("\n")
        return sum(len(line) + 1 for line in lines[:row]) + column

    def _location(self, offset: int) -> tuple[int, int]:
        before = self.text[:offset]
        return before.count("\n"), offset - (before.rfind("\n") + 1)
