"""One header of a tar: 512 bytes in fields (POSIX ustar, GNU, v7), its checksum verified.

Where formats leave room, this reads as Go's archive/tar does, which every container runtime uses.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from struct import Struct

from ecrtui.oci.layers.caps import unreadable

BLOCK = 512
END = bytes(BLOCK)
_FIELDS = Struct("100s24s12s12s8sc100s6s2s64x8s8s155s8x4s")
_MOST = 1 << 63


class Header:
    """The fields; names are bytes as stored, without the end of the field."""

    __slots__ = ("device", "gnu", "kind", "linkname", "mtime", "name", "owner", "raw", "size")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        name, owner, size, mtime, total, self.kind, link, *rest = _FIELDS.unpack(raw)
        _verify(raw, total)
        magic, version, major, minor, prefix, trailer = rest
        self.name: bytes = name.partition(b"\0")[0]
        self.linkname: bytes = link.partition(b"\0")[0]
        self.owner = _owner(owner)
        self.size = number(size)
        self.mtime = _moment(mtime)
        self.device = (0, 0)
        self.gnu = magic == b"ustar " and version == b" \0"
        if magic == b"ustar\0":
            if prefix[0]:
                length = 131 if trailer == b"tar\0" else 155
                self.name = prefix[:length].partition(b"\0")[0] + b"/" + self.name
            if self.kind in b"34":
                self.device = number(major), number(minor)
        elif self.gnu and self.kind in b"34":
            self.device = number(major), number(minor)


def number(field: bytes) -> int:
    """Octal digits, or GNU's base-256; raises Corrupt for anything else or past 63 bits."""
    digits = field.strip(b" \0")
    if digits.isdigit():
        return _octal(digits)
    if field[0] & 0x80:
        return _base256(field)
    digits = digits.partition(b"\0")[0]
    if digits and not digits.isdigit():
        raise unreadable(f"a header holds {field!r} for a number")
    return _octal(digits or b"0")


def _octal(digits: bytes) -> int:
    try:
        return int(digits, 8)  # a field of twelve bytes cannot be too large
    except ValueError:
        raise unreadable(f"a header holds {digits!r} for a number") from None


@lru_cache(maxsize=4096)
def _owner(fields: bytes) -> tuple[int, int, int]:
    """Mode, uid and gid. Whole layers have a few of these, so each is read and held once."""
    return number(fields[:8]) & 0o7777, number(fields[8:16]), number(fields[16:])


@lru_cache(maxsize=4096)
def _moment(field: bytes) -> float:
    """The time of change, of which a layer has few as well."""
    return float(number(field))


def _base256(field: bytes) -> int:
    """Two's complement with the first bit as the mark."""
    value = int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
    if field[0] & 0x40:
        value -= 1 << (len(field) * 8 - 1)
    if not -_MOST <= value < _MOST:
        raise unreadable("a header holds a number of more than 64 bits")
    return value


def _verify(raw: bytes, field: bytes) -> None:
    """The checksum: the sum of all bytes, of which its own count as spaces.

    The lower half of an Adler-32 is the same sum modulo a prime, a hundred times faster than
    Python can add.
    """
    told = number(field)
    own = 8 * 0x20 - sum(field)
    if (zlib.adler32(raw) - 1 + own - told) & 0xFFFF and not _sums_match(raw, told, own):
        raise unreadable("a header's checksum is wrong")


def _sums_match(raw: bytes, told: int, own: int) -> bool:
    """Added byte by byte; some old writers added them as signed numbers."""
    total = sum(raw) + own
    signed = sum(byte - 256 if byte > 127 else byte for byte in raw[:148] + raw[156:]) + 256
    return told in (total, signed)
