"""The contents of one file in two images, and how they differ.

    found = contents_difference(before, after)       # FileContents, or None where it is not there
    found.kind                                       # same, text, binary, link, type, none
    for hunk in found.text.hunks: found.text.lines(hunk)

Who shows lines masks what looks secret in them: `render/contents.py` does both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeVar

import msgspec

from ecrtui.compare.line_changes import Changes, Region, line_changes
from ecrtui.compare.texts import LINES, Text, text_of
from ecrtui.model.contents import FileContents
from ecrtui.model.files import EntryKind

CONTEXT = 3
"""Equal lines shown before and after what differs."""
_ROW = 16
_BLOCK = 1 << 16
Run = TypeVar("Run", bytes, str)
_HAVE_BYTES = (EntryKind.FILE, EntryKind.HARDLINK)


class DiffLine(NamedTuple):
    """One line of a hunk."""

    kind: str
    """`same`, `removed` or `added`."""
    before: int | None
    """Its number, from 1, in the first file; None when added."""
    after: int | None
    """Its number in the second; None when removed."""
    text: str
    """Whole and without its end. Foreign text, and perhaps a secret."""
    ended: bool = True
    """False of a last line without an end."""


class Hunk(NamedTuple):
    """Changes near each other, with the equal lines around them. Lines count from 0."""

    before: int
    before_end: int
    after: int
    after_end: int
    regions: tuple[Region, ...]

    @property
    def heading(self) -> str:
        """`@@ -1,3 +1,4 @@`, as in the unified format."""
        before = _range(self.before, self.before_end)
        return f"@@ -{before} +{_range(self.after, self.after_end)} @@"


class TextDifference(msgspec.Struct, frozen=True):
    """Two texts and the hunks in which they differ: none when only their encodings do."""

    before: Text
    after: Text
    hunks: tuple[Hunk, ...]
    removed: int
    """How many lines."""
    added: int

    @property
    def length(self) -> int:
        """Lines of all hunks, their headings among them."""
        # All of the first file's, equal and removed, and those added.
        return sum(hunk.before_end - hunk.before + 1 for hunk in self.hunks) + self.added

    def lines(self, hunk: Hunk) -> Iterator[DiffLine]:
        """A hunk's lines; removed ones before those added in their place."""
        i, j = hunk.before, hunk.after
        for region in (*hunk.regions, Region(hunk.before_end, -1, hunk.after_end, -1)):
            while i < region.before:
                yield self._line("same", i, j)
                i, j = i + 1, j + 1
            for i in range(region.before, region.before_end):
                yield self._line("removed", i, None)
            for j in range(region.after, region.after_end):
                yield self._line("added", None, j)
            i, j = region.before_end, region.after_end

    def _line(self, kind: str, i: int | None, j: int | None) -> DiffLine:
        text, number = (self.after, j) if i is None else (self.before, i)
        at = number or 0
        ended = text.ended or at + 1 < len(text.lines)
        before, after = None if i is None else i + 1, None if j is None else j + 1
        return DiffLine(kind, before, after, text.lines[at], ended)


class BinaryDifference(msgspec.Struct, frozen=True):
    """Two files of which at least one is no text."""

    offset: int
    """Of the first byte that differs; the shorter one's size when the other goes on."""
    rows: tuple[tuple[int, bytes, bytes], ...]
    """Offset and up to 16 bytes of each file, around that byte."""


class ContentsDifference(msgspec.Struct, frozen=True):
    """How one file differs in two images."""

    kind: str
    """`same`; `text` and `binary`, each with its own part; `link` and `type`, which the entries
    tell; `unread` where a hard link is to what no layer read has; `none` where neither has
    contents."""
    before: FileContents | None
    after: FileContents | None
    text: TextDifference | None = None
    binary: BinaryDifference | None = None
    remarks: tuple[str, ...] = ()
    """Sentences on what the lines do not show: encodings, ends of lines, what was left out."""


def contents_difference(
    before: FileContents | None, after: FileContents | None, *, context: int = CONTEXT
) -> ContentsDifference:
    """What changed in a file; None is a file that is not there.

    Of truncated files only what is there is compared, which a remark tells; that they are the same
    is taken from their digests.
    """
    if before is not None and after is not None:
        kinds = _kind(before), _kind(after)
        if kinds[0] is not kinds[1]:
            return ContentsDifference("type", before, after)
        if kinds[0] is EntryKind.SYMLINK:
            same = before.entry.linkname == after.entry.linkname
            return ContentsDifference("same" if same else "link", before, after)
        if kinds[0] is EntryKind.FILE and _same(before, after):
            return ContentsDifference("same", before, after)
    unread = [one.entry for one in (before, after) if one is not None and one.unread]
    if unread:
        remark = f"It is a hard link to {unread[0].linkname}, which no layer that was read has."
        return ContentsDifference("unread", before, after, remarks=(remark,))
    either = after or before
    if either is None or _kind(either) is not EntryKind.FILE:
        symlink = either is not None and _kind(either) is EntryKind.SYMLINK
        return ContentsDifference("link" if symlink else "none", before, after)
    return _of_bytes(before, after, context)


