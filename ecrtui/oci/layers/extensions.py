"""Headers that speak of the entry after them: PAX records, GNU long names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecrtui.oci.layers.caps import unreadable

XATTR = b"SCHILY.xattr."
_DIGITS = re.compile(rb"-?[0-9]{1,18}")
_MOMENT = re.compile(rb"-?[0-9]{1,18}(\.[0-9]{0,64})?")
_NAMES = (b"path", b"linkpath", b"GNU.sparse.name")

Records = list[tuple[bytes, bytes]]


class Extensions:
    """What was said of the next entry; empty values say nothing."""

    __slots__ = ("count", "long_link", "long_name", "pax", "records")

    def __init__(self) -> None:
        self.count = 0
        self.long_name = b""
        self.long_link = b""
        self.records: Records = []
        self.pax: dict[bytes, bytes] = {}

    def add(self, kind: bytes, body: bytes) -> None:
        """One extension's body. Raises Corrupt where it cannot be read.

        Global records must be well-formed, and then apply to nothing: Docker's
        and containerd's archive packages ignore them so, and umoci refuses them.
        """
        self.count += 1
        if kind == b"L":
            self.long_name = body.partition(b"\0")[0]
        elif kind == b"K":
            self.long_link = body.partition(b"\0")[0]
        else:
            records = list(_parsed(body))
            if kind == b"x":
                self.records = records
                self.pax = {key: value for key, value in records if value}

    def name(self, otherwise: bytes) -> bytes:
        """The whole name."""
        pax = self.pax
        return self.long_name or pax.get(b"GNU.sparse.name") or pax.get(b"path") or otherwise

    def link(self, otherwise: bytes) -> bytes:
        """The whole target of a link."""
        return self.long_link or self.pax.get(b"linkpath") or otherwise

    def integer(self, key: bytes, otherwise: int) -> int:
        """A record's decimal number."""
        value = self.pax.get(key)
        return otherwise if value is None else decimal(value)

    def moment(self, otherwise: float) -> float:
        """The time of change, which may have fractions."""
        value = self.pax.get(b"mtime")
        if value is None:
            return otherwise
        if _MOMENT.fullmatch(value) is None:
            raise unreadable(f"a PAX header holds {value[:40]!r} for a time")
        return float(value)

    def xattrs(self) -> dict[str, bytes]:
        """Extended attributes by name."""
        return {
            key[len(XATTR) :].decode("utf-8", "surrogateescape"): value
            for key, value in self.pax.items()
            if key.startswith(XATTR)
        }


def decimal(digits: bytes) -> int:
    """A decimal number of at most 18 digits; raises Corrupt for anything else."""
    if _DIGITS.fullmatch(digits) is None:
        raise unreadable(f"a header holds {digits[:40]!r} for a number")
    return int(digits)


def _parsed(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """`length key=value\\n`, over and over."""
    at = 0
    while at < len(body):
        space = body.find(b" ", at, at + 20)
        end = at + decimal(body[at:space]) if space > at else 0
        if not at < space < end <= len(body) or body[end - 1] != 0x0A:
            raise unreadable("a PAX header is not made of records")
        key, equals, value = body[space + 1 : end - 1].partition(b"=")
        if not key or not equals or (key in _NAMES and b"\0" in value):
            raise unreadable("a PAX header holds a record that is none")
        yield key, value
        at = end
