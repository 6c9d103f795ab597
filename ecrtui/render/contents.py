"""How the contents of one file differ, as lines: for the explorer, and in the unified format.

What looks secret is masked until asked for; very long lines are cut around what differs. Text is
foreign: whoever prints a line makes it safe.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ecrtui.compare.contents import (
    BinaryDifference,
    ContentsDifference,
    Hunk,
    TextDifference,
    first_difference,
)
from ecrtui.model.contents import FileContents
from ecrtui.model.files import EntryKind
from ecrtui.render.secrets import MASK, masked, private_lines
from ecrtui.render.text import ELLIPSIS

LONGEST = 500
"""Characters of a line that is shown whole."""
_BEFORE = 80
"""Characters shown before what differs in a longer one."""
_LOOKED_AT = 8_000
"""Characters on either side of it in which secrets are looked for: a private key has 3,300."""
_NO_END = "\\ No newline at end of file"
_HEX_MASK = " ".join(["••"] * 16)


class ShownLine(NamedTuple):
    """One line of a difference as it is shown."""

    kind: str
    """`note`, `hunk` (its heading), `same`, `removed` or `added`."""
    text: str
    before: int | None = None
    """The line's number, from 1, in the first file."""
    after: int | None = None
    masked: bool = False
    """Whether something in it is masked."""


_SIGNS = {"same": " ", "removed": "-", "added": "+"}


def shown_lines(found: ContentsDifference, *, unmasked: bool = False) -> Iterator[ShownLine]:
    """What differs, line by line, remarks first; made as they are taken."""
    for remark in found.remarks:
        yield ShownLine("note", remark)
    if found.text is not None:
        yield from _Texts(found.text, unmasked=unmasked).lines()
    elif found.binary is not None:
        yield from _binary(found, found.binary, unmasked=unmasked)
    elif found.kind in ("link", "type"):
        for kind, side in (("removed", found.before), ("added", found.after)):
            if side is not None:
                yield ShownLine(kind, _what(side))
    elif found.kind == "unread":
        yield ShownLine("note", "Its contents are not known: read the shared layers too.")
    elif found.kind == "none":
        yield ShownLine("note", "There are no contents to compare.")
    else:
        yield ShownLine("note", "The contents are the same.")


def unified(
    found: ContentsDifference, path: str, *, unmasked: bool = False
) -> Iterator[tuple[str, ShownLine]]:
    """The lines of the unified format, each with what it was made of; notes begin with `# `."""
    for mark, side, name in (("---", found.before, "a"), ("+++", found.after, "b")):
        where = "/dev/null" if side is None else f"{name}{path}"
        yield f"{mark} {where}", ShownLine("note", "")
    for line in shown_lines(found, unmasked=unmasked):
        if line.kind == "note":
            yield (line.text if line.text == _NO_END else f"# {line.text}"), line
        else:
            yield _SIGNS.get(line.kind, "") + line.text, line


class _Texts:
    """The lines of two texts, masked and cut."""

    def __init__(self, found: TextDifference, *, unmasked: bool) -> None:
        self._found = found
        self._unmasked = unmasked
        sides = (found.before.lines, found.after.lines)
        self._private = [set() if unmasked else private_lines(lines) for lines in sides]

    def lines(self) -> Iterator[ShownLine]:
        """Hunk by hunk."""
        for hunk in self._found.hunks:
            yield ShownLine("hunk", hunk.heading)
            yield from self._hunk(hunk)

    def _hunk(self, hunk: Hunk) -> Iterator[ShownLine]:
        centres = dict(self._centres(hunk))
        for line in self._found.lines(hunk):
            side = 0 if line.before is not None else 1
            number = (line.before if side == 0 else line.after) or 0
            text, hidden = self._shown(line.text, centres.get((side, number), 0))
            if number - 1 in self._private[side]:
                text, hidden = MASK, True
            yield ShownLine(line.kind, text, line.before, line.after, hidden)
            if not line.ended:
                yield ShownLine("note", _NO_END)

    def _centres(self, hunk: Hunk) -> Iterator[tuple[tuple[int, int], int]]:
        """(side, number of the line) -> where a long line and its counterpart begin to differ."""
        before, after = self._found.before.lines, self._found.after.lines
        for region in hunk.regions:
            pairs = zip(
                range(region.before, region.before_end),
                range(region.after, region.after_end),
                strict=False,
            )
            for i, j in pairs:
                if max(len(before[i]), len(after[j])) > LONGEST:
                    centre = first_difference(before[i], after[j])
                    yield (0, i + 1), centre
                    yield (1, j + 1), centre

    def _shown(self, line: str, centre: int) -> tuple[str, bool]:
        """A line masked, and cut around a place where it is long; whether it was masked."""
        start = max(0, centre - _LOOKED_AT)
        part = line[start : centre + _LOOKED_AT]
        text = part if self._unmasked else masked(part)
        hidden = text != part
        if len(line) <= LONGEST:
            return text, hidden
        # What is masked moved the place.
        at = min(len(text), len(masked(line[start:centre]))) if hidden else centre - start
        first = max(0, at - _BEFORE)
        last = first + LONGEST
        head = ELLIPSIS if start or first else ""
        tail = ELLIPSIS if last < len(text) or centre + _LOOKED_AT < len(line) else ""
        return f"{head}{text[first:last]}{tail}", hidden


def _binary(
    found: ContentsDifference, binary: BinaryDifference, *, unmasked: bool
) -> Iterator[ShownLine]:
    sizes = [f"{side.entry.size:,}" for side in (found.before, found.after) if side is not None]
    yield ShownLine("note", f"Not text: {' → '.join(sizes)} bytes.")
    if found.before is None or found.after is None:
        return
    yield ShownLine("note", f"The first difference is at byte {binary.offset:,}.")
    sides = zip(*(row[1:] for row in binary.rows), strict=True)
    around = [b"".join(side).decode("latin-1") for side in sides]
    hidden = not unmasked and any(masked(text) != text for text in around)
    for at, before, after in binary.rows:
        if before == after:
            yield ShownLine("same", _hex(at, before, hidden=hidden), masked=hidden)
            continue
        for kind, data in (("removed", before), ("added", after)):
            if data:
                yield ShownLine(kind, _hex(at, data, hidden=hidden), masked=hidden)


def _hex(at: int, data: bytes, *, hidden: bool) -> str:
    return f"{at:08x}  {_HEX_MASK if hidden else data.hex(' ')}"


def _what(side: FileContents) -> str:
    """What is at a path, in words."""
    entry = side.entry
    if side.unread:
        return f"hard link to {entry.linkname}"
    if entry.kind is EntryKind.SYMLINK:
        return f"symlink to {entry.linkname}"
    if entry.kind in (EntryKind.FILE, EntryKind.HARDLINK):
        return f"file of {entry.size:,} bytes"
    return entry.kind.label
