"""Layers for tests: written as tars, and read into a LayerIndex by Python's tarfile alone.

It reads what tests write, and no more: names are plain and normal.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Sequence

import msgspec

from ecrtui.model.files import NO_DIGEST, EntryKind, LayerIndex

_KINDS = {
    tarfile.REGTYPE: EntryKind.FILE,
    tarfile.DIRTYPE: EntryKind.DIRECTORY,
    tarfile.SYMTYPE: EntryKind.SYMLINK,
    tarfile.LNKTYPE: EntryKind.HARDLINK,
    tarfile.CHRTYPE: EntryKind.CHAR,
    tarfile.FIFOTYPE: EntryKind.FIFO,
}
_TYPES = {kind: type_ for type_, kind in _KINDS.items()}
OPAQUE = ".wh..wh..opq"


class Item(msgspec.Struct, frozen=True):
    """One member of a layer's tar; whiteouts and opaque markers are files of those names."""

    path: str
    kind: EntryKind = EntryKind.FILE
    content: bytes = b""
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    linkname: str = ""
    mtime: int = 0
    xattrs: dict[str, bytes] = {}


def file(path: str, content: bytes = b"x", mode: int = 0o644, mtime: int = 0) -> Item:
    return Item(path, content=content, mode=mode, mtime=mtime)


def directory(path: str, mode: int = 0o755) -> Item:
    return Item(path, EntryKind.DIRECTORY, mode=mode)


def symlink(path: str, target: str) -> Item:
    return Item(path, EntryKind.SYMLINK, linkname=target, mode=0o777)


def link(path: str, target: str) -> Item:
    return Item(path, EntryKind.HARDLINK, linkname=target)


def whiteout(path: str) -> Item:
    folder, _, name = path.rpartition("/")
    return Item(f"{folder}/.wh.{name}")


def opaque(path: str) -> Item:
    return Item(f"{path.rstrip('/')}/{OPAQUE}")


def tar(items: Sequence[Item]) -> bytes:
    """The layer's tar, byte for byte the same each time."""
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for item in items:
            info = tarfile.TarInfo(item.path.lstrip("/") or ".")
            info.type = _TYPES[item.kind]
            info.size = len(item.content)
            info.mode, info.uid, info.gid, info.mtime = item.mode, item.uid, item.gid, item.mtime
            hard = item.kind is EntryKind.HARDLINK
            info.linkname = item.linkname.lstrip("/") if hard else item.linkname
            info.pax_headers = {
                f"SCHILY.xattr.{name}": value.decode() for name, value in item.xattrs.items()
            }
            archive.addfile(info, io.BytesIO(item.content))
    return body.getvalue()


def index(items: Sequence[Item]) -> LayerIndex:
    """What a reader says of the tar of these items."""
    return read(tar(items))


def read(body: bytes) -> LayerIndex:
    """A tar's index, without a line shared with the reader in ecrtui."""
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        whiteouts, opaques, members = [], [], {}
        for member in archive:
            path = "/" if member.name == "." else "/" + member.name
            folder, _, name = path.rpartition("/")
            if name == OPAQUE:
                opaques.append(folder or "/")
            elif name.startswith(".wh."):
                whiteouts.append(f"{folder}/{name[4:]}")
            else:
                members[path] = member
        kinds = [_KINDS[member.type] for member in members.values()]
        numbered = list(enumerate(members.values()))
        return LayerIndex(
            "sha256:" + hashlib.sha256(body).hexdigest(),
            len(body),
            list(members),
            bytes(kinds),
            [member.size if member.isreg() else 0 for member in members.values()],
            [member.mode & 0o7777 for member in members.values()],
            [member.uid for member in members.values()],
            [member.gid for member in members.values()],
            [float(member.mtime) for member in members.values()],
            b"".join(_digest(archive, member) for member in members.values()),
            {
                number: "/" + member.linkname if member.islnk() else member.linkname
                for number, member in numbered
                if member.islnk() or member.issym()
            },
            {number: found for number, member in numbered if (found := _xattrs(member))},
            {
                number: (member.devmajor, member.devminor)
                for number, member in numbered
                if member.ischr()
            },
            whiteouts,
            opaques,
        )


def _digest(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    if not member.isreg():
        return NO_DIGEST
    content = archive.extractfile(member)
    assert content is not None
    return hashlib.sha256(content.read()).digest()


def _xattrs(member: tarfile.TarInfo) -> dict[str, bytes]:
    prefix = "SCHILY.xattr."
    return {
        name[len(prefix) :]: value.encode()
        for name, value in member.pax_headers.items()
        if name.startswith(prefix)
    }
