"""The searchable text of rows, page by page: a word is looked for in a page at once.

Looking into a hundred thousand short strings costs a call each, which one feels at every letter;
one string of a thousand rows costs one.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Any, Generic, TypeVar

from ecrtui.render.columns import Column

Row = TypeVar("Row")

_BETWEEN = "\0"
"""Stands between rows; nobody can type it, and it is taken out of what rows say."""
_TOGETHER = 1024
"""Rows of one page."""
_TRIED, _MANY = 32, 2
"""After so many hits it is known whether one of so many rows has the word; then it is found faster
row by row."""


class _Page:
    """The texts of some rows in one string, and where each begins."""

    def __init__(self, texts: Sequence[str]) -> None:
        joined = _BETWEEN.join(texts).lower()
        if joined.count(_BETWEEN) != len(texts) - 1:
            joined = _BETWEEN.join(text.replace(_BETWEEN, " ") for text in texts).lower()
        self.joined = joined + _BETWEEN
        lengths = (len(text) + 1 for text in joined.split(_BETWEEN))
        self.starts = array("I", accumulate(lengths, initial=0))

    def text(self, at: int) -> str:
        return self.joined[self.starts[at] : self.starts[at + 1] - 1]

    def texts(self) -> list[str]:
        return self.joined.split(_BETWEEN)[:-1]

    def holding(self, word: str) -> list[int]:
        """The rows that hold a word, in their order."""
        joined, starts = self.joined, self.starts
        found: list[int] = []
        place = joined.find(word)
        while place >= 0:
            at = bisect_right(starts, place) - 1
            found.append(at)
            if len(found) == _TRIED and at < _TRIED * _MANY:
                return [at for at, text in enumerate(self.texts()) if word in text]
            place = joined.find(word, starts[at + 1])
        return found


class Haystack(Generic[Row]):
    """The text of every row, by the row's number."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        children: Callable[[Row], Sequence[Row]],
        key: Callable[[Row], str],
    ) -> None:
        self._getters = [column.key for column in columns if column.kind == "text"]
        self._children = children
        self._key = key
        self._pages: list[_Page] = []
        self._last: list[str] = []
        """The texts of the last page while it is not full."""

    def add(self, rows: Sequence[Row]) -> None:
        """More rows; their numbers go on."""
        texts = self._last + self._texts(rows)
        if self._last:
            self._pages.pop()
        for start in range(0, len(texts), _TOGETHER):
            self._pages.append(_Page(texts[start : start + _TOGETHER]))
        left = len(texts) % _TOGETHER
        self._last = texts[-left:] if left else []

    def put(self, rows: Mapping[int, Row]) -> None:
        """Other rows in the places of some, by their numbers."""
        pages: dict[int, list[str]] = {}
        for number, text in zip(rows, self._texts(list(rows.values())), strict=True):
            page, at = divmod(number, _TOGETHER)
            if page not in pages:
                pages[page] = self._pages[page].texts()
            pages[page][at] = text
        for page, texts in pages.items():
            self._pages[page] = _Page(texts)
            if self._last and page == len(self._pages) - 1:
                self._last = texts

    def clear(self) -> None:
        """No rows any more."""
        self._pages, self._last = [], []

    def text(self, number: int) -> str:
        """A row's text, in lower case."""
        page, at = divmod(number, _TOGETHER)
        return self._pages[page].text(at)

    def holding(self, word: str, start: int = 0) -> list[int]:
        """The numbers of the rows that hold a word (in lower case), in their order.

        With `start` only pages from that row's on are looked at.
        """
        found: list[int] = []
        if _BETWEEN in word:
            return found
        first = start // _TOGETHER
        for number, page in enumerate(self._pages[first:], first):
            base = number * _TOGETHER
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
