"""The searchable text of rows, page by page: a word is looked for in a page at once.

It is made when it is looked into, or before that by `prepare`, some rows at a time: a page of rows
is on the screen without it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from ecrtui.model.texts import BETWEEN, TOGETHER, Texts
from ecrtui.render.columns import Column

Row = TypeVar("Row")


class Haystack(Generic[Row]):
    """The text of every row of a list that grows, by the row's number."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        children: Callable[[Row], Sequence[Row]],
        key: Callable[[Row], str],
        rows: list[Row],
    ) -> None:
        self._rows = rows
        self._made = 0
        """How many have their text."""
        self._getters = [column.key for column in columns if column.kind == "text"]
        self._children = children
        self._key = key
        self._pages: list[Texts] = []
        self._last: list[str] = []
        """The texts of the last page while it is not full."""

    @property
    def complete(self) -> bool:
        """Whether every row has its text."""
        return self._made == len(self._rows)

    def prepare(self, most: int | None = None) -> None:
        """Make the texts of the next rows, all by default."""
        end = len(self._rows) if most is None else min(len(self._rows), self._made + most)
        if end > self._made:
            self._add(self._rows[self._made : end])
            self._made = end

    def _add(self, rows: Sequence[Row]) -> None:
        texts = self._last + self._texts(rows)
        if self._last:
            self._pages.pop()
        for start in range(0, len(texts), TOGETHER):
            self._pages.append(Texts(texts[start : start + TOGETHER]))
        left = len(texts) % TOGETHER
        self._last = texts[-left:] if left else []

    def put(self, rows: Mapping[int, Row]) -> None:
        """Other rows are in the places of some, by their numbers."""
        rows = {number: row for number, row in rows.items() if number < self._made}
        pages: dict[int, list[str]] = {}
        for number, text in zip(rows, self._texts(list(rows.values())), strict=True):
            page, at = divmod(number, TOGETHER)
            if page not in pages:
                pages[page] = self._pages[page].texts()
            pages[page][at] = text
        for page, texts in pages.items():
            self._pages[page] = Texts(texts)
            if self._last and page == len(self._pages) - 1:
                self._last = texts

    def clear(self, rows: list[Row]) -> None:
        """Another list of rows."""
        self._rows, self._made = rows, 0
        self._pages, self._last = [], []

    def text(self, number: int) -> str:
        """A row's text, in lower case."""
        if number >= self._made:
            self.prepare()
        page, at = divmod(number, TOGETHER)
        return self._pages[page].text(at)

    def holding(self, word: str, start: int = 0) -> list[int]:
        """The numbers of the rows that hold a word (in lower case), in their order.

        With `start` only pages from that row's on are looked at.
        """
        found: list[int] = []
        if BETWEEN in word:
            return found
        self.prepare()
        first = start // TOGETHER
        for number, page in enumerate(self._pages[first:], first):
            base = number * TOGETHER
            found += [base + at for at in page.holding(word)]
        return found

    def _texts(self, rows: Sequence[Row]) -> list[str]:
        columns = [_as_text([get(row) for row in rows]) for get in self._getters]
        children, key = self._children, self._key
        columns.append(["\n".join(map(key, children(row))) for row in rows])
        return list(map("\n".join, zip(*columns, strict=True)))


def _as_text(values: list[Any]) -> list[str]:
    """What a column says of each row: a text, several, or nothing."""
    if set(map(type, values)) <= {str}:
        return values
    return [each if isinstance(each, str) else "\n".join(each or ()) for each in values]
