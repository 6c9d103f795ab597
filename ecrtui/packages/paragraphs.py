"""Texts of `Field: value` lines in paragraphs: Debian's control files, apk's, Python's metadata."""

from __future__ import annotations

from collections.abc import Collection, Iterator


def paragraphs(data: bytes, fields: Collection[bytes]) -> Iterator[dict[bytes, str]]:
    """The values of some fields, paragraph by paragraph; a paragraph without any is left out.

    Paragraphs are parted by empty lines. Fields are told by their names as written, the first of
    a paragraph wins; continuation lines, which start with a space, are passed over.
    """
    found: dict[bytes, str] = {}
    for line in data.split(b"\n"):
        name, colon, value = line.partition(b":")
        if colon and name in fields:
            found.setdefault(name, value.strip().decode("utf-8", "replace"))
        elif found and not line.strip():
            yield found
            found = {}
    if found:
        yield found
