"""A list in a frame: rows as they come, honest counts, and what to do when there are none."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer

from ecrtui.errors import EcrtuiError
from ecrtui.model.filtering import FilterError, parse_filter
from ecrtui.render.columns import Cell, Column
from ecrtui.render.counts import count
from ecrtui.tui import background, navigation, states
from ecrtui.tui.changes import Change, differences
from ecrtui.tui.live import Live
from ecrtui.tui.pace import Pace
from ecrtui.tui.screens.place import PlaceScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.widgets.problem import ProblemPanel
from ecrtui.tui.widgets.resource_table import ResourceTable
from ecrtui.tui.widgets.spans import FrameEdge, Span
from ecrtui.workflows import remember

Row = TypeVar("Row")

_AGES_GROW = 60.0
"""Seconds between two drawings of the ages on the screen."""


class ListScreen(PlaceScreen, Generic[Row]):
    """A table of rows of one type. Subclasses say which columns, which rows, which words."""

    NOUN: ClassVar[str] = "rows"
    ORDER: ClassVar[remember.Order] = remember.Order()
    """The order before anybody chose one."""

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self.table: ResourceTable[Row] = ResourceTable(
            self.columns(), self.key, self.children_of, id="rows"
        )
        self.cursor = self.table
        self._top = FrameEdge(id="top").draw_as(*session.edges(upper=True))
        self._bottom = FrameEdge(id="bottom").draw_as(*session.edges(upper=False))
        self._problem = ProblemPanel()
        self._stand_on = ""
        self._before: dict[str, Row] = {}
        self._pace = Pace(self, self.show_rows)
        self._elapsed: Timer | None = None
        self.live = Live(self, self._reload_if_idle, session.services.settings.refresh_seconds)

    # What a list says of itself

    def columns(self) -> list[Column[Row]]:
        """The columns, with times as they are shown now."""
        raise NotImplementedError

    def key(self, row: Row) -> str:
        """What tells a row from the others."""
        raise NotImplementedError

    def children_of(self, row: Row) -> Sequence[Row]:
        """What folds under a row."""
        return ()

    def pieces(self, before: bool) -> Iterator[Change[Row]]:
        """The rows as they come; `before` says that older ones are on the screen.

        It runs in a thread: it touches services and values, never a widget.
        """
        raise NotImplementedError

    def stream(self, before: Mapping[str, Row]) -> Iterator[Change[Row]]:
        """What the reading thread hands over: only what differs from the rows before."""
        return differences(self.pieces(bool(before)), self.key, before)

    def heading(self) -> str:
        """What the upper edge calls the list."""
        raise NotImplementedError

    def empty(self) -> Sequence[str]:
        """What to say when there is nothing, the first line as a title."""
        raise NotImplementedError

    def remarks(self) -> str:
        """What else the lower edge says."""
        return ""

    def spot_of(self, row: Row) -> Spot | None:
        """Where Enter on a row leads."""
        raise NotImplementedError

    def problem_of(self, row: Row | None) -> EcrtuiError | None:
        """What keeps a row from being opened."""
        return None

    def why_unfoldable(self, row: Row) -> str:
        """Why nothing can be shown under a row."""
        return "Nothing belongs to this row."

    def why_no_copy(self) -> str:
        """There must be a row to copy of."""
        return "" if self.table.current is not None else "There is no row to copy from."

    def current_problem(self) -> EcrtuiError | None:
        """Of the row stood on, else of the list."""
        return self.problem_of(self.table.current) or self.reading.problem

    @property
    def state(self) -> str:
        """One of loading, full, empty, filtered, denied, failed."""
        return self.reading.state(len(self.table.data.rows), self.table.data.shown)

    # Life

    def body(self) -> ComposeResult:
        """The frame."""
        with Vertical(id="frame"):
            yield self._top
            yield self.table
            yield self._problem
            yield self._bottom

    def on_mount(self) -> None:
        """Order the rows as last time."""
        kept = remember.order_of(self.session.services, self.spot.kind)
        order = kept if kept.column in {one.id for one in self.columns()} else self.ORDER
        self.table.data.sort(order.column, reverse=order.reverse)
        self.set_interval(_AGES_GROW, self.show_times)
        if self.session.services.settings.refresh_seconds:
            self.live.switch()
        self.table.focus()

    def on_screen_resume(self) -> None:
        """Times may have been switched meanwhile."""
        if self.is_current:
            super().on_screen_resume()
            self.show_times()

    def focus_body(self) -> None:
        """Give the keys back to the rows."""
        self.table.focus()

    def come_from(self, spot: Spot) -> None:
        """Stand on the row one came out of, as soon as it is there."""
        self.stand_on(spot.digest or spot.repository)

    def begin_at(self, name: str) -> None:
        """Stand on a row as soon as it is there."""
        self.stand_on(name)

    def stand_on(self, key: str) -> None:
        """Move the cursor to a row, now or when it comes."""
        self._stand_on = key

    # Reading

    def reload(self) -> None:
        """Read the list (again); what is there stays until it is known to be otherwise."""
        data = self.table.data
        self._before = {self.key(row): row for row in data.rows}
        data.new = set()
        before = self._before
        self.start_reading()
        self.show_rows()
        self._count_seconds(going=not before)
        background.read(
            self,
            "rows",
            lambda: self.stream(before),
            deliver=self.take,
            done=self.finish_reading,
            caller=self.caller,
        )

    def take(self, changes: Sequence[Change[Row]]) -> None:
        """Rows came."""
        data = self.table.data
        for change in changes:
            if change.gone:
                data.drop(change.gone)
            data.append(change.rows)
            if self._before:
                data.new |= {self.key(row) for row in change.rows} - self._before.keys()
            if change.read or change.last:
                self.reading.took(change.read, last=change.last)
        if self._before and data.filter is not None:
            data.set_filter(data.filter)  # what changed may match now, or no longer
        self.table.keep_place()
        self._pace.ask()

    def finish_reading(self, problem: EcrtuiError | None) -> None:
        """All came, or something kept it from coming."""
        self._count_seconds(going=False)
        if problem is None and self.spot.registry is not None:
            self.session.renewing.accepted(self.spot.registry.profile)
            self.ask_who()
        super().finish_reading(problem)
        self.show_rows()

    def _count_seconds(self, *, going: bool) -> None:
        """Show the seconds that the first reading takes; later ones have rows to look at."""
        if self._elapsed is not None:
            self._elapsed.stop()
        self._elapsed = self.set_interval(1.0, self.update_bars) if going else None

    def _reload_if_idle(self) -> None:
        if self.idle and self.is_current:
            self.reload_by_itself()

    # Drawing

    def show_rows(self) -> None:
        """The rows changed, or what is said of them."""
        self.show_problem(self.reading.problem)
        self.table.empty_text = self._empty_text()
        self.table.changed()
        if self._stand_on and self.table.stand_on(self._stand_on):
            self._stand_on = ""
        self.update_bars()

    def show_times(self) -> None:
        """Ages have grown, or are shown in another way."""
        self.table.set_columns(self.columns())
        self.update_bars()

    def show_problem(self, problem: EcrtuiError | None) -> None:
        """Say below the rows what went wrong, unless it stands in their place."""
        shown = problem if self.table.data.rows and self.idle else None
        self._problem.show(shown, self.key_of("refresh"))

    def _empty_text(self) -> Sequence[Cell]:
        if self.state == states.FILTERED:
            known = len(self.table.data.rows)
            return states.filtered(self.NOUN, known, self.filter_text, self.key_of("back-out"))
        if self.state == states.EMPTY:
            return states.empty(self.empty())
        if self.reading.problem is not None and self.idle:
            return states.problem(self.reading.problem, self.key_of("refresh"), self.size.width - 6)
        return [Cell(f"Reading {self.NOUN} ...", "dim")]

    def update_bars(self) -> None:
        """The lines around the frame, and its edges."""
        super().update_bars()
        data, reading = self.table.data, self.reading
        complete = reading.complete or (not reading.busy and reading.problem is None)
        parts = [f"{len(data.marks)} marked"] if data.marks else []
        if reading.read_at is not None or data.rows:
            filtered = data.filter is not None
            parts.append(count(data.shown, self.known(), complete=complete, filtered=filtered))
        parts += [part for part in (self._order_text(), self.filter_text) if part]
        edge = " - " if self.session.ascii else " · "
        right = [Span(f" {edge.join(parts)} ", "dim")] if parts else []
        self._top.show([Span(f" {self.heading()} ", "title")], right)
        self._bottom.show(*self._bottom_spans())

    def known(self) -> int:
        """How many rows are known; a list whose rows are not its items says otherwise."""
        return len(self.table.data.rows)

    def _bottom_spans(self) -> tuple[list[Span], list[Span]]:
        now, data = self.session.services.clock.now(), self.table.data
        said = self.reading.freshness(now, time.monotonic())
        new = f"{len(data.new)} new" if data.new else ""
        right = " · ".join(part for part in (new, self.live.said, said) if part)
        style = "busy" if self.reading.busy else "warn" if self.reading.problem else "dim"
        left = self.remarks()
        return (
            [Span(f" {left} ", "dim")] if left else [],
            [Span(f" {right} ", style)] if right else [],
        )

    def _order_text(self) -> str:
        column, reverse = self.table.data.order
        if not column:
            return ""
        signs = ("v", "^") if self.session.ascii else ("↓", "↑")
        return f"{column} {signs[0] if reverse else signs[1]}"

    # What commands ask for

    def open_current(self) -> None:
        """Into the row stood on; say what keeps one out, or show what belongs to it."""
        row = self.table.current
        problem = self.problem_of(row)
        spot = self.spot_of(row) if row is not None else None
        if problem is not None:
            self.action_do("details")
        elif spot is not None:
            navigation.enter(self, spot)
        else:
            self.action_do("expand")

    def why_no_open(self) -> str:
        """There must be a row."""
        return "" if self.table.current is not None else "There is no row to stand on."

    def why_no_filter(self) -> str:
        """There must be rows, or some on their way: what is typed next is no command."""
        return "" if self.table.data.rows or not self.idle else "There are no rows."

    def filter_by(self, text: str) -> None:
        """Show only rows that match; what cannot be understood is said beside the line."""
        now = self.session.services.clock.now()
        try:
            wanted = parse_filter(text, self.table.data.fields(), now)
        except FilterError as problem:
            self.complain(problem.hint or problem.sentence)
            return
        self.complain("")
        self.filter_text = text.strip() if wanted.tests else ""
        self.table.data.set_filter(wanted)
        self.show_rows()

    def sort_by(self, column: str, *, reverse: bool) -> None:
        """Order the rows, now and next time."""
        self.table.sort_by(column, reverse=reverse)
        order = remember.Order(column, reverse)
        remember.save_order(self.session.services, self.spot.kind, order)
        self.update_bars()

    def give_up(self) -> bool:
        """Escape clears the filter before it leaves."""
        if not self.filter_text:
            return False
        self.filter_by("")
        return True

    def mark_shown(self) -> None:
        """Mark all rows shown, or none."""
        self.table.data.mark_shown()

    def on_resource_table_moved(self) -> None:
        """Other keys may be possible on another row."""
        self.update_bars()

    def on_resource_table_opened(self) -> None:
        """A double click is Enter."""
        self.action_do("open")

    def on_resource_table_header_clicked(self, event: ResourceTable.HeaderClicked) -> None:
        """A click on a title sorts by it, a second one turns the order round."""
        column, reverse = self.table.data.order
        self.sort_by(event.column, reverse=not reverse if column == event.column else False)
