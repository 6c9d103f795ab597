"""Lines of a log that grow at their end, which is followed as long as one stands on it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from textual.geometry import Size

from ecrtui.render.lines import TextLine
from ecrtui.tui.widgets.lines_view import LinesView


class LogView(LinesView):
    """The lines that have an end, and behind them those that may still grow."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.following = True
        self._ended: list[TextLine] = []
        self._found: list[int] = []
        """The numbers of those that have ended and hold what is searched for."""
        self._growing: Sequence[TextLine] = ()
        self._only = True

    @property
    def hits(self) -> list[int]:
        """The numbers of all lines that hold what is searched for; none while nothing is."""
        return [*self._found, *self._holding(self._growing, len(self._ended))]

    @property
    def hides(self) -> bool:
        """Whether only those are shown."""
        return bool(self._needle) and self._only

    @property
    def rank(self) -> int:
        """Which of them the cursor stands on, 1 for the first; 0 when it is on another line."""
        hits, here = self.hits, self._number
        at = bisect_left(hits, here)
        return at + 1 if at < len(hits) and hits[at] == here else 0

    @property
    def _number(self) -> int:
        """The line the cursor stands on, among all."""
        if not self.hides:
            return self.cursor
        hits = self.hits
        return hits[min(self.cursor, len(hits) - 1)] if hits else self._last_number

    @property
    def _last_number(self) -> int:
        return max(0, len(self._ended) + len(self._growing) - 1)

    def show(self, lines: Sequence[TextLine]) -> None:
        """Put other lines in, all of which have ended."""
        self._ended, self._growing = [*lines], ()
        self._found = self._holding(self._ended)
        self._settle()

    def grow(self, lines: Sequence[TextLine], growing: Sequence[TextLine]) -> None:
        """More lines, and those that may still grow in place of the ones before."""
        self._found += self._holding(lines, len(self._ended))
        self._ended += lines
        self._growing = growing
        self._settle()

    def drop(self, count: int) -> None:
        """The first lines go; what one looks at stays where it is."""
        del self._ended[:count]
        kept = [number - count for number in self._found if number >= count]
        gone = len(self._found) - len(kept) if self.hides else count
        self._found = kept
        if not self.following:
            self.cursor = max(0, self.cursor - gone)
            top = max(0, int(self.scroll_offset.y) - gone)
            self.scroll_to(y=top, animate=False, immediate=True)
        self._settle()

    def find(self, needle: str) -> None:
        """Show only lines that hold a text, case aside; '' shows all, at the line stood on."""
        here = self._number
        self._needle, self._only = needle, True
        self._found = self._holding(self._ended)
        if self.following:
            self._settle()
        else:
            self._stand_on(here)

    def hide_others(self, only: bool) -> None:
        """Show only lines that hold what is searched for, or all; the cursor keeps its line."""
        here = self._number
        self._only = only
        self._stand_on(here)

    def step(self, by: int) -> None:
        """To the next line that holds it (by 1) or the one before (by -1), round the end.

        All lines are shown then.
        """
        hits = self.hits
        if hits:
            here = self._number
            at = bisect_right(hits, here) if by > 0 else bisect_left(hits, here) - 1
            self._only = False
            self._stand_on(hits[at % len(hits)])

    def follow(self) -> None:
        """Go to the end, and on with it."""
        self.following = True
        self._settle()

    def _stand_on(self, number: int) -> None:
        """The cursor on that line of all, or the next one that is shown, with others around it."""
        self.following = False
        self._settle()
        to = bisect_left(self.hits, number) if self.hides else number
        height, top = max(1, self.scrollable_content_region.height), self.scroll_offset.y
        if not top <= to < top + height:
            self.scroll_to(y=max(0, to - height // 2), animate=False, immediate=True)
        self._move(to)

    def _holding(self, lines: Sequence[TextLine], start: int = 0) -> list[int]:
        lowered = self._needle.lower()
        if not lowered:
            return []
        return [at for at, line in enumerate(lines, start) if lowered in line.text.lower()]

    def _settle(self) -> None:
        self._all = [*self._ended, *self._growing]
        self._lines = [self._all[at] for at in self.hits] if self.hides else self._all
        last = max(0, len(self._lines) - 1)
        self.cursor = last if self.following else min(self.cursor, last)
        self.virtual_size = Size(self.size.width, len(self._lines))
        if self.following:
            height = max(1, self.scrollable_content_region.height)
            self.scroll_to(y=max(0, last - height + 1), animate=False, immediate=True)
        self.refresh()

    def _move(self, to: int) -> None:
        super()._move(to)
        self.following = self.cursor >= len(self._lines) - 1

    def on_resize(self) -> None:
        """The end stays in sight while it is followed."""
        if self.following:
            self._settle()
        else:
            super().on_resize()
