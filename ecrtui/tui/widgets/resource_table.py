"""The table at the heart of the explorer: a hundred thousand rows, drawn line by line.

Textual's DataTable measures every cell and stalls for seconds; this one draws only what is seen
(ScrollView's line API) and keeps order, filter and marks in `TableRows`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from ecrtui.model.filtering import Filter
from ecrtui.render.columns import Column
from ecrtui.tui.widgets import table_paint
from ecrtui.tui.widgets.palette import combined
from ecrtui.tui.widgets.rows_widget import RowsWidget
from ecrtui.tui.widgets.table_rows import TableRows

Row = TypeVar("Row")
_SAMPLE = 100
_BETWEEN = 0.01
"""Seconds between two pieces of what is made ahead."""


class ResourceTable(RowsWidget, Generic[Row]):
    """Rows of one type, drawn as they are seen. `data` holds them; call `changed` after touching
    it, or use the methods here, which do."""

    class Opened(Message):
        """A row was opened by a double click."""

    class HeaderClicked(Message):
        """A column's title was clicked."""

        def __init__(self, column: str) -> None:
            self.column = column
            super().__init__()

    class Moved(Message):
        """The cursor stands on another row."""

        def can_replace(self, message: Message) -> bool:
            """Only the last of a burst matters."""
            return isinstance(message, ResourceTable.Moved)

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], str],
        children: Callable[[Row], Sequence[Row]] | None = None,
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(header=1 if any(column.title for column in columns) else 0, id=id)
        self.data: TableRows[Row] = TableRows(columns, key, children)
        self._cursor_key = ""
        self._natural: list[int] | None = None
        self._chosen: list[tuple[int, int]] = []
        self._room = 0
        """Columns of the terminal that `_chosen` was chosen for."""
        self._preparing = False

    # What a host does

    @property
    def current(self) -> Row | None:
        """The row the cursor stands on; None when there is none."""
        return self.data.row_at(self.cursor)

    def append_rows(self, rows: Iterable[Row]) -> None:
        """Add a page; the cursor stays on its row."""
        self.data.append(rows)
        self.changed()

    def set_columns(self, columns: Sequence[Column[Row]]) -> None:
        """Show other columns of the same rows, for instance times in UTC."""
        self.data.columns = list(columns)
        self._natural = None
        self.changed()

    def sort_by(self, column: str, *, reverse: bool) -> None:
        """Order the rows; the cursor goes to the top, where one looks after sorting."""
        self.data.sort(column, reverse=reverse)
        self._cursor_key = ""
        self.cursor = 0
        self.changed()
        self.scroll_to(y=0, animate=False, immediate=True)

    def set_filter(self, wanted: Filter[Row] | None) -> None:
        """Show only what passes."""
        self.data.set_filter(wanted)
        self.changed()

    def stand_on(self, key: str) -> bool:
        """Move the cursor to a row by key; False when it is not shown (yet)."""
        number = self.data.number_of(key)
        if number is None:
            self._cursor_key = key
            return False
        self._move(number)
        return True

    def keep_place(self) -> None:
        """The data changed: the cursor stays on its row."""
        if self._cursor_key:
            number = self.data.number_of(self._cursor_key)
            if number is not None:
                self.cursor = number
        self.cursor = max(0, min(self.cursor, len(self.data) - 1))

    def changed(self) -> None:
        """The data changed: keep the cursor on its row, measure, draw."""
        self.keep_place()
        self._measure()
        self.refresh()
        self.post_message(self.Moved())
        if not self._preparing and self.is_running:
            self._prepare_later()

    def _prepare_later(self) -> None:
        """Make what the filter searches, between keys: its first letter finds it there."""
        self._preparing = not self.data.prepared
        if self._preparing:
            self.set_timer(_BETWEEN, self._prepare)

    def _prepare(self) -> None:
        self.data.prepare()
        self._prepare_later()

    # Moving

    def _count(self) -> int:
        return len(self.data)

    def _move(self, to: int) -> None:
        to = max(0, min(to, len(self.data) - 1))
        old, self.cursor = self.cursor, to
        row = self.data.row_at(to)
        parent = self.data.parent_at(to)
        self._cursor_key = self.data.key(parent) if parent is not None else ""
        if row is not parent:
            self._cursor_key = ""
        top = self.scroll_offset.y
        if to < top:
            self.scroll_to(y=to, animate=False, immediate=True)
        elif to >= top + self._height:
            self.scroll_to(y=to - self._height + 1, animate=False, immediate=True)
        for line in {old, to}:
            self._refresh_line(line)
        if old != to:
            self.post_message(self.Moved())

    def _refresh_line(self, line: int) -> None:
        y = line - self.scroll_offset.y + self._header
        self.refresh(Region(0, y, self.size.width, 1))

    # Drawing

    def on_resize(self) -> None:
        """Choose the columns that fit now."""
        self._measure()
        self._move(self.cursor)

    def _measure(self) -> None:
        first = self.scroll_offset.y
        count = len(self.data)
        sample = [*range(min(count, _SAMPLE)), *range(first, min(count, first + self._height))]
        rows = (self.data.row_at(number) for number in sample)
        self._natural = table_paint.natural_widths(self.data.columns, rows, self._natural)
        room = self.scrollable_content_region.width or self.size.width
        if self._choose(room):
            self.refresh()
        self.virtual_size = Size(room, count + self._header)

    def _choose(self, room: int) -> bool:
        """Choose the columns that fit and their widths; whether they differ from before."""
        before, self._room = self._chosen, room
        self._chosen = table_paint.choose(self.data.columns, self._natural or [], room)
        return self._chosen != before

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the header, a row, or the text of an empty table."""
        across = self.scrollable_content_region.width
        if across != self._room and self._natural is not None:
            self._choose(across)  # it was measured before it was given its place
        if y < self._header:
            text = "  " + table_paint.header(self.data.columns, self._chosen, self.data.order)
            if not len(self.data) and self.empty_text:
                text = ""
            return self._strip([(text, "header")], across, self.rich_style)
        if not len(self.data):
            return self._empty_line(y - self._header, across)
        number = y - self._header + self.scroll_offset.y
        if number >= len(self.data):
            return Strip.blank(across, self.rich_style)
        return self._row(number, across)

    def _row(self, number: int, across: int) -> Strip:
        at = self.data.line(number)
        row = self.data.row_at(number)
        key = self.data.key(self.data.rows[at.row])
        siblings = len(self.data.children(self.data.rows[at.row]))
        parts: list[tuple[str, str]]
        if at.child >= 0:
            branch = "└ " if at.child == siblings - 1 else "├ "
            parts = [("  ", "")]
            parts += table_paint.cells(self.data.columns, self._chosen, row, branch)
        else:
            parts = [self._gutter(key, siblings)]
            parts += table_paint.cells(self.data.columns, self._chosen, row)
        base = self.rich_style
        if number == self.cursor:
            base = combined(base, self._palette.style("cursor" if self.has_focus else "blurred"))
        return self._strip(parts, across, base)

    def _gutter(self, key: str, siblings: int) -> tuple[str, str]:
        if key in self.data.marks:
            return "◆ ", "accent"
        if siblings:
            return ("▾ " if key in self.data.expanded else "▸ "), "dim"
        return ("+ ", "good") if key in self.data.new else ("  ", "")

    # The mouse

    def on_click(self, event: events.Click) -> None:
        """Stand on the row clicked; the header sorts; a double click opens."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y < self._header:
            column = self._column_at(offset.x)
            if column:
                self.post_message(self.HeaderClicked(column))
            return
        number = offset.y - self._header + self.scroll_offset.y
        if number < len(self.data):
            self._move(number)
            if event.chain == 2:
                self.post_message(self.Opened())

    def _column_at(self, x: int) -> str:
        left = table_paint.GUTTER
        for number, columns_wide in self._chosen:
            if left <= x < left + columns_wide + table_paint.GAP:
                return self.data.columns[number].id
            left += columns_wide + table_paint.GAP
        return ""
