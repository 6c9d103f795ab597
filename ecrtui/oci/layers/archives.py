"""Java archives: the few lines of them that tell what they are.

The zip format (PKWARE's APPNOTE.TXT) is read here because the standard library makes an object of
each entry first, of which a hostile archive of 64 MB has a million. Archives in archives are read
as well (`BOOT-INF/lib` of Spring Boot, `WEB-INF/lib` of a war): their names end with `!/`.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from struct import Struct, error
from typing import NamedTuple

SUFFIXES = (".jar", ".war", ".ear")
_LARGEST = 64 << 20
"""Bytes of an archive in an archive."""
_UNPACKED = 256 << 20
"""Bytes of all that is read in one, unpacked: archives, manifests, properties."""
_NESTED = 4_000
_DEPTH = 4
_ENTRIES = 500_000
"""Of an archive and all in it, each a microsecond."""
_SMALL = 1 << 18
"""Bytes of a manifest, which may carry a digest of each file."""
_FACTS = 1 << 20
"""Bytes of facts of one archive."""
_LONGEST_NAME = 1_024
_POM, _MANIFEST = b"/pom.properties", b"META-INF/MANIFEST.MF"
_INTERESTING = (_POM, _MANIFEST, *(suffix.encode() for suffix in SUFFIXES))
_POM_KEYS = (b"groupId", b"artifactId", b"version")
_MANIFEST_KEYS = tuple(
    key + b":"
    for key in (
        *(b"Implementation-Title", b"Implementation-Version", b"Implementation-Vendor-Id"),
        *(b"Bundle-SymbolicName", b"Bundle-Version", b"Specification-Version"),
    )
)
_END = Struct("<4s4H2IH")
_END64 = Struct("<4sQ2H2I4Q")
_ENTRY = Struct("<4s6H3I5H2I")
_LOCAL = Struct("<4s5H3I2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 1


Bytes = bytes | bytearray


class _Entry(NamedTuple):
    name: bytes
    flags: int
    method: int
    checksum: int
    packed: int
    size: int
    local: int
    """Where its own header is."""


class _Damaged(Exception):
    """The archive is none, or asks for too much; says why."""


def archive_facts(data: Bytes) -> tuple[dict[str, bytes], str]:
    """What an archive tells of itself, by the names of the files that do, and what went wrong.

    `.../pom.properties` with the lines of name and version; where there is none
    `META-INF/MANIFEST.MF` with the headers that may tell them, which is empty when none does.
    """
    reading = _Reading()
    try:
        reading.read(data, "", 1)
    except _Damaged as failure:
        reading.problem = reading.problem or str(failure)
    return reading.facts, reading.problem


class _Reading:
    """One archive with all in it, and how much is left of what it may ask for."""

    def __init__(self) -> None:
        self.facts: dict[str, bytes] = {}
        self.problem = ""
        self._unpacked = _UNPACKED
        self._nested = _NESTED
        self._entries = _ENTRIES
        self._room = _FACTS

    def read(self, data: Bytes, prefix: str, depth: int) -> None:
        """The facts of an archive that is called so."""
        manifest, named, inner = b"", False, []
        for entry in self._interesting(data):
            if entry.name == _MANIFEST:
                manifest = _manifest(self._contents(data, entry, _SMALL))
            elif entry.name.endswith(_POM):
                if entry.name.startswith(b"META-INF/maven/"):
                    named = True
                    told = _pom(self._contents(data, entry, _SMALL))
                    self._tell(prefix + _text(entry.name), told)
            elif depth < _DEPTH:
                inner.append(entry)
        if not named:
            self._tell(prefix + _MANIFEST.decode(), manifest)
        for entry in inner:
            self._inner(data, entry, f"{prefix}{_text(entry.name)}!/", depth)

    def _inner(self, data: Bytes, entry: _Entry, prefix: str, depth: int) -> None:
        """An archive in an archive; its damage spoils no other."""
        self._nested -= 1
        if self._nested < 0:
            raise _Damaged("it holds too much")
        try:
            self.read(self._contents(data, entry, entry.size), prefix, depth + 1)
        except _Damaged as failure:
            self.problem = self.problem or f"{prefix[:-2]}: {failure}"

    def _contents(self, data: Bytes, entry: _Entry, most: int) -> bytes:
        """A file's bytes; many entries may be of the same few bytes, so each counts."""
        self._unpacked -= max(entry.size, entry.packed)
        if self._unpacked < 0:
            raise _Damaged("it holds too much")
        return _contents(data, entry, most)

    def _tell(self, name: str, fact: bytes) -> None:
        self._room -= len(name) + len(fact)
        if self._room < 0:
            raise _Damaged("it holds too much")
        self.facts[name] = fact

    def _interesting(self, data: Bytes) -> Iterator[_Entry]:
        try:
            for entry in _entries(data):
                self._entries -= 1
                if self._entries < 0:
                    raise _Damaged("it holds too much")
                if entry.name.endswith(_INTERESTING) and len(entry.name) <= _LONGEST_NAME:
                    yield entry
        except error:
            raise _Damaged("its table of contents is damaged") from None


