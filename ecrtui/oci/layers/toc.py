"""A table of contents as eStargz and zstd:chunked layers bring it: what it says of each file.

Both are JSON of the same form (stargz-snapshotter's docs/estargz.md; containers/storage's
pkg/chunked, `FileMetadata`), written by Go, which makes one character of all bytes that are not
UTF-8: a name with it may be any of many.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from hashlib import sha256
from typing import Annotated

import msgspec

from ecrtui.model.typed import decoded
from ecrtui.oci.layers.caps import unreadable
from ecrtui.oci.layers.extensions import XATTR, Extensions
from ecrtui.oci.layers.headers import Header

CHUNK = "chunk"
"""A further piece of the file before it."""
_TYPES = {
    "reg": b"0",
    "hardlink": b"1",
    "symlink": b"2",
    "char": b"3",
    "block": b"4",
    "dir": b"5",
    "fifo": b"6",
}
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII
)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_EMPTY = sha256().digest()
_LOST = "\ufffd"

Number = Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
Size = Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]


class Lacking(Exception):
    """A table does not tell what one needs to know; nothing is wrong with it."""


class Item(msgspec.Struct, rename="camel", gc=False):
    """One entry of a table, with the names it has there."""

    name: str
    type: str
    link_name: str = ""
    size: Size = 0
    mode: Number = 0
    uid: Number = 0
    gid: Number = 0
    modtime: str = ""
    dev_major: Number = 0
    dev_minor: Number = 0
    xattrs: dict[str, bytes] | None = None
    digest: str = ""
    offset: Size = 0
    """Where in the blob the piece's gzip member or zstd frame begins."""
    inner_offset: Size = 0
    """Where the piece begins in what that unpacks to."""
    chunk_offset: Size = 0
    chunk_size: Size = 0
    """Of the piece; 0 for all the rest of the file."""


class _Table(msgspec.Struct):
    version: int
    entries: list[Item]


def items_of(data: bytes) -> list[Item]:
    """A table's entries; raises Corrupt for what is none, Lacking for a version to come."""
    try:
        table = decoded(data, _Table)
    except (msgspec.MsgspecError, RecursionError) as failure:
        raise unreadable(f"its table of contents cannot be read: {failure}") from None
    if table.version != 1:
        raise Lacking
    return table.entries


class TocHeader(Header):
    """An entry as the header in the tar has it."""

    __slots__ = ("contents", "digest", "item")

    def __init__(self, item: Item) -> None:
        """Raises Corrupt for what no tar can hold, Lacking where the table does not tell."""
        kind = _TYPES.get(item.type)
        if kind is None:
            raise unreadable(f"its table of contents holds a {item.type[:40]!r}")
        self.raw = b""
        self.item = item
        self.contents: bytes | None = None
        self.kind = kind
        self.name = _bytes(item.name)
        self.size = item.size if kind == b"0" else 0
        self.owner = item.mode & 0o7777, item.uid, item.gid
        self.mtime = _moment(item.modtime)
        self.digest = _digest(item) if kind == b"0" else b""

    @property
    def linkname(self) -> bytes:
        """The target of a link."""
        return _bytes(self.item.link_name)

    @property
    def device(self) -> tuple[int, int]:
        """A device's major and minor number."""
        return self.item.dev_major, self.item.dev_minor

    @property
    def extensions(self) -> Extensions | None:
        """The extended attributes, as a PAX header has them."""
        if not self.item.xattrs:
            return None
        found = Extensions()
        found.pax = {XATTR + _bytes(name): value for name, value in self.item.xattrs.items()}
        return found


def _bytes(name: str) -> bytes:
    if _LOST in name:
        raise Lacking
    try:
        encoded = name.encode()
    except UnicodeEncodeError:
        encoded = b"\0"
    if b"\0" in encoded:
        raise unreadable(f"its table of contents holds the name {name[:40]!r}")
    return encoded


def _digest(item: Item) -> bytes:
    if not item.size:
        return _EMPTY
    if not _DIGEST.fullmatch(item.digest):
        raise Lacking
    return bytes.fromhex(item.digest[7:])


def _moment(text: str) -> float:
    """RFC 3339 to epoch seconds; what Go writes for no time at all is 0, as in the tar."""
    if not text or text.startswith("0001-"):
        return 0.0
    found = _MOMENT.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        date, fraction, sign, hours, minutes = found.groups()
        seconds = int(datetime.fromisoformat(date).replace(tzinfo=timezone.utc).timestamp())
    except ValueError:
        raise unreadable(f"its table of contents holds {text[:40]!r} for a time") from None
    if sign:
        offset = int(hours) * 3600 + int(minutes) * 60
        seconds += offset if sign == "-" else -offset
    if seconds < 0:
        return seconds + float(fraction or 0)
    return float(f"{seconds}{fraction or ''}")
