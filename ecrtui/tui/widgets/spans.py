"""One line made of styled, clickable pieces: crumbs, keys, and the edges of a frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from ecrtui.render.text import fitted, safe, width
from ecrtui.tui.widgets.palette import NAMES, Palette, combined


class Span(NamedTuple):
    """A piece of a line: text, a style's name, and the action a click runs."""

    text: str
    style: str = ""
    action: str = ""


class SpanBar(Widget):
    """Pieces from the left and from the right; the left ones are cut where they meet."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"-{name}" for name in NAMES}
    DEFAULT_CSS = "SpanBar { height: 1; }"
    EDGE: ClassVar[str] = ""
    """The name of the style of what fills the line and ends it."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._palette = Palette(self)
        self._left: Sequence[Span] = ()
        self._right: Sequence[Span] = ()
        self.ends = ("", "")
        self.fill = " "

    @property
    def text(self) -> str:
        """All that is said, without styles."""
        return "".join(span.text for span in (*self._left, *self._right))

    def show(self, left: Sequence[Span], right: Sequence[Span] = ()) -> None:
        """Put other pieces in the line; nothing is drawn when they are the same."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def notify_style_update(self) -> None:
        """The theme changed."""
        super().notify_style_update()
        self._palette.clear()

    def render_line(self, y: int) -> Strip:
        """The line."""
        first, last = self.ends
        across = self.size.width - len(first) - len(last)
        right, right_used = self._segments(self._right, across)
        room = across - right_used
        left, used = self._segments(self._left, room)
        edge = self._style(Span("", self.EDGE))
        filling = Segment(self.fill * max(0, room - used), edge)
        segments = [Segment(first, edge), *left, filling, *right, Segment(last, edge)]
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def _segments(self, spans: Sequence[Span], room: int) -> tuple[list[Segment], int]:
        segments: list[Segment] = []
        used = 0
        for span in spans:
            text = safe(span.text)
            if used + width(text) > room:
                text = fitted(text, room - used)
            if not text:
                continue
            used += width(text)
            segments.append(Segment(text, self._style(span)))
        return segments, used

    def _style(self, span: Span) -> Style:
        base = self.rich_style
        style = combined(base, self._palette.style(span.style)) if span.style else base
        if span.action:
            return style + Style.from_meta({"@click": span.action})
        return style


class FrameEdge(SpanBar):
    """The upper or lower edge of a frame, with words in it."""

    DEFAULT_CSS = "FrameEdge { height: 1; }"
    EDGE = "edge"

    def draw_as(self, ends: str, fill: str) -> FrameEdge:
        """With these two corners and this line between them."""
        self.ends, self.fill = (ends[0], ends[1]), fill
        return self
