"""Lines of a log that grow at their end, which is followed as long as one stands on it."""

from __future__ import annotations

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
        self._found: list[TextLine] = []
        """Of those that have ended the ones that pass the filter."""
        self._growing: Sequence[TextLine] = ()

    def show(self, lines: Sequence[TextLine]) -> None:
        """Put other lines in, all of which have ended."""
        self._ended, self._growing = [*lines], ()
        self.find(self._needle)

    def grow(self, lines: Sequence[TextLine], growing: Sequence[TextLine]) -> None:
        """More lines, and those that may still grow in place of the ones before."""
        self._ended += lines
        self._growing = growing
        if self._needle:
            self._found += self._passing(lines)
        self._settle()

    def drop(self, count: int) -> None:
        """The first lines go; what one looks at stays where it is."""
        gone = len(self._passing(self._ended[:count])) if self._needle else count
        del self._ended[:count]
        del self._found[:gone]
        if not self.following:
            self.cursor = max(0, self.cursor - gone)
            top = max(0, int(self.scroll_offset.y) - gone)
            self.scroll_to(y=top, animate=False, immediate=True)
        self._settle()

    def find(self, needle: str) -> None:
        """Show only lines that hold a text, case aside; '' shows all."""
        self._needle = needle
        self._found = self._passing(self._ended) if needle else []
        self._settle()

    def follow(self) -> None:
        """Go to the end, and on with it."""
        self.following = True
        self._settle()

    def _passing(self, lines: Sequence[TextLine]) -> list[TextLine]:
        lowered = self._needle.lower()
        return [line for line in lines if lowered in line.text.lower()]

    def _settle(self) -> None:
        self._all = [*self._ended, *self._growing]
        self._lines = [*self._found, *self._passing(self._growing)] if self._needle else self._all
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