def _entries(data: Bytes) -> Iterator[_Entry]:
    """The table of contents, which stands at the end; before an archive may stand anything."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - _END.size - 0xFFFF))
    if end < 0:
        raise _Damaged("it is no zip archive")
    *_, size, offset, _ = _END.unpack_from(data, end)
    if data[end - 20 : end - 16] == b"PK\x06\x07":
        end = data.rfind(b"PK\x06\x06", 0, end)
        *_, size, offset = _END64.unpack_from(data, end)
    at = end - size
    before = at - offset
    if at < 0 or before < 0:
        raise _Damaged("its table of contents is damaged")
    while at < end:
        fields = _ENTRY.unpack_from(data, at)
        mark, _, _, flags, method, _, _, checksum, packed, unpacked, name, extra, comment = fields[
            :13
        ]
        if mark != b"PK\x01\x02":
            raise _Damaged("its table of contents is damaged")
        at += _ENTRY.size
        called = bytes(data[at : at + name])
        yield _Entry(called, flags, method, checksum, packed, unpacked, before + fields[-1])
        at += name + extra + comment


def _contents(data: Bytes, entry: _Entry, most: int) -> bytes:
    """A file's bytes, verified by its checksum; _Damaged when they are more than told or `most`."""
    try:
        local = _LOCAL.unpack_from(data, entry.local)
    except error:
        raise _Damaged(f"{_text(entry.name)} is damaged") from None
    start = entry.local + _LOCAL.size + local[-2] + local[-1]
    packed = bytes(data[start : start + entry.packed])
    if local[0] != b"PK\x03\x04" or entry.flags & _ENCRYPTED or entry.size > min(most, _LARGEST):
        raise _Damaged(f"{_text(entry.name)} cannot be read")
    unpacked = _inflated(packed, entry) if entry.method == _DEFLATED else packed
    known = entry.method in (_STORED, _DEFLATED)
    if not known or len(unpacked) != entry.size or zlib.crc32(unpacked) != entry.checksum:
        raise _Damaged(f"{_text(entry.name)} is damaged")
    return unpacked


def _inflated(packed: bytes, entry: _Entry) -> bytes:
    try:
        # One byte more than told, to see that there is none; 0 would mean no limit at all.
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, entry.size + 1)
    except zlib.error:
        raise _Damaged(f"{_text(entry.name)} is damaged") from None


def _pom(data: bytes) -> bytes:
    """The lines of a properties file that tell what it is."""
    lines = (line.strip() for line in data.splitlines())
    return b"\n".join(line for line in lines if line.startswith(_POM_KEYS))


def _manifest(data: bytes) -> bytes:
    """The main headers that tell what it is, each on one line; a long one is folded in the file."""
    whole = data.replace(b"\r\n", b"\n").replace(b"\n ", b"")
    main = whole.lstrip(b"\n").partition(b"\n\n")[0]
    return b"\n".join(
        line[:_LONGEST_NAME] for line in main.split(b"\n") if line.startswith(_MANIFEST_KEYS)
    )


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")
