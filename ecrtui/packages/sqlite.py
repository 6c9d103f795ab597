"""One table of an SQLite database, read from its bytes.

sqlite.org/fileformat2.html is the documentation, and its numbers in brackets are quoted here. The
standard library opens a database in memory only from Python 3.11, refuses those that were left in
WAL mode, which rpm's are, and would run what a hostile schema holds.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ecrtui.packages.caps import unreadable

_MAGIC = b"SQLite format 3\0"
_INTERIOR, _LEAF = 5, 13
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8}
"""Bytes of a number by its serial type; 7 is a float, whose bytes are passed over alike."""


def table(data: bytes, name: str) -> Iterator[list[bytes]]:
    """The rows of a table, each value as its bytes: NULL, 0 and 1 may have none.

    Corrupt where there is no such table or the file is damaged. Each page is read once at most,
    whatever points where.
    """
    try:
        database = _Database(data)
        for row in database.rows(1):
            if row[0] == b"table" and row[1] == name.encode():
                yield from database.rows(int.from_bytes(row[3], "big"))
                return
    except (IndexError, struct.error):
        raise unreadable("the SQLite database is cut short") from None
    raise unreadable(f"the SQLite database has no table {name}")


class _Database:
    def __init__(self, data: bytes) -> None:
        if data[:16] != _MAGIC:
            raise unreadable("it is no SQLite database")
        self._data = data
        size = struct.unpack_from(">H", data, 16)[0]
        self._size = 65536 if size == 1 else size
        self._usable = self._size - data[20]
        if self._size < 512 or self._usable < 480:
            raise unreadable("its pages have no possible size")
        self._seen: set[int] = set()
        self._room = len(data)

    def rows(self, root: int) -> Iterator[list[bytes]]:
        """A table's rows [1.6 B-tree Pages]."""
        left = [root]
        while left:
            number = left.pop()
            page = self._page(number)
            # The first page begins with the file's own header.
            at = 100 if number == 1 else 0
            kind, cells = page[at], struct.unpack_from(">H", page, at + 3)[0]
            if kind not in (_INTERIOR, _LEAF):
                raise unreadable("a page of the SQLite database is damaged")
            start = at + (12 if kind == _INTERIOR else 8)
            pointers = struct.unpack_from(f">{cells}H", page, start)
            if kind == _LEAF:
                yield from (_values(self._payload(page, pointer)) for pointer in pointers)
                continue
            children = [struct.unpack_from(">I", page, pointer)[0] for pointer in pointers]
            children.append(struct.unpack_from(">I", page, at + 8)[0])
            left += reversed(children)

    def _page(self, number: int) -> bytes:
        if not 1 <= number <= len(self._data) // self._size or number in self._seen:
            raise unreadable("a page of the SQLite database is not where it should be")
        self._seen.add(number)
        return self._data[(number - 1) * self._size : number * self._size]

    def _payload(self, page: bytes, at: int) -> bytes:
        """A leaf's cell: what fits stands in the page, the rest in a chain of pages."""
        size, at = _varint(page, at)
        _, at = _varint(page, at)
        # Rows do not overlap, and so come to no more than the file: else a small file could ask
        # for endless reading.
        self._room -= size
        if self._room < 0:
            raise unreadable("rows of the SQLite database overlap")
        here = self._local(size)
        parts = [page[at : at + here]]
        if here < size:
            following = struct.unpack_from(">I", page, at + here)[0]
            missing = size - here
            while missing > 0:
                page = self._page(following)
                following = struct.unpack_from(">I", page)[0]
                parts.append(page[4 : 4 + min(missing, self._usable - 4)])
                missing -= self._usable - 4
        return b"".join(parts)

    def _local(self, size: int) -> int:
        """How many bytes of a payload stand in the leaf itself [1.6, table b-tree leaf cell]."""
        most, least = self._usable - 35, (self._usable - 12) * 32 // 255 - 23
        if size <= most:
            return size
        local = least + (size - least) % (self._usable - 4)
        return local if local <= most else least


def _values(payload: bytes) -> list[bytes]:
    """A record: the sizes of its values, then the values [2.1 Record Format]."""
    start, at = _varint(payload, 0)
    end, values = start, []
    while at < start:
        serial, at = _varint(payload, at)
        size = _INTEGERS.get(serial, 0) if serial < 12 else (serial - 12) // 2
        if end + size > len(payload):
            raise unreadable("a row of the SQLite database is cut short")
        values.append(payload[end : end + size])
        end += size
    return values


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of up to nine bytes, and where it ends."""
    value = 0
    for end in range(at, at + 8):
        value = value << 7 | data[end] & 0x7F
        if data[end] < 0x80:
            return value, end + 1
    return value << 8 | data[at + 8], at + 9
