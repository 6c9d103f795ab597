"""A tar that is read where its members lie: one walk over the headers, then by offset."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from ecrtui.errors import Corrupt, NotFound
from ecrtui.oci.layers.caps import Caps
from ecrtui.oci.layers.extensions import Extensions
from ecrtui.oci.layers.headers import BLOCK, END, Header
from ecrtui.oci.layers.names import absolute
from ecrtui.oci.stored.files import stretches

_CAPS = Caps()
_MOST = 100_000
"""Members; an image has a few hundred at most, an archive of many images some thousands."""
_HOPS = 8
"""Links that lead to links; docker save links equal layers to each other once."""
_SYMLINK, _LINK = b"2", b"1"
_NO_FILES = b"3456"
_NO_CONTENTS = b"123456"


class _Member(NamedTuple):
    offset: int
    size: int
    target: str = ""
    """Where a link leads, as an absolute path in the tar."""


class Archive:
    """The members of a seekable tar, links among them followed; safe for several threads."""

    def __init__(self, file: BinaryIO, where: str) -> None:
        """Walks over the headers; raises Corrupt for what is no tar, or is cut short."""
        self._file = file  # open as long as somebody reads
        self.where = where
        try:
            self._members = dict(_walked(file.fileno()))
        except Corrupt as problem:
            raise Corrupt(
                f"{where}: {problem.detail}",
                title="The archive cannot be read",
                hint="It must be a whole tar, as skopeo, buildah, podman or docker save writes it.",
            ) from None

    def __contains__(self, name: str) -> bool:
        return self._member(name) is not None

    def size(self, name: str) -> int | None:
        """Bytes of a member; None when there is none of that name."""
        member = self._member(name)
        return None if member is None else member.size

    def offset(self, name: str) -> int | None:
        """Where a member's bytes begin, by which links to one are told to be the same."""
        member = self._member(name)
        return None if member is None else member.offset

    def chunks(self, name: str, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """A member's bytes, or a range of them; raises NotFound."""
        member = self._member(name)
        if member is None:
            raise NotFound(f"{self.where} has no {name}", title="It is not in the archive")
        left = max(0, member.size - offset)
        wanted = left if length is None else min(left, length)
        yield from stretches(self._file.fileno(), member.offset + offset, wanted)

    def _member(self, name: str) -> _Member | None:
        found = self._members.get(absolute(name.encode("utf-8", "surrogateescape")))
        for _ in range(_HOPS):
            if found is None or not found.target:
                return found
            found = self._members.get(found.target)
        return None


def _walked(handle: int) -> Iterator[tuple[str, _Member]]:
    """Every file and link, in the order of the tar."""
    end = os.fstat(handle).st_size
    at, count, extensions = 0, 0, Extensions()
    while at < end:
        raw = os.pread(handle, BLOCK, at)
        if raw == END:
            return
        header, at = _header(raw, at), at + BLOCK
        size = _stored(header, extensions)
        if size < 0 or at + size > end:
            raise Corrupt("it is cut short, or a size in it is wrong")
        if header.kind in b"xgLK":
            extensions.add(header.kind, os.pread(handle, size, at))
        else:
            count += 1
            if count > _MOST:
                raise Corrupt(f"it has more than {_MOST:,} members")
            if header.kind not in _NO_FILES:
                yield _named(header, extensions, at, size)
            extensions = Extensions()
        at += size + -size % BLOCK


def _header(raw: bytes, at: int) -> Header:
    """A header; what does not begin with one is no tar."""
    try:
        if len(raw) < BLOCK:
            raise Corrupt("it is cut short")
        return Header(raw)
    except Corrupt:
        if at:
            raise
        raise Corrupt("it is no tar archive") from None


def _stored(header: Header, extensions: Extensions) -> int:
    """Bytes that follow a header; links and folders have none, whatever they claim."""
    if header.kind in _NO_CONTENTS:
        return 0
    if header.kind == b"S" or any(key.startswith(b"GNU.sparse") for key in extensions.pax):
        raise Corrupt("it holds sparse files, which no image archive does")
    if header.kind not in b"xgLK":
        return extensions.integer(b"size", header.size)
    if header.size > _CAPS.extension_bytes or extensions.count >= _CAPS.extensions:
        raise Corrupt("its headers ask for too much")
    return header.size


def _named(header: Header, extensions: Extensions, at: int, size: int) -> tuple[str, _Member]:
    name, link = extensions.name(header.name), extensions.link(header.linkname)
    if max(len(name), len(link)) > _CAPS.name_bytes:
        raise Corrupt("a name in it is too long")
    path, target = absolute(name), ""
    if header.kind == _LINK:
        target = absolute(link)
    elif header.kind == _SYMLINK:
        folder = path.rpartition("/")[0].encode("utf-8", "surrogateescape")
        target = absolute(link if link.startswith(b"/") else folder + b"/" + link)
    return path, _Member(at, size, target)
