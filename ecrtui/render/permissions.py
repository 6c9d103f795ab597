"""Modes of files as people read them."""

from __future__ import annotations

from ecrtui.model.files import Entry, EntryKind

_LETTERS = {
    EntryKind.DIRECTORY: "d",
    EntryKind.SYMLINK: "l",
    EntryKind.CHAR: "c",
    EntryKind.BLOCK: "b",
    EntryKind.FIFO: "p",
}


def permissions(entry: Entry) -> str:
    """`-rwsr-xr-x`, as ls shows it."""
    letters = ""
    for shift, special in ((6, "s"), (3, "s"), (0, "t")):
        bits = entry.mode >> shift & 7
        set_ = entry.mode >> (9 + shift // 3) & 1
        last = (special if bits & 1 else special.upper()) if set_ else "x" if bits & 1 else "-"
        letters += ("r" if bits & 4 else "-") + ("w" if bits & 2 else "-") + last
    return _LETTERS.get(entry.kind, "-") + letters