def _of_bytes(
    before: FileContents | None, after: FileContents | None, context: int
) -> ContentsDifference:
    texts = _text(before), _text(after)
    cut = [one for one in (before, after) if one is not None and one.truncated]
    remarks = [f"Only the first {len(cut[0].data):,} bytes are compared."] if cut else []
    if texts[0] is None or texts[1] is None:
        a, b = (b"" if one is None else one.data for one in (before, after))
        binary = _binary(a, b)
        return ContentsDifference("binary", before, after, None, binary, tuple(remarks))
    found, lined_up = _text_difference(texts[0], texts[1], context)
    remarks += _remarks(found, lined_up, both=before is not None and after is not None)
    return ContentsDifference("text", before, after, found, None, tuple(remarks))


def _kind(contents: FileContents) -> EntryKind:
    kind = contents.entry.kind
    return EntryKind.FILE if kind in _HAVE_BYTES else kind


def _same(before: FileContents, after: FileContents) -> bool:
    if before.unread or after.unread:
        return before.unread and after.unread and before.entry.linkname == after.entry.linkname
    if before.truncated or after.truncated:
        return before.entry.sha256 == after.entry.sha256 != ""
    return before.data == after.data


def _text(contents: FileContents | None) -> Text | None:
    """The text of a file, an empty one where there is none."""
    if contents is None or not contents.data:
        return Text([])
    return text_of(contents.data, cut=contents.truncated)


def _text_difference(a: Text, b: Text, context: int) -> tuple[TextDifference, bool]:
    changes: Changes = line_changes(_keys(a), _keys(b))
    removed = sum(one.before_end - one.before for one in changes.regions)
    added = sum(one.after_end - one.after for one in changes.regions)
    hunks = tuple(_hunks(changes.regions, len(a.lines), len(b.lines), context))
    return TextDifference(a, b, hunks, removed, added), changes.lined_up


def _keys(text: Text) -> list[str]:
    """Lines as they are compared: a last one without its end is another line."""
    if text.ended or not text.lines:
        return text.lines
    return [*text.lines[:-1], text.lines[-1] + "\0"]


def _hunks(regions: list[Region], length: int, other: int, context: int) -> Iterator[Hunk]:
    group: list[Region] = []
    for region in regions:
        if group and region.before - group[-1].before_end > 2 * context:
            yield _hunk(group, length, other, context)
            group = []
        group.append(region)
    if group:
        yield _hunk(group, length, other, context)


def _hunk(group: list[Region], length: int, other: int, context: int) -> Hunk:
    first, last = group[0], group[-1]
    lead = min(context, first.before, first.after)
    tail = min(context, length - last.before_end, other - last.after_end)
    edges = first.before - lead, last.before_end + tail, first.after - lead, last.after_end + tail
    return Hunk(*edges, tuple(group))


def _range(start: int, end: int) -> str:
    """As GNU diff writes it: of one line its number, of none that of the line before."""
    count = end - start
    return f"{start + 1}" if count == 1 else f"{start + 1 if count else start},{count}"


def _remarks(found: TextDifference, lined_up: bool, *, both: bool) -> Iterator[str]:
    before, after = found.before, found.after
    if both and before.encoding != after.encoding and before.lines and after.lines:
        yield f"Encoding: {before.encoding} → {after.encoding}."
    elif after.lines and after.encoding != "UTF-8":
        yield f"Encoding: {after.encoding}."
    if before.line_ends and after.line_ends and before.line_ends != after.line_ends:
        yield f"Ends of lines: {before.line_ends} → {after.line_ends}."
    if not lined_up:
        yield "Too much changed to be lined up: what differs is shown as replaced."
    if before.more or after.more:
        yield f"Only the first {LINES:,} lines are compared."


def _binary(a: bytes, b: bytes) -> BinaryDifference:
    offset = first_difference(a, b)
    start = max(0, offset // _ROW - 1) * _ROW
    rows = (
        (at, a[at : at + _ROW], b[at : at + _ROW]) for at in range(start, start + 3 * _ROW, _ROW)
    )
    return BinaryDifference(offset, tuple(row for row in rows if row[1] or row[2]))


def first_difference(a: Run, b: Run) -> int:
    """Where two runs of bytes or characters part; the shorter one's length if nowhere before."""
    at, shorter = 0, min(len(a), len(b))
    while at < shorter and a[at : at + _BLOCK] == b[at : at + _BLOCK]:
        at += _BLOCK
    while at < shorter and a[at] == b[at]:
        at += 1
    return min(at, shorter)
