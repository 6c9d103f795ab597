"""What stdout gets: data only, in the format asked for, page by page as it comes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, BinaryIO, Generic, TypeVar

import msgspec

from ecrtui.render import markdown
from ecrtui.render.ages import Times
from ecrtui.render.text import fitted, safe, width

T = TypeVar("T")

_WIDEST = 60
"""Columns of a cell at most, so that one long tag does not push all else off the screen."""
TABLE = "table"
"""Aligned for a person at a terminal: the default there."""


class Column(msgspec.Struct, Generic[T], frozen=True):
    """A column: its heading and a row's cell, for a person and for a program."""

    title: str
    person: Callable[[T, Times], str] | None
    """None keeps the column off the terminal, where it would not fit."""
    machine: Callable[[T], str]
    right: bool = False


class Listing(msgspec.Struct, Generic[T], frozen=True):
    """How rows of one kind are printed."""

    columns: tuple[Column[T], ...]
    document: Callable[[T], Any]
    """What JSON shows of a row."""


class Output:
    """stdout in one format."""

    def __init__(self, chosen: str, times: Times, stream: BinaryIO, *, terminal: bool) -> None:
        self.format = chosen or (TABLE if terminal else "plain")
        self.times = times
        self.terminal = terminal
        """Whether a person sees it as it is written."""
        self._stream = stream

    @classmethod
    def standard(cls, chosen: str, times: Times) -> Output:
        """This process's stdout, always UTF-8."""
        return cls(chosen, times, sys.stdout.buffer, terminal=sys.stdout.isatty())

    def document(self, value: Any) -> None:
        """One JSON document; on one line for --jsonl."""
        encoded = msgspec.json.encode(value)
        if self.format != "jsonl":
            encoded = msgspec.json.format(encoded, indent=2)
        self._write(encoded + b"\n")

    def raw(self, data: bytes) -> None:
        """Bytes as they are: for a file or a program, never for a terminal."""
        self._write(data)

    @property
    def is_json(self) -> bool:
        """Whether a program reads it as JSON."""
        return self.format in ("json", "jsonl")

    def lines(self, lines: Iterable[Sequence[str]]) -> None:
        """Lines of cells with tabs between them; the text may be foreign."""
        text = "".join("\t".join(map(safe, cells)) + "\n" for cells in lines)
        self._write(text.encode("utf-8", "replace"))

    def pages(self, listing: Listing[T], pages: Iterable[Sequence[T]]) -> int:
        """Every row of every page; the number of rows.

        All formats but --json print a page when it comes. --json prints one array at the end, so
        that a list that fails half way leaves no half document.
        """
        writer = _WRITERS[self.format](listing, self.times)
        count = 0
        for page in pages:
            count += len(page)
            self._write(writer.page(page))
        self._write(writer.end())
        return count

    def _write(self, data: bytes) -> None:
        if data:
            self._stream.write(data)
            self._stream.flush()


class _Lines(Generic[T]):
    """One JSON element a line."""

    def __init__(self, listing: Listing[T], _times: Times) -> None:
        self._document = listing.document
        self._encoder = msgspec.json.Encoder()

    def page(self, rows: Sequence[T]) -> bytes:
        """The bytes of a page."""
        return self._encoder.encode_lines([self._document(row) for row in rows])

    def end(self) -> bytes:
        """What comes after the last page."""
        return b""


class _Array(_Lines[T]):
    """One JSON array, an element a line."""

    def __init__(self, listing: Listing[T], times: Times) -> None:
        super().__init__(listing, times)
        self._parts: list[bytes] = []

    def page(self, rows: Sequence[T]) -> bytes:
        """Nothing yet."""
        self._parts += [self._encoder.encode(self._document(row)) for row in rows]
        return b""

    def end(self) -> bytes:
        """The whole array."""
        return msgspec.json.format(b"[" + b",".join(self._parts) + b"]", indent=2) + b"\n"


class _Plain(Generic[T]):
    """Tab-separated lines under a heading, exact values."""

    def __init__(self, listing: Listing[T], _times: Times) -> None:
        self._columns = listing.columns
        self._heading = True

    def page(self, rows: Sequence[T]) -> bytes:
        """The bytes of a page, the heading before the first."""
        lines = [
            self._line([safe(column.machine(row)) for column in self._columns]) for row in rows
        ]
        return "".join([*self._head(), *lines]).encode("utf-8", "replace")

    def end(self) -> bytes:
        """The heading alone when no page came."""
        return "".join(self._head()).encode()

    def _head(self) -> list[str]:
        heading, self._heading = self._heading, False
        return [self._line([column.title for column in self._columns])] if heading else []

    def _line(self, cells: list[str]) -> str:
        return "\t".join(cells) + "\n"


class _Markdown(_Plain[T]):
    """A Markdown table, exact values."""

    def _head(self) -> list[str]:
        heading = super()._head()
        return [*heading, "|" + " --- |" * len(self._columns) + "\n"] if heading else []

    def _line(self, cells: list[str]) -> str:
        return "| " + " | ".join(map(markdown.cell, cells)) + " |\n"


class _Table(Generic[T]):
    """Aligned columns, as wide as each page needs."""

    def __init__(self, listing: Listing[T], times: Times) -> None:
        self._columns = [column for column in listing.columns if column.person]
        self._times = times
        self._widths = [len(column.title) for column in self._columns]
        self._heading = True

    def page(self, rows: Sequence[T]) -> bytes:
        """The bytes of a page."""
        cells = [
            [safe(column.person(row, self._times)) for column in self._columns if column.person]
            for row in rows
        ]
        for index, known in enumerate(self._widths):
            widest = max([known, *(width(line[index]) for line in cells)])
            self._widths[index] = min(widest, _WIDEST)
        heading = [[column.title for column in self._columns]] if self._heading else []
        self._heading = False
        return "".join(self._line(line) for line in heading + cells).encode("utf-8", "replace")

    def end(self) -> bytes:
        """Nothing: an empty table is said on stderr."""
        return b""

    def _line(self, cells: list[str]) -> str:
        shown = [
            fitted(cell, columns, right=column.right)
            for cell, columns, column in zip(cells, self._widths, self._columns, strict=True)
        ]
        return "  ".join(shown).rstrip() + "\n"


_WRITERS: dict[str, Any] = {
    "json": _Array,
    "jsonl": _Lines,
    "plain": _Plain,
    "markdown": _Markdown,
    TABLE: _Table,
}
