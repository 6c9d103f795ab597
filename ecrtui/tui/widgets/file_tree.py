"""A tree of files: two hundred thousand of them, drawn line by line, opened and filtered at once.

It knows nothing of where a tree comes from; `TreeRows` holds what is open and what passes.
"""

from __future__ import annotations

from collections.abc import Collection

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from ecrtui.compare.tree import Mark, Tree
from ecrtui.render import trees
from ecrtui.render.text import fitted, safe, width
from ecrtui.tui.widgets.palette import combined
from ecrtui.tui.widgets.rows_widget import RowsWidget
from ecrtui.tui.widgets.tree_rows import TreeRows

_GUTTER = 2
"""Columns of the mark, left of all others."""


class FileTree(RowsWidget):
    """Nodes of a tree, drawn as they are seen. A host calls the methods; `data` is for reading."""

    class Moved(Message):
        """The cursor stands on another node, or what is shown has changed."""

        def can_replace(self, message: Message) -> bool:
            """Only the last of a burst matters."""
            return isinstance(message, FileTree.Moved)

    class Opened(Message):
        """A node was double-clicked."""

    class HeaderClicked(Message):
        """The title of a column was clicked that has an order."""

        def __init__(self, order: str) -> None:
            self.order = order
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(header=1, id=id)
        self.data = TreeRows()
        self.touched = False
        """Whether anybody moved, opened or closed anything: until then the cursor is at the top."""
        self._path = ""
        """Of the node stood on: the cursor stays there whatever comes and goes."""

    # What a host does

    @property
    def current(self) -> int | None:
        """The node the cursor stands on; None when there is none."""
        rows = self.data.rows
        return rows[self.cursor] if self.cursor < len(rows) else None

    @property
    def current_path(self) -> str:
        """Its path; '' when there is none."""
        return self._path if self.current is not None else ""

    def show(self, tree: Tree) -> None:
        """Draw another tree; what is open and where one stands stays, by path."""
        self.data.show(tree)
        if not self.touched:
            self._path = ""
        self.changed()

    def find(self, text: str) -> None:
        """Show only what a text is found at, `!` inverts; the first that is found is stood on."""
        self.data.find(text)
        self.changed()

    def show_kinds(self, kinds: Collection[Mark]) -> None:
        """Show only what has one of these marks, and the way to it."""
        self.data.show_kinds(kinds)
        self.changed()

    def sort_by(self, order: str, *, reverse: bool) -> None:
        """In another order; the cursor goes to the top, where one looks after sorting."""
        self.data.sort(order, reverse=reverse)
        self._path = ""
        self.cursor = 0
        self.changed()

    def toggle(self) -> bool:
        """Open or close the directory stood on; False on what cannot be opened."""
        node = self.current
        return node is not None and self._open(node, opened=not self.data.is_open(node))

    def step_in(self) -> bool:
        """Open the directory stood on; in an open one go to what is first in it."""
        node = self.current
        if node is None or self._open(node, opened=True):
            return node is not None
        if not self.data.is_directory(node):
            return False
        self.move(1)
        return True

    def step_out(self) -> bool:
        """Close the directory stood on; else go to the one that this is in."""
        node = self.current
        if node is None:
            return False
        if self.data.is_open(node) and self._open(node, opened=False):
            return True
        parent = self.data.tree.outline.parents[node]
        if not parent:
            return False
        self._move(self.data.number_near(self.data.path(parent)))
        return True

    def expand_all(self) -> None:
        """Open every directory."""
        self.touched = True
        self.data.open_all(opened=True)
        self.changed()

    def collapse_all(self) -> None:
        """Close every directory; the cursor goes up to what is still seen."""
        self.touched = True
        self.data.open_all(opened=False)
        self.changed()

    def open_while(self, rows: int) -> None:
        """Open level by level while no more than so many rows are shown."""
        self.data.open_while(rows)
        self.changed()

    def go_to(self, path: str) -> bool:
        """Stand on a path, opening what it is in; False when it is not seen."""
        node = self.data.tree.outline.nearest(path)
        self.touched = True
        self.data.reveal(node)
        self._path = self.data.path(node)
        self.changed()
        return self.current == node and self._path == path

    def go_to_change(self, by: int) -> bool:
        """Stand on the next path that changed (by 1) or the one before (by -1), opening the way."""
        node = self.data.next_change(self.current or 0, by)
        return node is not None and self.go_to(self.data.path(node))

    def changed(self) -> None:
        """What is shown changed: keep the cursor on its node or on what it is in, and draw."""
        self.cursor = self.data.number_near(self._path) if self._path else self.cursor
        self._remember()
        across = self.scrollable_content_region.width or self.size.width
        self.virtual_size = Size(across, len(self.data) + self._header)
        self._keep_in_sight()
        self.refresh()
        self.post_message(self.Moved())

    def _open(self, node: int, *, opened: bool) -> bool:
        if not self.data.open(node, opened=opened):
            return False
        self.touched = True
        self.changed()
        return True

    # Moving

    def _count(self) -> int:
        return len(self.data)

    def _move(self, to: int) -> None:
        old, self.cursor = self.cursor, to
        self._remember()
        self._keep_in_sight()
        for line in {old, self.cursor}:
            y = line - self.scroll_offset.y + self._header
            self.refresh(Region(0, y, self.size.width, 1))
        if old != self.cursor:
            self.touched = True
            self.post_message(self.Moved())

    def _remember(self) -> None:
        """The cursor stands on a row there is, and its path is known."""
        self.cursor = max(0, min(self.cursor, len(self.data) - 1))
        node = self.current
        if node is not None:
            self._path = self.data.path(node)

    def _keep_in_sight(self) -> None:
        top, height = self.scroll_offset.y, self._height
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, immediate=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, immediate=True)

    # Drawing

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._move(self.cursor)

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the header, a row, or the text of an empty tree."""
        across = self._across
        number = y - self._header + self.scroll_offset.y
        if not self.data.rows:
            return self._empty_line(y - self._header, across)
        if y < self._header:
            return self._strip([(self._titles(), "header")], across, self.rich_style)
        if number >= len(self.data):
            return Strip.blank(across, self.rich_style)
        base = self.rich_style
        if number == self.cursor:
            base = combined(base, self._palette.style("cursor" if self.has_focus else "blurred"))
        return self._strip(self._cells(self.data.rows[number], across), across, base)

    def _cells(self, node: int, across: int) -> list[tuple[str, str]]:
        tree = self.data.tree
        row = trees.Row(tree, node, tree.entry(node), self._marker(node))
        mark, style = trees.mark_cell(tree.mark(node))
        cells = [(fitted(mark, _GUTTER), style)]
        for column in self._columns():
            text, style = column.cell(row)
            shown = fitted(safe(text), column.columns, right=column.right)
            cells.append((shown + " " * trees.GAP, style))
        left = across - sum(len(text) for text, _ in cells)
        for text, style in trees.path_cells(row, left):
            shown = safe(text)
            shown = fitted(shown, left) if width(shown) > left else shown
            left -= width(shown)
            cells.append((shown, style))
        return cells

    def _marker(self, node: int) -> str:
        if not self.data.is_directory(node):
            return trees.NOTHING_BELOW
        return trees.OPEN if self.data.is_open(node) else trees.CLOSED

    def _titles(self) -> str:
        parts = [" " * _GUTTER]
        for column in self._columns():
            title = self._title(column.id, column.title)
            parts.append(fitted(title, column.columns, right=column.right) + " " * trees.GAP)
        return "".join([*parts, self._title("name", "PATH")])

    def _title(self, order: str, title: str) -> str:
        chosen, reverse = self.data.order
        return f"{title}{'↓' if reverse else '↑'}" if order and order == chosen else title

    # The mouse

    def on_click(self, event: events.Click) -> None:
        """Stand on the node clicked, its marker opens it; a title sorts."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        number = offset.y - self._header + self.scroll_offset.y
        if offset.y < self._header:
            order = self._order_at(offset.x)
            if order:
                self.post_message(self.HeaderClicked(order))
        elif number < len(self.data):
            self._move(number)
            if self._marker_at(offset.x):
                self.toggle()
            elif event.chain == 2:
                self.post_message(self.Opened())

    def _order_at(self, x: int) -> str:
        left = _GUTTER
        for column in self._columns():
            if left <= x < left + column.columns + trees.GAP:
                return column.id
            left += column.columns + trees.GAP
        return "name" if x >= left else ""

    def _marker_at(self, x: int) -> bool:
        """Whether the marker of the node stood on is there."""
        node = self.current
        if node is None or not self.data.is_directory(node):
            return False
        left = _GUTTER + sum(column.columns + trees.GAP for column in self._columns())
        start = left + trees.indent(self.data.tree, node, self._across - left)
        return start <= x < start + len(trees.CLOSED)

    @property
    def _across(self) -> int:
        return self.scrollable_content_region.width

    def _columns(self) -> list[trees.TreeColumn]:
        return trees.columns_for(self._across - _GUTTER, changes=self.data.tree.changed)
