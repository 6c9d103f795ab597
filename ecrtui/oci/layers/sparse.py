"""Sparse files: where their parts lie (GNU's old format; PAX 0.0, 0.1 and 1.0)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from ecrtui.oci.layers.caps import Caps, too_much, unreadable
from ecrtui.oci.layers.extensions import Extensions, decimal
from ecrtui.oci.layers.headers import BLOCK, Header, number
from ecrtui.oci.layers.tape import Tape

Parts = list[tuple[int, int]]
_PAIR = 24
"""Two numbers of twelve bytes."""


class Sparse:
    """A sparse file's size when unpacked, its parts, and the bytes of them on the tape."""

    __slots__ = ("parts", "size", "stored")

    def __init__(self, size: int, parts: Parts, stored: int) -> None:
        self.size = size
        self.parts = [part for part in parts if part[1]]
        self.stored = stored
        edges = [0, *(edge for at, length in self.parts for edge in (at, at + length)), size]
        data = sum(length for _, length in self.parts)
        bad = any(later < sooner for sooner, later in pairwise(edges))
        if bad or data != stored or any(length < 0 or at < 0 for at, length in parts):
            raise unreadable("a sparse file's parts make no file")

    @property
    def holes(self) -> int:
        """Bytes that are not on the tape."""
        return self.size - self.stored


def sparse_of(
    tape: Tape, header: Header, extensions: Extensions, stored: int, caps: Caps
) -> Sparse | None:
    """What a header says of a sparse file, None for one that is not.

    Old GNU and PAX 1.0 hold the map before the contents: the tape is behind it then. `stored` is
    the size in the header, which in PAX 1.0 counts the map.
    """
    if header.kind == b"S":
        return Sparse(number(header.raw[483:495]), _old(tape, header.raw, caps), stored)
    pax = extensions.pax
    version = pax.get(b"GNU.sparse.major"), pax.get(b"GNU.sparse.minor")
    if version == (b"1", b"0"):
        size = extensions.integer(b"GNU.sparse.realsize", 0)
        numbers, length = _map(tape, stored, caps)
        return Sparse(size, _pairs(numbers), stored - length)
    if b"GNU.sparse.size" not in pax:
        return None
    size = extensions.integer(b"GNU.sparse.size", 0)
    if b"GNU.sparse.map" in pax:
        return Sparse(size, _pairs(pax[b"GNU.sparse.map"].split(b",")), stored)
    keys = (b"GNU.sparse.offset", b"GNU.sparse.numbytes")
    return Sparse(size, _pairs(value for key, value in extensions.records if key in keys), stored)


def _old(tape: Tape, raw: bytes, caps: Caps) -> Parts:
    """Four pairs in the header, then blocks of 21 as long as each says that one follows."""
    parts = list(_old_pairs(raw[386:482]))
    more = raw[482]
    while more:
        if len(parts) * _PAIR > caps.extension_bytes:
            raise too_much("bytes in the map of a sparse file", caps.extension_bytes)
        block = tape.take(BLOCK)
        parts += _old_pairs(block[:504])
        more = block[504]
    return parts


def _old_pairs(fields: bytes) -> Iterator[tuple[int, int]]:
    for at in range(0, len(fields), _PAIR):
        pair = fields[at : at + _PAIR]
        if not pair[0] or not pair[12]:
            return
        yield number(pair[:12]), number(pair[12:])


def _pairs(numbers: Iterable[bytes]) -> Parts:
    values = [decimal(one) for one in numbers if one]
    if len(values) % 2:
        raise unreadable("a sparse file's map has a number too few")
    return list(zip(values[::2], values[1::2], strict=True))


def _map(tape: Tape, stored: int, caps: Caps) -> tuple[list[bytes], int]:
    """PAX 1.0: decimal lines before the contents, how many pairs there are first."""
    text, length, wanted = b"", 0, 1
    lines: list[bytes] = []
    while len(lines) < wanted:
        if length >= caps.extension_bytes:
            raise too_much("bytes in the map of a sparse file", caps.extension_bytes)
        if length + BLOCK > stored:
            raise unreadable("a sparse file's map is cut short")
        length += BLOCK
        *more, text = (text + tape.take(BLOCK)).split(b"\n")
        lines += more
        if lines:
            wanted = 1 + 2 * decimal(lines[0])
        if len(text) > BLOCK:
            raise unreadable("a sparse file's map is not made of lines")
    return lines[1:wanted], length
