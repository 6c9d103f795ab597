"""The walk over a tar: header after header, each entry understood, hashed and put into columns."""

from __future__ import annotations

from hashlib import sha256

from ecrtui.model.files import NO_DIGEST, EntryKind
from ecrtui.oci.layers.caps import Caps, too_much, unreadable
from ecrtui.oci.layers.columns import Columns
from ecrtui.oci.layers.extensions import Extensions
from ecrtui.oci.layers.headers import BLOCK, END, Header
from ecrtui.oci.layers.inside import PROBLEM, SMALLEST_PROGRAM, SUFFIXES, Hashed, look_into
from ecrtui.oci.layers.names import Meaning, absolute, is_kept, meaning
from ecrtui.oci.layers.sparse import Sparse, sparse_of
from ecrtui.oci.layers.tape import Tape

_KINDS = {
    b"1": EntryKind.HARDLINK,
    b"2": EntryKind.SYMLINK,
    b"3": EntryKind.CHAR,
    b"4": EntryKind.BLOCK,
    b"5": EntryKind.DIRECTORY,
    b"6": EntryKind.FIFO,
}
"""All others are regular files, as POSIX says of kinds one does not know."""
_FILE = EntryKind.FILE
_NOTHING = Extensions()


class Walk:
    """Reads one tape into columns; `run` may raise Corrupt."""

    def __init__(self, tape: Tape, caps: Caps) -> None:
        self.columns = Columns()
        self._tape = tape
        self._caps = caps
        self._holes = 0
        self._kept = 0
        self._text = 0

    def run(self) -> None:
        """To the end of the tape, also past the end of the archive."""
        extensions = _NOTHING
        while (raw := self._tape.header()) is not None:
            if not raw[0] and raw == END:
                self._finish()
                break
            header = Header(raw)
            if header.kind in b"xgLK":
                extensions = self._extended(header, extensions)
                continue
            self._entry(header, extensions)
            extensions = _NOTHING
        if extensions is not _NOTHING:
            raise unreadable("the tar ends after a header that speaks of a next entry")

    def _finish(self) -> None:
        """Two blocks of zeros end a tar; what follows is nothing."""
        if self._tape.header() not in (None, END):
            raise unreadable("a block of zeros stands in the middle of the tar")
        self._tape.drain()

    def _extended(self, header: Header, extensions: Extensions) -> Extensions:
        if extensions is _NOTHING:
            extensions = Extensions()
        if extensions.count >= self._caps.extensions:
            raise too_much("extension headers in a row", self._caps.extensions)
        if header.size < 0:
            raise unreadable("an entry's size is negative")
        if header.size > self._caps.extension_bytes:
            raise too_much("bytes in an extension header", self._caps.extension_bytes)
        extensions.add(header.kind, self._tape.take(header.size))
        self._tape.pad(-header.size % BLOCK)
        return extensions

    def _entry(self, header: Header, extensions: Extensions = _NOTHING) -> None:
        name, size = header.name, header.size
        if extensions is not _NOTHING:
            name = extensions.name(name)
            size = extensions.integer(b"size", size)
        path = self._path(name)
        kind = _KINDS.get(header.kind, _FILE)
        if header.kind == b"\0" and name.endswith(b"/"):
            kind = EntryKind.DIRECTORY  # the way of v7
        if size < 0:
            raise unreadable("an entry's size is negative")
        if "/.wh." in path and self._is_mark(path):
            if kind is _FILE:
                self._tape.skip(size)
                self._tape.pad(-size % BLOCK)
            return
        if self.columns.count >= self._caps.entries:
            raise too_much("entries", self._caps.entries)
        if kind is _FILE:
            self._file(path, size, header, extensions)
        else:
            self._other(path, kind, header, extensions)

    def _other(self, path: str, kind: EntryKind, header: Header, extensions: Extensions) -> None:
        """Whatever has no contents, though its header may claim a size."""
        number = self._add(path, kind, 0, NO_DIGEST, header, extensions)
        if kind in (EntryKind.SYMLINK, EntryKind.HARDLINK):
            link = extensions.link(header.linkname)
            self.columns.linknames[number] = self._target(link, kind)
        elif kind in (EntryKind.CHAR, EntryKind.BLOCK):
            self.columns.devices[number] = header.device

    def _add(
        self,
        path: str,
        kind: EntryKind,
        size: int,
        digest: bytes,
        header: Header,
        extensions: Extensions,
    ) -> int:
        if not extensions.pax:
            return self.columns.add(path, kind, size, header.owner, header.mtime, digest)
        mode, uid, gid = header.owner
        owner = mode, extensions.integer(b"uid", uid), extensions.integer(b"gid", gid)
        mtime = extensions.moment(header.mtime)
        number = self.columns.add(path, kind, size, owner, mtime, digest)
        if xattrs := extensions.xattrs():
            self._hold(sum(len(name) + len(value) for name, value in xattrs.items()))
            self.columns.xattrs[number] = xattrs
        return number

    def _file(self, path: str, stored: int, header: Header, extensions: Extensions) -> None:
        sparse = None
        if extensions.pax or header.kind == b"S":
            sparse = sparse_of(self._tape, header, extensions, stored, self._caps)
        if sparse is not None:
            digest = self._sparse(sparse)
            self._add(path, _FILE, sparse.size, digest, header, extensions)
        elif is_kept(path):
            self._keep(path, stored, header, extensions)
        elif path.endswith(SUFFIXES) or (header.owner[0] & 0o111 and stored >= SMALLEST_PROGRAM):
            self._look_into(path, stored, header, extensions)
        else:
            self._add(path, _FILE, stored, self._tape.digest(stored), header, extensions)
        self._tape.pad(-stored % BLOCK)

    def _sparse(self, sparse: Sparse) -> bytes:
        self._hold_holes(sparse)
        return self._tape.sparse_digest(sparse.parts, sparse.size)

    def _hold_holes(self, sparse: Sparse) -> None:
        self._holes += sparse.holes
        if self._holes > self._caps.hole_bytes:
            raise too_much("bytes in the holes of sparse files", self._caps.hole_bytes)

    def _keep(self, path: str, size: int, header: Header, extensions: Extensions) -> None:
        """Keep a file's contents, or say that they are too large."""
        room = min(self._caps.kept_file_bytes, self._caps.kept_bytes - self._kept)
        if size > room:
            digest = self._tape.digest(size)
            self._add(path, _FILE, size, digest, header, extensions)
            self.columns.unkept[path] = None
            return
        self._kept += size
        contents = self._tape.take(size)
        digest = sha256(contents).digest()
        self._add(path, _FILE, size, digest, header, extensions)
        self.columns.kept[path] = contents

    def _look_into(self, path: str, size: int, header: Header, extensions: Extensions) -> None:
        """Keep what an archive or a program tells of itself, or say that it is too large."""
        large = path.endswith(SUFFIXES) and size > self._caps.archive_bytes
        look = None if large else look_into(path, self._tape.peek(4))
        if look is None:
            digest = self._tape.digest(size)
        else:
            hashed = Hashed(look)
            self._tape.each(size, hashed)
            digest = hashed.digest()
        self._add(path, _FILE, size, digest, header, extensions)
        facts = look.facts() if look is not None else {}
        self._kept += sum(len(name) + len(fact) for name, fact in facts.items())
        if large or self._kept > self._caps.kept_bytes:
            facts = {PROBLEM: b"too large"}
        if facts:
            self.columns.inside[path] = facts

    def _is_mark(self, path: str) -> bool:
        """Take in a whiteout or an opaque marker: no entries, but they count as such."""
        what, about = meaning(path)
        columns = self.columns
        if columns.count + len(columns.whiteouts) + len(columns.opaques) >= self._caps.entries:
            raise too_much("entries", self._caps.entries)
        if what is Meaning.INVALID:
            raise unreadable(f"a whiteout names nothing: {about!r}")
        if what is Meaning.WHITEOUT:
            columns.whiteouts[about] = None
        elif what is Meaning.OPAQUE:
            columns.opaques[about] = None
        return what is not Meaning.ENTRY

    def _path(self, name: bytes) -> str:
        if len(name) > self._caps.name_bytes:
            raise too_much("bytes in a name", self._caps.name_bytes)
        self._hold(len(name))
        return absolute(name)

    def _hold(self, count: int) -> None:
        self._text += count
        if self._text > self._caps.text_bytes:
            raise too_much("bytes of names and attributes", self._caps.text_bytes)

    def _target(self, name: bytes, kind: EntryKind) -> str:
        path = self._path(name)
        symbolic = kind is EntryKind.SYMLINK
        return name.decode("utf-8", "surrogateescape") if symbolic else path
