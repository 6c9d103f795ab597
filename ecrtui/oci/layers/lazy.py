"""A layer's index from its table of contents, without most of the layer.

    read_lazily(fetch, descriptor, diff_id=...)      # LayerIndex, or None: read the whole

The manifest attests the table (`toc_places.py`), the table each file's sha256. Files whose contents
are kept or looked into are fetched by range and verified by it. Nothing here has seen the whole
blob, so neither its digest nor the diffId is verified: `LayerIndex.from_toc` says so.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

import msgspec

from ecrtui.model.files import EntryKind, LayerIndex
from ecrtui.model.manifest import Descriptor
from ecrtui.oci.layers.caps import Caps, unreadable
from ecrtui.oci.layers.decompression import unpacked
from ecrtui.oci.layers.extensions import Extensions
from ecrtui.oci.layers.headers import Header
from ecrtui.oci.layers.inside import PROBLEM, SMALLEST_PROGRAM, SUFFIXES
from ecrtui.oci.layers.names import absolute, is_kept
from ecrtui.oci.layers.tape import Tape
from ecrtui.oci.layers.toc import CHUNK, Item, Lacking, TocHeader, items_of
from ecrtui.oci.layers.toc_places import Fetch, fetched, find, toc_digest, told_size
from ecrtui.oci.layers.verified import Progress
from ecrtui.oci.layers.walk import Walk

SMALLEST = 2_000_000
"""Bytes of a blob that is read whole: that takes no longer than asking three times."""
_WORTH = 2
"""Not more than one in so many of the blob's bytes is fetched; else it is read whole."""
_MOST_REQUESTS = 32
_GAP = 1 << 17
"""Bytes between two pieces that are fetched along rather than asked for anew."""
_STRETCH = 1 << 24
"""The most bytes of several pieces that are fetched, and held, together."""
_HELD = 1 << 26
"""The most bytes of one piece: the largest file that is looked into, and it is held for that."""
_DEFAULT = Caps()


def read_lazily(
    fetch: Fetch,
    blob: Descriptor,
    *,
    diff_id: str = "",
    caps: Caps = _DEFAULT,
    progress: Progress | None = None,
    smallest: int = SMALLEST,
) -> LayerIndex | None:
    """The index of a layer that brings a table of contents; None where the whole must be read.

    `fetch` gives parts of the blob, `diff_id` is believed. Raises Corrupt when the table is not the
    one of which the manifest speaks, or says what cannot be, and what fetching raises, except that
    a source without parts is no error.
    """
    if blob.size < smallest or blob.size > caps.blob_bytes:
        return None
    reading = _Reading(fetch, blob, caps, progress)
    try:
        return reading.index(diff_id)
    except Lacking:
        return None


class _Piece(NamedTuple):
    """A part of a file: the bytes of the blob to unpack, and what of that it is."""

    start: int
    stop: int
    skip: int
    size: int


class _Reading:
    """One layer read from its table of contents."""

    def __init__(
        self, fetch: Fetch, blob: Descriptor, caps: Caps, progress: Progress | None
    ) -> None:
        self._fetch = fetch
        self._blob = blob
        self._caps = caps
        self._progress = progress
        self._walk = _TocWalk(caps)
        self._read = 0

    def index(self, diff_id: str) -> LayerIndex:
        data, start, own = find(self._counted, self._blob, self._caps)
        items = items_of(data)
        del data
        size = sum(item.size for item in items if item.type == "reg")
        self._caps.check_unpacked(size, self._blob.size)
        files = _wanted(items, start, self._caps)
        all_pieces = [piece for pieces in files.values() for piece in pieces]
        if sum(piece.skip + piece.size for piece in all_pieces) > size:
            raise Lacking  # a frame of many files is unpacked from its start for each of them
        stretches = _stretches(all_pieces)
        total = self._read + sum(stop - start for start, stop in stretches)
        if total * _WORTH > self._blob.size or len(stretches) > _MOST_REQUESTS:
            raise Lacking
        parts = _Parts(self._counted, stretches)
        items.reverse()
        for number in range(len(items)):
            item = items.pop()  # its memory is that of the columns that grow
            if item.type != CHUNK:
                pieces = files.get(number)
                contents = None if pieces is None else b"".join(map(parts.unpacked, pieces))
                self._walk.add(item, contents)
        return self._finished(own, diff_id)

    def _finished(self, own: Header | None, diff_id: str) -> LayerIndex:
        columns = self._walk.columns
        if own is not None:
            path = absolute(own.name)
            digest = bytes.fromhex(toc_digest(self._blob.annotations)[7:])
            columns.add(path, EntryKind.FILE, own.size, own.owner, own.mtime, digest)
        index = columns.index(diff_id, told_size(self._blob.annotations))
        return msgspec.structs.replace(index, from_toc=True)

    def _counted(self, offset: int, length: int) -> Iterable[bytes]:
        for chunk in self._fetch(offset, length):
            self._read += len(chunk)
            if self._progress is not None:
                self._progress(self._read, self._walk.columns.count)
            yield chunk


