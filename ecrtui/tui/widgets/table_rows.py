"""The rows under a table, without any widget: order, filter, marks, children.

Rows have a key each (a digest, a name); cursor, marks and expansion go by key, so they survive
pages that arrive, sorting, filtering and a refresh.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from ecrtui.model.filtering import Field, Filter
from ecrtui.model.texts import TOGETHER
from ecrtui.render.columns import Column
from ecrtui.tui.widgets.haystack import Haystack

Row = TypeVar("Row")

_DIGITS = re.compile(r"\d+")
_LEAST = float("-inf")
"""What is not known sorts before all numbers."""


class Line(NamedTuple):
    """One line on the screen: a row, or one of its children."""

    row: int
    child: int = -1


class TableRows(Generic[Row]):
    """Rows with an order, a filter, marks and expanded children."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], str],
        children: Callable[[Row], Sequence[Row]] | None = None,
    ) -> None:
        self.columns = list(columns)
        self.key = key
        self.children = children or (lambda _: ())
        self.rows: list[Row] = []
        self.marks: set[str] = set()
        self.new: set[str] = set()
        self.expanded: set[str] = set()
        self.order: tuple[str, bool] = ("", False)
        self.filter: Filter[Row] | None = None
        self._haystack = Haystack(columns, self.children, key, self.rows)
        self._keys: list[str] = []
        self._at: dict[str, int] = {}
        self._sort_keys: list[Any] = []
        self._ordered: list[int] = []
        """All rows in their order."""
        self._visible: list[int] = []
        """Those that pass the filter, in the same order."""
        self._lines: list[Line] | None = None

    def __len__(self) -> int:
        return len(self._visible) if self._lines is None else len(self._lines)

    @property
    def shown(self) -> int:
        """Rows that pass the filter, children not counted."""
        return len(self._visible)

    def line(self, number: int) -> Line:
        """What stands on a line."""
        if self._lines is not None:
            return self._lines[number]
        return Line(self._visible[number])

    def row_at(self, number: int) -> Row | None:
        """The row (or child) on a line; None past the end."""
        if not 0 <= number < len(self):
            return None
        at = self.line(number)
        row = self.rows[at.row]
        return row if at.child < 0 else self.children(row)[at.child]

    def parent_at(self, number: int) -> Row | None:
        """The row a line belongs to: itself, or the parent of a child."""
        return self.rows[self.line(number).row] if 0 <= number < len(self) else None

    def fields(self) -> list[Field[Row]]:
        """The columns as a filter may ask for them."""
        return [Field(column.id, column.kind, column.key) for column in self.columns]

    # Filling

    def clear(self) -> None:
        """Forget the rows; marks, order and filter stay for those that come next."""
        self.rows, self._keys, self._at = [], [], {}
        self._sort_keys, self._ordered, self._visible = [], [], []
        self._haystack.clear(self.rows)
        self._lines = None

    def append(self, rows: Iterable[Row]) -> None:
        """Add a page; a row whose key is known replaces the one there."""
        first = len(self.rows)
        replaced = self._take(list(rows))
        if self.order[0]:
            self._sort_keys += self._keys_to_sort_by(self.rows[first:])
        if replaced:
            self._put(replaced)
        numbers = list(range(first, len(self.rows)))
        if replaced or not self.order[0]:
            self._ordered += numbers
            self._arrange()
        else:
            self._join(numbers)

    def _take(self, page: list[Row]) -> dict[int, Row]:
        """Take a page's rows in; those that took the place of others, by their numbers."""
        first = len(self.rows)
        keys = list(map(self.key, page))
        fresh = dict(zip(keys, range(first, first + len(keys)), strict=True))
        if len(fresh) == len(keys) and fresh.keys().isdisjoint(self._at):  # no step for each row
            self._at |= fresh
            self._keys += keys
            self.rows += page
            return {}
        replaced: dict[int, Row] = {}
        for key, row in zip(keys, page, strict=True):
            at = self._at.setdefault(key, len(self.rows))
            if at == len(self.rows):
                self._keys.append(key)
                self.rows.append(row)
                continue
            self.rows[at] = row
            if at < first:
                replaced[at] = row
        return replaced

    def _put(self, rows: Mapping[int, Row]) -> None:
        """Take over what is searched and sorted by of rows that are others now."""
        self._haystack.put(rows)
        if self.order[0]:
            again = self._keys_to_sort_by(list(rows.values()))
            for at, sort_key in zip(rows, again, strict=True):
                self._sort_keys[at] = sort_key

    def drop(self, keys: Collection[str]) -> None:
        """Take rows out; the others keep their order, marks and filter."""
        kept = [row for row, key in zip(self.rows, self._keys, strict=True) if key not in keys]
        if len(kept) != len(self.rows):
            self.clear()
            self.append(kept)
            self.marks.difference_update(keys)
            self.new.difference_update(keys)

    def update(self, row: Row) -> None:
        """Put one row in place of the one with the same key; order and filter stay as they are."""
        at = self._at.get(self.key(row))
        if at is not None:
            self.rows[at] = row
            self._put({at: row})
            self._arrange_lines()

    @property
    def prepared(self) -> bool:
        """Whether all that a filter searches is made."""
        return self._haystack.complete

    def prepare(self) -> None:
        """Make what a filter searches of some more rows."""
        self._haystack.prepare(TOGETHER)

    # Order and filter

    def sort(self, column: str, *, reverse: bool) -> None:
        """Order by a column's id; '' gives back the order the rows came in."""
        if not column:
            self._sort_keys = []
        self.order, before = (column, reverse), self.order
        if column and column != before[0]:
            self._sort_keys = self._keys_to_sort_by(self.rows)
        self._arrange()

    def set_filter(self, wanted: Filter[Row] | None) -> None:
        """Show only rows that pass; None shows all. Longer words only look at what is shown."""
        old = self.filter
        self.filter = wanted if wanted is not None and wanted.tests else None
        narrowed = self.filter is not None and old is not None and self.filter.narrows(old)
        self._visible = self._passing(self._visible if narrowed else self._ordered)
        self._arrange_lines()

    def _passing(self, numbers: list[int], start: int = 0) -> list[int]:
        """Those of some numbers, none below `start`, whose rows pass, in the same order."""
        wanted = self.filter
        if wanted is None:
            return numbers
        text = self._haystack.text
        if not wanted.only_words:
            rows = self.rows
            return [number for number in numbers if wanted.matches(rows[number], text(number))]
        # The common case, letter by letter: no call per row.
        for word in wanted.words:
            holding = set(self._haystack.holding(word, start))
            numbers = list(filter(holding.__contains__, numbers))
        return numbers

    def _join(self, numbers: list[int]) -> None:
        """Put a page into the ordered rows: each finds its place, so no other row is looked at."""
        first = numbers[0] if numbers else 0
        numbers.sort(key=self._sort_keys.__getitem__, reverse=self.order[1])
        came = self._passing(numbers, first)
        filtered = self._visible is not self._ordered
        self._ordered = self._joined(self._ordered, numbers)
        self._visible = self._joined(self._visible, came) if filtered else self._ordered
        self._arrange_lines()

    def _joined(self, there: list[int], numbers: list[int]) -> list[int]:
        """Two ordered lists of numbers in one."""
        keys, reverse = self._sort_keys, self.order[1]
        joined: list[int] = []
        done = 0
        for number in numbers:
            key, low, high = keys[number], done, len(there)
            while low < high:
                middle = (low + high) // 2
                other = keys[there[middle]]
                if (other >= key) if reverse else (other <= key):
                    low = middle + 1
                else:
                    high = middle
            joined += there[done:low]
            joined.append(number)
            done = low
        return joined + there[done:]

    def _arrange(self) -> None:
        """Put all rows in order anew, and choose those that pass."""
        column, reverse = self.order
        if column:
            self._ordered.sort(key=self._sort_keys.__getitem__, reverse=reverse)
        else:
            self._ordered.sort()
        self._visible = self._passing(self._ordered)
        self._arrange_lines()

    def _arrange_lines(self) -> None:
        if not self.expanded:
            self._lines = None
            return
        lines: list[Line] = []
        for number in self._visible:
            lines.append(Line(number))
            if self._keys[number] in self.expanded:
                count = len(self.children(self.rows[number]))
                lines += [Line(number, child) for child in range(count)]
        self._lines = lines

    def _keys_to_sort_by(self, rows: Sequence[Row]) -> list[Any]:
        column = next(column for column in self.columns if column.id == self.order[0])
        values = [column.key(row) for row in rows]
        if column.kind != "text":
            return [_LEAST if value is None else value for value in values]
        texts = [_first_text(value) for value in values]
        return natural(texts) if column.natural else _lowered(texts)

    # Marks and children

    def toggle_mark(self, key: str) -> None:
        """Mark a row, or take its mark away."""
        self.marks ^= {key}

    def mark_shown(self) -> None:
        """Mark every row that is shown, or none when all of them are marked."""
        shown = {self._keys[number] for number in self._visible}
        self.marks = self.marks - shown if shown <= self.marks else self.marks | shown

    def marked(self) -> list[Row]:
        """The marked rows, in the order they came."""
        return [
            self.rows[at] for at in sorted(self._at[key] for key in self.marks & self._at.keys())
        ]

    def expand(self, key: str, *, opened: bool) -> bool:
        """Show or hide a row's children; whether anything changed."""
        if opened == (key in self.expanded):
            return False
        if opened and (key not in self._at or not self.children(self.rows[self._at[key]])):
            return False
        self.expanded ^= {key}
        self._arrange_lines()
        return True

    def number_of(self, key: str) -> int | None:
        """The line a row stands on; None when it is not shown."""
        at = self._at.get(key)
        if at is None:
            return None
        if self._lines is not None:
            wanted = Line(at)
            return next((n for n, line in enumerate(self._lines) if line == wanted), None)
        try:
            return self._visible.index(at)
        except ValueError:
            return None


def natural(texts: Sequence[str]) -> list[str]:
    """Texts whose numbers sort as numbers: each padded to the same length, in lower case."""
    return _lowered(texts, lambda joined: _DIGITS.sub(_padded, joined))


def _padded(digits: re.Match[str]) -> str:
    return digits[0].rjust(10, "0")


def _lowered(texts: Sequence[str], change: Callable[[str], str] = str) -> list[str]:
    """Texts in lower case, all changed at once: a call for each of a hundred thousand is felt."""
    if not texts:
        return []
    joined = "\n".join(texts)
    if joined.count("\n") >= len(texts):  # foreign text with lines of its own
        texts = [text.replace("\n", " ") for text in texts]
        joined = "\n".join(texts)
    changed = change(joined.lower())
    return list(texts) if changed == joined else changed.split("\n")


def _first_text(value: Any) -> str:
    return str(value[0] if isinstance(value, (tuple, list)) and value else value or "")
