"""Compressed bytes as they come, to the bytes of the tar: gzip, zstd or neither.

The first bytes tell which; media types are often wrong, and engines do not ask them either.
"""

from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import BinaryIO, cast

from isal import isal_zlib

from ecrtui.errors import Corrupt
from ecrtui.oci.layers.caps import unreadable

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BLOCK = 1 << 21
"""The most bytes of a block: large enough that the threads seldom meet."""
Block = bytes | memoryview
_MAGIC = 4
_READ = 1 << 18
_SHORT_STEP = 1 << 12


def unpacked(
    chunks: Iterable[bytes], media_type: str, room: Iterable[bytearray] | None = None
) -> Iterator[Block]:
    """The tar's bytes in blocks; raises Corrupt for streams that are damaged or cut short.

    `room` gives buffers of BLOCK bytes to unpack into, each when nobody looks at its bytes any
    more. Without it there is a small one, and a block holds until the next is asked for.
    """
    coming = iter(chunks)
    start = b""
    while len(start) < _MAGIC and (chunk := next(coming, None)) is not None:
        start += chunk
    known = compression_of(start)
    if known == "gzip":
        yield from _gunzipped(_after(start, coming), room or repeat(bytearray(_READ)))
    elif known == "zstd":
        yield from _gathered(_decoded(_after(start, coming)))
    elif start and len(start) < _MAGIC:
        raise unreadable(f"it is neither gzip, zstd nor tar, but called {media_type or 'nothing'}")
    else:
        yield from _plain(_after(start, coming))


def compression_of(start: bytes) -> str:
    """`gzip`, `zstd` or '' for neither, by the first four bytes."""
    if start[:3] == b"\x1f\x8b\x08":
        return "gzip"
    frame = start[:4] == b"\x28\xb5\x2f\xfd"
    skippable = start[1:4] == b"\x2a\x4d\x18" and start[0] >> 4 == 5
    return "zstd" if frame or skippable else ""


def _after(start: bytes, coming: Iterator[bytes]) -> Iterator[bytes]:
    if start:
        yield start
    yield from coming


def _plain(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for at in range(0, len(chunk), BLOCK):
            yield chunk[at : at + BLOCK]


class _Feed(io.RawIOBase):
    """Chunks as the file that a GzipReader reads."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = memoryview(b"")

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer with some; 0 at the end."""
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = memoryview(chunk)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def _gunzipped(chunks: Iterator[bytes], room: Iterable[bytearray]) -> Iterator[memoryview]:
    """All members of a stream.

    Into memory that is used again: new blocks cost a third more time, all of it page faults, in a
    program that has just begun.
    """
    reader = isal_zlib._GzipReader(cast(BinaryIO, _Feed(chunks)), _READ)
    for buffer in room:
        try:
            count = reader.readinto(buffer)
        except EOFError:
            raise unreadable("the compressed stream is cut short") from None
        except (isal_zlib.error, gzip.BadGzipFile) as failure:  # type: ignore[misc]  # a value in its stub
            raise unreadable(f"the compressed stream is damaged: {failure}") from None
        if not count:
            return
        yield memoryview(buffer)[:count]


def _gathered(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, in blocks that are worth handing on; what is good of a damaged stream too."""
    parts, size = [], 0
    try:
        for block in blocks:
            parts.append(block)
            size += len(block)
            if size >= _READ:
                yield b"".join(parts) if len(parts) > 1 else block
                parts, size = [], 0
    except Corrupt:
        yield b"".join(parts)
        raise
    yield b"".join(parts)


def _decoded(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """All frames of a stream, one after the other.

    A decoder copies what is left of its input at the end of a frame, so where frames are short, as
    in zstd:chunked, each that has one file, it is given little at a time.
    """
    decoder: zstd.ZstdDecompressor | None = None
    step = _READ
    for chunk in chunks:
        at = 0
        while at < len(chunk) or (decoder is not None and not decoder.needs_input):
            decoder = decoder or zstd.ZstdDecompressor()
            part = chunk[at : at + step] if decoder.needs_input else b""
            try:
                block = decoder.decompress(part, BLOCK)
            except zstd.ZstdError as failure:
                raise unreadable(f"the compressed stream is damaged: {failure}") from None
            at += len(part)
            step = min(2 * step, _READ)
            if block:
                yield block
            if decoder.eof:
                at -= len(decoder.unused_data)
                step = _SHORT_STEP
                decoder = None
    if decoder is not None:
        raise unreadable("the compressed stream is cut short")
