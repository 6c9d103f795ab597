"""One header of a tar: 512 bytes in fields (POSIX ustar, GNU, v7), its checksum verified.

Where formats leave room, this reads as Go's archive/tar does, which every container runtime uses.
"""

from __future__ import annotations

from functools import lru_cache
from struct import Struct
from zlib import adler32

from ecrtui.oci.layers.caps import unreadable

BLOCK = 512
END = bytes(BLOCK)
_POSIX = b"ustar\0"
_GNU = b"ustar  \0"
_FIELDS = Struct("100s24s12s12s8sc100x8s80xc166x")
_MOST = 1 << 63


class Header:
    """The fields; names are bytes as stored, without the end of the field."""

    __slots__ = ("kind", "mtime", "name", "owner", "raw", "size")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        name, owner, size, mtime, total, self.kind, magic, prefix = _FIELDS.unpack(raw)
        if (adler32(raw) - _own(total)) & 0xFFFF:
            _verify(raw, total)
        self.name: bytes = name.partition(b"\0")[0]
        if prefix != b"\0" and magic[:6] == _POSIX:
            length = 131 if raw[508:] == b"tar\0" else 155
            self.name = raw[345 : 345 + length].partition(b"\0")[0] + b"/" + self.name
        self.owner = _owner(owner)
        self.size = number(size)
        self.mtime = float(number(mtime))

    @property
    def linkname(self) -> bytes:
        """The target of a link."""
        return self.raw[157:257].partition(b"\0")[0]

    @property
    def device(self) -> tuple[int, int]:
        """A device's major and minor number, which the format of v7 lacks."""
        magic = self.raw[257:265]
        if magic[:6] != _POSIX and magic != _GNU:
            return 0, 0
        return number(self.raw[329:337]), number(self.raw[337:345])


def number(field: bytes) -> int:
    """Octal digits, or GNU's base-256; raises Corrupt for anything else or past 63 bits."""
    digits = field.strip(b" \0")
    if not digits.isdigit():
        if field[0] & 0x80:
            return _base256(field)
        digits = digits.partition(b"\0")[0] or b"0"
    try:
        if digits.isdigit():
            return int(digits, 8)  # a field of twelve bytes cannot be too large
    except ValueError:
        pass
    raise unreadable(f"a header holds {field!r} for a number")


@lru_cache(maxsize=4096)
def _owner(fields: bytes) -> tuple[int, int, int]:
    """Mode, uid and gid. Whole layers have a few of these, so each is read and held once."""
    return number(fields[:8]) & 0o7777, number(fields[8:16]), number(fields[16:])


def _base256(field: bytes) -> int:
    """Two's complement with the first bit as the mark."""
    value = int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
    if field[0] & 0x40:
        value -= 1 << (len(field) * 8 - 1)
    if not -_MOST <= value < _MOST:
        raise unreadable("a header holds a number of more than 64 bits")
    return value


@lru_cache(maxsize=4096)
def _own(field: bytes) -> int:
    """What the Adler-32 of a header whose checksum stands in this field ends with.

    The lower half of an Adler-32 is the sum of all bytes modulo a prime, and one more, a hundred
    times faster than Python can add.
    """
    return number(field) - len(field) * 0x20 + sum(field) + 1


def _verify(raw: bytes, field: bytes) -> None:
    """The checksum byte by byte: the sum of all, of which its own count as spaces.

    Some old writers added them as signed numbers.
    """
    told, own = number(field), len(field) * 0x20 - sum(field)
    signed = sum(byte - 256 if byte > 127 else byte for byte in raw[:148] + raw[156:]) + 256
    if told not in (sum(raw) + own, signed):
        raise unreadable("a header's checksum is wrong")
