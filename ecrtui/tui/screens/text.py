"""A place that is text in a frame: lines one scrolls through, searches, copies and follows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.render.columns import Cell
from ecrtui.render.lines import TextLine, note
from ecrtui.render.text import safe
from ecrtui.tui import states
from ecrtui.tui.screens.place import PlaceScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.widgets.lines_view import LinesView
from ecrtui.tui.widgets.spans import FrameEdge, Span

_MARGINS = 4
"""Columns that the frame and the scrollbar take from a line."""


class TextScreen(PlaceScreen):
    """Subclasses say which lines there are and what the edges of the frame call them."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.TEXTS,)

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self.lines = LinesView(id="lines")
        self.cursor = self.lines
        self._top = FrameEdge(id="top").draw_as(*session.edges(upper=True))
        self._bottom = FrameEdge(id="bottom").draw_as(*session.edges(upper=False))

    # What a text says of itself

    def known(self) -> bool:
        """Whether there is anything to show yet."""
        raise NotImplementedError

    def content(self, columns: int) -> list[TextLine]:
        """The lines, none wider than so many columns where they can be broken."""
        raise NotImplementedError

    def waiting(self) -> str:
        """What is said while nothing is known."""
        raise NotImplementedError

    def heading(self) -> list[Span]:
        """What the upper edge says at the left."""
        raise NotImplementedError

    def remarks(self) -> str:
        """What else the lower edge says."""
        return ""

    def found_text(self) -> str:
        """How much passes the filter."""
        count = self.lines.shown
        return f"{count:,} {'line' if count == 1 else 'lines'} with {self.filter_text}"

    def notes(self) -> list[Span]:
        """What the lower edge says at the right, in place of how old everything is."""
        return []

    def follow(self, leads: str) -> None:
        """Go where a line leads."""

    @property
    def state(self) -> str:
        """One of loading, full, filtered, denied, failed."""
        rows = 1 if self.known() else 0
        return self.reading.state(rows, self.lines.shown if self.filter_text else rows)

    # Life

    def body(self) -> ComposeResult:
        """The frame."""
        with Vertical(id="frame"):
            yield self._top
            yield self.lines
            yield self._bottom

    def on_mount(self) -> None:
        """Keys go to the lines."""
        self.lines.focus()

    def on_resize(self) -> None:
        """Long texts are broken anew."""
        self.show()

    def focus_body(self) -> None:
        """Give the keys back to the lines."""
        self.lines.focus()

    def start_reading(self) -> None:
        """Say that reading begins; what was there stays."""
        super().start_reading()
        self.show()

    def finish_reading(self, problem: EcrtuiError | None) -> None:
        """Show what there is, or why there is nothing."""
        super().finish_reading(problem)
        self.show()

    def show_times(self) -> None:
        """Times are shown in another way."""
        self.show()

    # Drawing

    def show(self) -> None:
        """Put what is known into lines."""
        columns = self.columns
        self.lines.show([*self._problem_lines(columns), *self._known_lines(columns)])
        self.update_bars()

    @property
    def columns(self) -> int:
        """How wide a line may be."""
        return max(20, self.size.width - _MARGINS)

    def _known_lines(self, columns: int) -> list[TextLine]:
        if self.known():
            return self.content(columns)
        if self.reading.problem is not None and self.idle:
            return []
        return [note(self.waiting())]

    def _problem_lines(self, columns: int) -> list[TextLine]:
        problem = self.reading.problem if self.idle else None
        if problem is None:
            return []
        return problem_text(problem, self.key_of("refresh"), columns)

    def update_bars(self) -> None:
        """The lines around the frame, and its edges."""
        super().update_bars()
        now = self.session.services.clock.now()
        said = self.reading.freshness(now, time.monotonic())
        style = "busy" if self.reading.busy else "warn" if self.reading.problem else "dim"
        left = (self.found_text() if self.filter_text else "") or self.remarks()
        self._top.show(self.heading())
        right = self.notes() or ([Span(f" {said} ", style)] if said else [])
        self._bottom.show([Span(f" {left} ", "dim")] if left else [], right)

    # What commands ask for

    def open_current(self) -> None:
        """Follow the line stood on."""
        line = self.lines.current
        if line is not None:
            self.follow(line.leads)

    def why_no_open(self) -> str:
        """A line must lead somewhere."""
        line = self.lines.current
        return "" if line is not None and line.leads else "This line leads nowhere further."

    def why_no_filter(self) -> str:
        """There must be lines."""
        return "" if self.known() else "There is nothing to search in yet."

    def filter_by(self, text: str) -> None:
        """Show only lines that hold a text."""
        self.filter_text = text
        self.lines.find(text)
        self.update_bars()

    def give_up(self) -> bool:
        """Escape shows all lines again before it leaves."""
        if not self.filter_text:
            return False
        self.filter_by("")
        return True

    def on_lines_view_moved(self) -> None:
        """Other keys may be possible on another line."""
        self.update_bars()

    def on_lines_view_opened(self) -> None:
        """A double click is Enter."""
        self.action_do("open")


def problem_text(problem: EcrtuiError, key: str, columns: int) -> list[TextLine]:
    """What went wrong, what to do, and the key that tries again."""
    cells: Sequence[Cell] = states.problem(problem, key, columns - 2)
    return [TextLine((Cell(f"  {safe(cell.text)}", cell.style),)) for cell in (*cells, Cell(""))]
