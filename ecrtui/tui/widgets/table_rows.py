"""The rows under a table, without any widget: order, filter, marks, children.

Rows have a key each (a digest, a name); cursor, marks and expansion go by key, so they survive
pages that arrive, sorting, filtering and a refresh.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from ecrtui.model.filtering import Field, Filter
from ecrtui.render.columns import Column

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
        self._haystacks: list[str] = []
        self._keys: list[str] = []
        self._at: dict[str, int] = {}
        self._sort_keys: list[Any] = []
        self._visible: list[int] = []
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
        self.rows, self._keys, self._haystacks = [], [], []
        self._sort_keys, self._visible, self._at = [], [], {}
        self._lines = None

    def append(self, rows: Iterable[Row]) -> None:
        """Add a page; a row whose key is known replaces the one there."""
        first = len(self.rows)
        haystack = self._haystack()
        replaced: list[int] = []
        for row in rows:
            key = self.key(row)
            at = self._at.get(key)
            if at is not None:
                self.rows[at] = row
                self._haystacks[at] = haystack(row)
                replaced.append(at)
                continue
            self._at[key] = len(self.rows)
            self._keys.append(key)
            self.rows.append(row)
            self._haystacks.append(haystack(row))
        if self.order[0]:
            self._sort_keys += self._keys_to_sort_by(self.rows[first:])
            again = self._keys_to_sort_by([self.rows[at] for at in replaced])
            for at, sort_key in zip(replaced, again, strict=True):
                self._sort_keys[at] = sort_key
        came = self._passing(range(first, len(self.rows)))
        if replaced or not self.order[0]:
            self._visible += came
            self._arrange()
        else:
            self._join(came)

    def replace(self, rows: Iterable[Row]) -> None:
        """Put other rows in place of all, as a refresh does; keys not seen before are new."""
        before = set(self._at)
        self.clear()
        self.append(rows)
        self.new = set(self._at) - before if before else set()
        self.marks &= set(self._at)

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
            self._haystacks[at] = self._haystack()(row)
            if self.order[0]:
                self._sort_keys[at] = self._keys_to_sort_by([row])[0]
            self._arrange_lines()

    # Order and filter

    def sort(self, column: str, *, reverse: bool) -> None:
        """Order by a column's id; '' gives back the order the rows came in."""
        if not column:
            self._sort_keys = []
        self.order, before = (column, reverse), self.order
        if column and column != before[0]:
            self._sort_keys = self._keys_to_sort_by(self.rows)
        self._visible = self._passing(range(len(self.rows)))
        self._arrange()

    def set_filter(self, wanted: Filter[Row] | None) -> None:
        """Show only rows that pass; None shows all. Longer words only look at what is shown."""
        old = self.filter
        self.filter = wanted if wanted is not None and wanted.tests else None
        narrowed = self.filter is not None and old is not None and self.filter.narrows(old)
        self._visible = self._passing(self._visible if narrowed else range(len(self.rows)))
        if narrowed:
            self._arrange_lines()
        else:
            self._arrange()

    def _passing(self, numbers: Iterable[int]) -> list[int]:
        wanted = self.filter
        if wanted is None:
            return list(numbers)
        hay = self._haystacks
        if wanted.only_words:
            # The common case, letter by letter: no call per row.
            found = list(numbers)
            for word in wanted.words:
                found = [number for number in found if word in hay[number]]
            return found
        rows = self.rows
        return [number for number in numbers if wanted.matches(rows[number], hay[number])]

    def _join(self, numbers: list[int]) -> None:
        """Put a page into the ordered rows: each finds its place, so no other row is looked at."""
        keys, reverse, there = self._sort_keys, self.order[1], self._visible
        numbers.sort(key=keys.__getitem__, reverse=reverse)
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
        self._visible = joined + there[done:]
        self._arrange_lines()

    def _arrange(self) -> None:
        column, reverse = self.order
        if column:
            self._visible.sort(key=self._sort_keys.__getitem__, reverse=reverse)
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

    def _haystack(self) -> Callable[[Row], str]:
        """What makes a row's searchable text; made once for many rows."""
        getters = [column.key for column in self.columns if column.kind == "text"]
        children, key = self.children, self.key

        def haystack(row: Row) -> str:
            parts: list[str] = []
            for get in getters:
                value = get(row)
                if isinstance(value, str):
                    parts.append(value)
                elif value:
                    parts += value
            parts += [key(child) for child in children(row)]
            return "\n".join(parts).lower()

        return haystack

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
        joined = "\n".join(text.replace("\n", " ") for text in texts)
    return change(joined.lower()).split("\n")


def _first_text(value: Any) -> str:
    return str(value[0] if isinstance(value, (tuple, list)) and value else value or "")
