"""Layers: what a build step added, changed and deleted, as a deterministic tar under gzip."""

from __future__ import annotations

import io
import struct
import tarfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ecrtui.sandbox.images.content import OCI_LAYER, Content, digest_of

# Magic, deflate, no flags, mtime 0, no hint, unknown system: nothing of the machine it ran on.
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


@dataclass(frozen=True)
class Entry:
    """One entry of a layer. ``path`` has no leading slash; ``kind`` is a tarfile type flag."""

    path: str
    kind: bytes = tarfile.REGTYPE
    data: bytes = field(default=b"", repr=False)
    mode: int = 0o644
    link: str = ""
    uid: int = 0
    gid: int = 0

    def owned(self, uid: int, gid: int) -> Entry:
        """The same entry under another owner."""
        return replace(self, uid=uid, gid=gid)


@dataclass(frozen=True)
class Layer:
    """A layer with the step that made it: compressed content, diff id, ``created_by``."""

    content: Content
    diff_id: str
    created_by: str


def file(path: str, data: bytes | str, mode: int = 0o644) -> Entry:
    """A regular file."""
    return Entry(path, data=data.encode() if isinstance(data, str) else data, mode=mode)


def directory(path: str, mode: int = 0o755) -> Entry:
    """A directory."""
    return Entry(path, tarfile.DIRTYPE, mode=mode)


def symlink(path: str, target: str) -> Entry:
    """A symbolic link."""
    return Entry(path, tarfile.SYMTYPE, mode=0o777, link=target)


def hardlink(path: str, target: str) -> Entry:
    """Another name of a file of the same layer."""
    return Entry(path, tarfile.LNKTYPE, link=target)


def whiteout(path: str) -> Entry:
    """The mark that deletes ``path`` of the layers below (image-spec, layer.md)."""
    parent, _, name = path.rpartition("/")
    return Entry(f"{parent}/.wh.{name}" if parent else f".wh.{name}")


def opaque(path: str) -> Entry:
    """The mark that hides everything the layers below have in a directory."""
    return Entry(f"{path}/.wh..wh..opq")


def make_layer(entries: Iterable[Entry], created_by: str, mtime: int, level: int = 6) -> Layer:
    """The layer of these entries, all dated ``mtime`` (epoch seconds)."""
    tar = _tar(entries, mtime)
    return Layer(Content(OCI_LAYER, _gzip(tar, level)), digest_of(tar), created_by)


def _tar(entries: Iterable[Entry], mtime: int) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for entry in entries:
            archive.addfile(_header(entry, mtime), io.BytesIO(entry.data))
    return buffer.getvalue()


def _header(entry: Entry, mtime: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(entry.path)
    header.type, header.size, header.mode = entry.kind, len(entry.data), entry.mode
    header.uid, header.gid, header.linkname = entry.uid, entry.gid, entry.link
    header.mtime = mtime
    return header


def _gzip(data: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(data) + packer.flush()
    return _GZIP_HEADER + packed + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)
