"""rpm's "new database", `Packages.db`: pages of slots, each of which says where a blob is.

There is no document of the format; rpm's lib/backend/ndb/rpmpkg.c is where it is written down.
Everything is little-endian and in blocks of 16 bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ecrtui.packages.caps import unreadable

_BLOCK = 16
_PAGE = 4096
_HEADER = struct.Struct("<4sIII16x")
"""Magic, version, generation, pages of slots."""
_SLOT = struct.Struct("<4sIII")
"""Magic, number of the package, first block, blocks."""
_BLOB = struct.Struct("<4sIII")
"""Magic, number of the package, time, bytes that follow."""


def blobs(data: bytes) -> Iterator[bytes]:
    """The blobs, as their slots come."""
    if len(data) < _HEADER.size:
        raise unreadable("it is cut short")
    magic, version, _, pages = _HEADER.unpack_from(data)
    if magic != b"RpmP" or version != 0:
        raise unreadable("it is no ndb database of a known version")
    slots = data[_HEADER.size : pages * _PAGE]
    if len(slots) != pages * _PAGE - _HEADER.size:
        raise unreadable("its slots are cut short")
    room = len(data)
    for magic, number, block, _ in _SLOT.iter_unpack(slots):
        if magic != b"Slot":
            raise unreadable("a slot is damaged")
        if block:
            blob = _blob(data, number, block * _BLOCK)
            # Blobs do not overlap, and so come to no more than the file: else a small file could
            # ask for endless reading.
            room -= len(blob) + _BLOB.size
            if room < 0:
                raise unreadable("its packages overlap")
            yield blob


def _blob(data: bytes, number: int, at: int) -> bytes:
    if at + _BLOB.size > len(data):
        raise unreadable("a package is cut short")
    magic, told, _, size = _BLOB.unpack_from(data, at)
    start = at + _BLOB.size
    if magic != b"BlbS" or told != number or start + size > len(data):
        raise unreadable("a package is damaged")
    return data[start : start + size]
