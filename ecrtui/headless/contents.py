"""The contents of changed files in `diff`: as lines of the unified format, and in JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec

from ecrtui.compare.comparison import Comparison
from ecrtui.compare.contents import ContentsDifference
from ecrtui.headless.output import TABLE
from ecrtui.render.contents import unified
from ecrtui.render.entries import shown_path
from ecrtui.render.text import safe
from ecrtui.workflows.compare_contents import chosen, compare_files, with_contents
from ecrtui.workflows.look_inside import Note
from ecrtui.workflows.services import Services

_READ = 128 * 1024 * 1024
"""Bytes of files held at once, of both images together."""
_TICKS = re.compile(r"`{3,}")


class _Room(msgspec.Struct, frozen=True):
    """How much one format takes."""

    read: int
    """Files that are read, to find those that are texts."""
    files: int
    """Of those the ones that are shown, texts first."""
    lines: int
    """Of one file."""
    characters: int = 0
    """Of all of them, if not 0."""


_ROOMS = {
    TABLE: _Room(400, 50, 300),
    "markdown": _Room(400, 20, 100, 40_000),  # a comment on GitHub takes 65,536
}
_ROOMY = _Room(1_000, 1_000, 10_000)


class Shown(msgspec.Struct, frozen=True):
    """One file's difference as it is printed."""

    path: str
    found: ContentsDifference
    lines: tuple[str, ...]
    """Of the unified format; foreign text."""
    left: int
    """How many more lines there are."""
    masked: int
    """In how many of the lines something is."""


class Contents(msgspec.Struct, frozen=True):
    """All that is printed."""

    shown: tuple[Shown, ...]
    left: int
    """How many more files there are."""

    @property
    def masked(self) -> int:
        """Lines in which something is."""
        return sum(one.masked for one in self.shown)


def contents_of(
    services: Services,
    found: Comparison,
    format_: str,
    *,
    glob: str = "",
    unmasked: bool = False,
    note: Note | None = None,
) -> Contents:
    """The contents of a comparison's files, as many as one format takes."""
    room = _ROOMS.get(format_, _ROOMY)
    paths = with_contents(found, glob)
    some = chosen(found, paths, files=room.read, size=_READ)
    rows = [
        _shown(path, one, room.lines, unmasked=unmasked)
        for path, one in compare_files(services, found, some, note)
    ]
    rows.sort(key=lambda row: row.found.text is None)
    shown = tuple(_fitting(rows[: room.files], room.characters))
    return Contents(shown, len(paths) - len(shown))


def _fitting(rows: list[Shown], most: int) -> Iterator[Shown]:
    """As many as have so many characters together, the first in any case; all when it is 0."""
    characters = 0
    for number, row in enumerate(rows):
        characters += sum(len(line) + 1 for line in row.lines)
        if most and characters > most and number:
            return
        yield row


def _shown(path: str, found: ContentsDifference, most: int, *, unmasked: bool) -> Shown:
    told = unified(found, path, unmasked=unmasked)
    if found.binary is not None:
        told = ((text, line) for text, line in told if line.kind == "note")
    lines = list(islice(told, most))
    left = 0
    if len(lines) == most and found.text is not None:
        # Two lines name the files; remarks, and what is told of lacking ends, are not counted.
        left = max(0, found.text.length - sum(bool(line.kind != "note") for _, line in lines))
    masked = sum(line.masked for _, line in lines)
    return Shown(path, found, tuple(text for text, _ in lines), left, masked)


def text_lines(contents: Contents) -> Iterator[list[str]]:
    """For a terminal and for plain output: cells with tabs between them, as the lines have them."""
    for one in contents.shown:
        yield [""]
        for line in one.lines:
            yield line.split("\t")
        if one.left:
            yield [f"# {one.left:,} more lines"]
    if contents.left:
        yield [""]
        yield [f"# {contents.left:,} more files"]


def markdown_lines(contents: Contents) -> Iterator[str]:
    """A fenced block for each file, its fence longer than any in it."""
    for one in contents.shown:
        text = [safe(line.expandtabs(4)) for line in one.lines]
        longest = max((len(ticks) for line in text for ticks in _TICKS.findall(line)), default=2)
        fence = "`" * (longest + 1)
        yield from ("", f"{fence}diff", *text)
        if one.left:
            yield f"# {one.left:,} more lines"
        yield fence
    if contents.left:
        yield from ("", f"{contents.left:,} more files")


def contents_document(one: Shown | None) -> dict[str, Any] | None:
    """As docs/json.md says."""
    if one is None:
        return None
    text, binary = one.found.text, one.found.binary
    return {
        "kind": one.found.kind,
        "unified": shown_path("".join(line + "\n" for line in one.lines)) if text else None,
        "linesAdded": text.added if text else None,
        "linesRemoved": text.removed if text else None,
        "linesLeft": one.left,
        "linesMasked": one.masked,
        "firstDifference": binary.offset if binary else None,
        "remarks": one.found.remarks,
    }
