"""Lines of text one scrolls through: the tabs of an image, settings, JSON, help.

A line is pieces with style names; a hundred thousand of them cost no more than those seen. With a
cursor, lines can be copied and lead somewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ecrtui.render.lines import TextLine
from ecrtui.render.text import fitted, safe, width
from ecrtui.tui.widgets.palette import NAMES, Palette, combined

_HIT = Style(reverse=True)


class LinesView(ScrollView, can_focus=True):
    """Scrollable lines with a cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"-{name}" for name in NAMES} | {
        "-cursor",
        "-header",
        "-blurred",
        "-added",
        "-removed",
    }

    class Moved(Message):
        """The cursor stands on another line."""

    class Opened(Message):
        """A line was double-clicked."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.cursor = 0
        self._all: Sequence[TextLine] = ()
        self._lines: Sequence[TextLine] = ()
        self.one_of_two = False
        """Whether another pane may have the keys: then the cursor is seen all the time."""
        self._needle = ""
        self._moved = False
        self._palette = Palette(self)

    @property
    def current(self) -> TextLine | None:
        """The line the cursor stands on."""
        return self._lines[self.cursor] if self.cursor < len(self._lines) else None

    @property
    def all(self) -> Sequence[TextLine]:
        """The lines that are shown."""
        return self._lines

    @property
    def shown(self) -> int:
        """Lines that pass the filter."""
        return len(self._lines)

    def show(self, lines: Sequence[TextLine]) -> None:
        """Put other lines in; the cursor stays at its number where it can."""
        self._all = lines
        self.find(self._needle)

    def find(self, needle: str) -> None:
        """Show only lines that hold a text, case aside; '' shows all."""
        self._needle = needle
        lowered = needle.lower()
        self._lines = (
            [line for line in self._all if lowered in line.text.lower()] if needle else self._all
        )
        wanted = self.cursor if self._moved else self._first()
        self.cursor = max(0, min(wanted, len(self._lines) - 1))
        self.virtual_size = Size(self.size.width, len(self._lines))
        self.refresh()

    def start(self) -> None:
        """Back to the top, as if nobody had moved yet."""
        self.scroll_to(y=0, animate=False, immediate=True)
        self._moved = False

    def _first(self) -> int:
        """The first line that is more than a heading."""
        texts = (number for number, line in enumerate(self._lines) if line.copy or line.leads)
        return next(texts, 0)

    def to_change(self, by: int, kind: str = "") -> None:
        """Move the cursor to the next change (by 1) or the one before (by -1), round the end.

        With a kind only to those of that kind, where there are any.
        """
        if not any(line.change == kind for line in self._lines):
            kind = ""
        count = len(self._lines)
        ahead = ((self.cursor + by * step) % count for step in range(1, count + 1))
        found = next((number for number in ahead if self._is(number, kind)), None)
        if found is not None:
            self._move(found)

    def _is(self, number: int, kind: str) -> bool:
        change = self._lines[number].change
        return change == kind if kind else bool(change)

    def move(self, lines: int) -> None:
        """Move the cursor by lines."""
        self._move(self.cursor + lines)

    def move_pages(self, pages: float) -> None:
        """Move the cursor by parts of what is seen."""
        self._move(self.cursor + int(pages * max(1, self.size.height - 1)))

    def move_to(self, line: int) -> None:
        """Move the cursor to a line; -1 is the last."""
        self._move(len(self._lines) - 1 if line < 0 else line)

    def _move(self, to: int) -> None:
        to = max(0, min(to, len(self._lines) - 1))
        old, self.cursor = self.cursor, to
        if old != to:
            self._moved = True
            self.post_message(self.Moved())
        height, top = max(1, self.scrollable_content_region.height), self.scroll_offset.y
        if to < top:
            self.scroll_to(y=to, animate=False, immediate=True)
        elif to >= top + height:
            self.scroll_to(y=to - height + 1, animate=False, immediate=True)
        for line in {old, to}:
            self.refresh(Region(0, line - self.scroll_offset.y, self.size.width, 1))

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._move(self.cursor)

    def notify_style_update(self) -> None:
        """The theme changed."""
        super().notify_style_update()
        self._palette.clear()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        across = self.scrollable_content_region.width
        number = y + self.scroll_offset.y
        base = self.rich_style
        if number >= len(self._lines):
            return Strip.blank(across, base)
        tint = self._lines[number].tint
        if tint:
            base = combined(base, self._palette.style(tint))
        if number == self.cursor and (self.has_focus or self.one_of_two):
            style = self._palette.style("cursor" if self.has_focus else "blurred")
            base = combined(base, style)
        segments = with_hits(self._segments(self._lines[number], across, base), self._needle)
        return Strip(segments).adjust_cell_length(across, base)

    def _segments(self, line: TextLine, across: int, base: Style) -> list[Segment]:
        segments: list[Segment] = []
        room = across
        for text, name in line.cells:
            shown = safe(text)
            if width(shown) > room:
                shown = fitted(shown, room)
            room -= width(shown)
            style = combined(base, self._palette.style(name)) if name else base
            segments.append(Segment(shown, style))
            if room <= 0:
                break
        return segments

    def on_click(self, event: events.Click) -> None:
        """Stand on the line clicked; a double click opens it."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y + self.scroll_offset.y < len(self._lines):
            self._move(offset.y + self.scroll_offset.y)
            if event.chain == 2:
                self.post_message(self.Opened())


def with_hits(segments: list[Segment], needle: str) -> list[Segment]:
    """The same text, in which a text that is searched for stands out, case aside."""
    text, wanted = "".join(segment.text for segment in segments), needle.lower()
    lowered = text.lower()
    if not wanted or wanted not in lowered or len(lowered) != len(text):
        return segments
    hit = [False] * len(text)
    at = lowered.find(wanted)
    while at >= 0:
        hit[at : at + len(wanted)] = [True] * len(wanted)
        at = lowered.find(wanted, at + len(wanted))
    found: list[Segment] = []
    start = 0
    for segment in segments:
        end = start + len(segment.text)
        for stands_out, places in groupby(range(start, end), key=hit.__getitem__):
            piece = "".join(text[place] for place in places)
            style = (segment.style or Style()) + _HIT if stands_out else segment.style
            found.append(Segment(piece, style))
        start = end
    return found
