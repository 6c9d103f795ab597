"""rpm's oldest database, `Packages`: a hash of Berkeley DB.

RHEL 8 and Amazon Linux 2 have it. There is no document of the format; Berkeley DB's
src/dbinc/db_page.h is where it is written down. Numbers are in the order of the machine that wrote
them, which the magic tells.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ecrtui.packages.caps import unreadable

_MAGIC = 0x061561
_HASH_PAGES, _OVERFLOW = (2, 13), 7
"""Types of pages; 2 is a hash page whose entries are not sorted."""
_INLINE, _ELSEWHERE = 1, 3
"""Types of items: the bytes follow, or stand in a chain of overflow pages."""
_PAGE = 26
"""Bytes of a page's header; then come the items' offsets, the items grow from the page's end."""


def blobs(data: bytes) -> Iterator[bytes]:
    """The values of the hash but the one of key 0, which is rpm's counter."""
    try:
        database = _Database(data)
        for page in database.hash_pages():
            items = database.items(page)
            for key, value in zip(items[::2], items[1::2], strict=False):
                if database.bytes_of(key).strip(b"\0"):
                    yield database.bytes_of(value)
    except (IndexError, struct.error):
        raise unreadable("the Berkeley DB is cut short") from None


class _Database:
    def __init__(self, data: bytes) -> None:
        orders = [order for order in "<>" if struct.unpack_from(f"{order}I", data, 12)[0] == _MAGIC]
        if not orders:
            raise unreadable("it is no Berkeley DB of rpm's kind")
        self._data, self._order = data, orders[0]
        self._size = self._number("I", data, 20)
        if not 512 <= self._size <= 65536:
            raise unreadable("its pages have no possible size")
        if len(data) <= self._number("I", data, 32) * self._size:
            raise unreadable("the Berkeley DB is cut short")
        self._room = len(data)

    def hash_pages(self) -> Iterator[bytes]:
        for at in range(self._size, len(self._data), self._size):
            page = self._data[at : at + self._size]
            if page[25] in _HASH_PAGES:
                yield page

    def items(self, page: bytes) -> list[bytes]:
        """Keys and values in turn."""
        count = self._number("H", page, 20)
        starts = struct.unpack_from(f"{self._order}{count}H", page, _PAGE)
        # Each ends where the one before it begins, the first at the page's end.
        pairs = list(zip(starts, (self._size, *starts), strict=False))
        if any(start > end for start, end in pairs):
            raise unreadable("a page of the Berkeley DB is damaged")
        return [page[start:end] for start, end in pairs]

    def bytes_of(self, item: bytes) -> bytes:
        if item[0] == _INLINE:
            return item[1:]
        if item[0] != _ELSEWHERE:
            raise unreadable("the Berkeley DB holds an item of an unknown type")
        return b"".join(self._chain(self._number("I", item, 4)))

    def _chain(self, number: int) -> Iterator[bytes]:
        while number:
            # No page is in two chains, and so all come to no more than the file: else a small file
            # could ask for endless reading.
            self._room -= self._size
            page = self._data[number * self._size : (number + 1) * self._size]
            if self._room < 0 or page[25] != _OVERFLOW:
                raise unreadable("a page of the Berkeley DB is not where it should be")
            yield page[_PAGE : _PAGE + self._number("H", page, 22)]
            number = self._number("I", page, 16)

    def _number(self, form: str, data: bytes, at: int) -> int:
        number: int = struct.unpack_from(self._order + form, data, at)[0]
        return number