class _TocWalk(Walk):
    """Takes the entries of a table instead of a tape's, in the same way."""

    def __init__(self, caps: Caps) -> None:
        super().__init__(_tape(b""), caps)

    def add(self, item: Item, contents: bytes | None) -> None:
        """One entry, with its contents when they are to be kept. Raises Corrupt, Lacking."""
        header = TocHeader(item)
        if contents is not None and sha256(contents).digest() != header.digest:
            raise unreadable(f"{item.name} is not what the table of contents says")
        header.contents = contents
        extensions = header.extensions
        if extensions is None:
            self._entry(header)
        else:
            self._entry(header, extensions)

    def _file(self, path: str, stored: int, header: Header, extensions: Extensions) -> None:
        if not isinstance(header, TocHeader):  # `add` makes no others
            raise AssertionError(path)
        if header.contents is not None:
            self._tape = _tape(header.contents)
            super()._file(path, stored, header, extensions)
            return
        self._add(path, EntryKind.FILE, stored, header.digest, header, extensions)
        if is_kept(path):
            self.columns.unkept[path] = None
        elif path.endswith(SUFFIXES):
            self.columns.inside[path] = {PROBLEM: b"too large"}


def _tape(contents: bytes) -> Tape:
    return Tape([contents], lambda: None)


def _wanted(items: list[Item], end: int, caps: Caps) -> dict[int, list[_Piece]]:
    """The pieces of the files whose contents matter, by the entry's number."""
    pieces: dict[int, list[_Piece]] = {}
    starts = sorted({item.offset for item in items if item.type in ("reg", CHUNK)} | {end})
    for number, item in enumerate(items):
        if item.type == "reg" and _is_wanted(item, caps):
            parts = _parts(items, number) if item.size else []
            pieces[number] = _pieces(parts, item.size, starts, caps)
    return pieces


def _is_wanted(item: Item, caps: Caps) -> bool:
    """Whether a walk over the tar would keep a file's contents or look into them."""
    path = absolute(item.name.encode("utf-8", "replace"))
    if is_kept(path):
        return item.size <= caps.kept_file_bytes
    if path.endswith(SUFFIXES):
        return item.size <= caps.archive_bytes
    if not item.mode & 0o111 or item.size < SMALLEST_PROGRAM:
        return False
    if item.size > caps.kept_file_bytes:
        raise Lacking  # it would be held in memory
    return True


def _parts(items: list[Item], number: int) -> list[Item]:
    """A file's entry and those of its further pieces."""
    end = number + 1
    while end < len(items) and items[end].type == CHUNK:
        end += 1
    return items[number:end]


def _pieces(parts: list[Item], size: int, starts: list[int], caps: Caps) -> list[_Piece]:
    found: list[_Piece] = []
    at = 0
    for part in parts:
        length = part.chunk_size or size - at
        place = bisect_right(starts, part.offset)
        if (
            part.chunk_offset != at
            or not 0 < length <= size - at
            or part.inner_offset > caps.kept_file_bytes
            or place == len(starts)
        ):
            raise unreadable("its table of contents has a file of pieces that do not fit")
        if starts[place] - part.offset > _HELD:
            raise Lacking
        found.append(_Piece(part.offset, starts[place], part.inner_offset, length))
        at += length
    if at != size:
        raise unreadable("its table of contents has a file of pieces that do not fit")
    return found


def _stretches(pieces: list[_Piece]) -> list[tuple[int, int]]:
    """What to fetch for the pieces in their order, a few of them at a time."""
    found: list[tuple[int, int]] = []
    for piece in pieces:
        if found:
            start, stop = found[-1]
            near = start <= piece.start <= stop + _GAP
            if near and piece.stop <= max(stop, start + _STRETCH):
                found[-1] = start, max(stop, piece.stop)
                continue
        found.append((piece.start, piece.stop))
    return found


class _Parts:
    """The pieces' bytes, which are asked for in the order of the stretches."""

    def __init__(self, fetch: Fetch, stretches: list[tuple[int, int]]) -> None:
        self._fetch = fetch
        self._coming = iter(stretches)
        self._start = 0
        self._data = b""

    def unpacked(self, piece: _Piece) -> bytes:
        """A piece of a file; raises Corrupt."""
        while not self._start <= piece.start < piece.stop <= self._start + len(self._data):
            self._start, stop = next(self._coming)
            self._data = fetched(self._fetch, self._start, stop)
        packed = self._data[piece.start - self._start : piece.stop - self._start]
        tape = Tape(unpacked([packed], ""), lambda: None)
        tape.skip(piece.skip)
        return tape.take(piece.size)
