"""A QR code, light on dark whatever the theme is: cameras want it so."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

_STYLE = Style(color="#ffffff", bgcolor="#000000")


class QrCode(Widget):
    """As large as its lines."""

    DEFAULT_CSS = "QrCode { width: auto; height: auto; display: none; }"

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[str] = ()

    def show(self, lines: Sequence[str]) -> None:
        """Draw these; none hides it."""
        if lines != self._lines:
            self._lines = lines
            self.styles.width, self.styles.height = len(lines[0]) if lines else 0, len(lines)
            self.display = bool(lines)
            self.refresh(layout=True)

    def render_line(self, y: int) -> Strip:
        """One line of it."""
        if y >= len(self._lines):
            return Strip.blank(self.size.width, self.rich_style)
        return Strip([Segment(self._lines[y], _STYLE)])
