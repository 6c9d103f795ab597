"""rpm's databases: whichever way they are stored, a package is one header."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from ecrtui.model.package import Package
from ecrtui.packages import bdb, ndb
from ecrtui.packages.caps import TEXT, unreadable
from ecrtui.packages.sqlite import table

_ENTRY = struct.Struct(">IIII")
"""Of a header's index: tag, type, offset into the store, count."""
_NAME, _VERSION, _RELEASE, _EPOCH, _ARCH = 1000, 1001, 1002, 1003, 1022
_INT32, _STRING = 4, 6
_WANTED = {_NAME: _STRING, _VERSION: _STRING, _RELEASE: _STRING, _ARCH: _STRING, _EPOCH: _INT32}


def from_sqlite(data: bytes, path: str) -> Iterator[Package]:
    """The packages of `rpmdb.sqlite`: the second column of its table Packages is the header."""
    rows = table(data, "Packages")
    return _packages((row[1] if len(row) > 1 else b"" for row in rows), path)


def from_ndb(data: bytes, path: str) -> Iterator[Package]:
    """The packages of `Packages.db`, SUSE's kind of database."""
    return _packages(ndb.blobs(data), path)


def from_bdb(data: bytes, path: str) -> Iterator[Package]:
    """The packages of `Packages`, a Berkeley DB."""
    return _packages(bdb.blobs(data), path)


def _packages(headers: Iterable[bytes], path: str) -> Iterator[Package]:
    for header in headers:
        found = _tags(header)
        if not found.keys() >= {_NAME, _VERSION, _RELEASE}:
            raise unreadable("a package without a name, version or release")
        version = f"{found[_VERSION]}-{found[_RELEASE]}"
        if found.get(_EPOCH, "0") != "0":
            version = f"{found[_EPOCH]}:{version}"
        yield Package("rpm", found[_NAME], version, found.get(_ARCH, ""), path)


def _tags(header: bytes) -> dict[int, str]:
    """The tags that are wanted, as text.

    rpm.org, "RPM V4 format": the numbers of index entries and of bytes in the store, the index, the
    store; everything in network order. In a database the header's magic is left out.
    """
    if len(header) < 8:
        raise unreadable("a package's header is cut short")
    entries, size = struct.unpack_from(">II", header)
    start = 8 + entries * _ENTRY.size
    if start + size > len(header):
        raise unreadable("a package's header is cut short")
    found = {}
    for tag, kind, offset, _ in _ENTRY.iter_unpack(header[8:start]):
        if _WANTED.get(tag) == kind and offset < size:
            found[tag] = _value(header, kind, start + offset)
    return found


def _value(header: bytes, kind: int, at: int) -> str:
    if kind == _INT32:
        return str(int.from_bytes(header[at : at + 4], "big"))
    # One more than the most, so that what is longer is told from what is not.
    text = header[at : at + TEXT + 1].partition(b"\0")[0]
    return text.decode("utf-8", "replace")
