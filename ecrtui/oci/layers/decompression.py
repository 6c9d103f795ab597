"""Compressed bytes as they come, to the bytes of the tar: gzip, zstd or neither.

The first bytes tell which; media types are often wrong, and engines do not ask them either.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from isal import igzip_lib, isal_zlib

from ecrtui.oci.layers.caps import unreadable

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BLOCK = 1 << 20
"""The most bytes of a block: large enough that the threads seldom meet."""
_MAGIC = 4


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


def unpacked(chunks: Iterable[bytes], media_type: str) -> Iterator[bytes]:
    """The tar's bytes in blocks; raises Corrupt for streams that are damaged or cut short."""
    coming = iter(chunks)
    start = b""
    while len(start) < _MAGIC and (chunk := next(coming, None)) is not None:
        start += chunk
    decoder = _decoder_of(start)
    if decoder is not None:
        yield from _decoded(_after(start, coming), decoder)
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


def _decoder_of(start: bytes) -> Callable[[], _Decoder] | None:
    known = compression_of(start)
    if not known:
        return None
    return _gzip if known == "gzip" else zstd.ZstdDecompressor


def _gzip() -> _Decoder:
    return igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)


def _after(start: bytes, coming: Iterator[bytes]) -> Iterator[bytes]:
    if start:
        yield start
    yield from coming


def _plain(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for at in range(0, len(chunk), BLOCK):
            yield chunk[at : at + BLOCK]


def _decoded(chunks: Iterable[bytes], new: Callable[[], _Decoder]) -> Iterator[bytes]:
    """All members or frames of a stream, one after the other."""
    decoder: _Decoder | None = None
    for chunk in chunks:
        data = chunk
        while data or (decoder is not None and not decoder.needs_input):
            decoder = decoder or new()
            block, data = _step(decoder, data)
            if block:
                yield block
            if decoder.eof:
                decoder = None
    if decoder is not None:
        raise unreadable("the compressed stream is cut short")


def _step(decoder: _Decoder, data: bytes) -> tuple[bytes, bytes]:
    """A block, and what is left of the input once a member has ended."""
    try:
        block = decoder.decompress(data, BLOCK)
    except zstd.ZstdError as failure:
        raise unreadable(f"the compressed stream is damaged: {failure}") from None
    except isal_zlib.error as failure:  # type: ignore[misc]  # its stub calls the class a value
        raise unreadable(f"the compressed stream is damaged: {failure}") from None
    return block, decoder.unused_data if decoder.eof else b""
