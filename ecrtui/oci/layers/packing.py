"""An index as bytes, to be opened again at once: columns in msgpack, in one zstd frame.

A byte for the version stands before it, and the frame carries a checksum of what it holds.
"""

from __future__ import annotations

import sys
from array import array

import msgspec

from ecrtui.model.files import DIGEST_BYTES, LayerIndex
from ecrtui.oci.layers.caps import unreadable

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

VERSION = 4
_LARGEST = 1 << 30
"""Bytes once unpacked: three times what the largest index the caps allow takes."""
_OPTIONS: dict[int, int] = {
    zstd.CompressionParameter.compression_level: 1,
    zstd.CompressionParameter.checksum_flag: 1,
}
_Names = dict[int, bytes]


class _Packed(msgspec.Struct, array_like=True):
    """The columns of LayerIndex. Text is bytes, because msgpack's text must be UTF-8."""

    diff_id: str
    uncompressed_size: int
    paths: bytes
    kinds: bytes
    sizes: bytes
    modes: bytes
    uids: bytes
    gids: bytes
    mtimes: bytes
    digests: bytes
    linknames: _Names
    xattrs: dict[int, list[tuple[bytes, bytes]]]
    devices: dict[int, tuple[int, int]]
    whiteouts: bytes
    opaques: bytes
    kept: list[tuple[bytes, bytes]]
    unkept: bytes
    inside: list[tuple[bytes, list[tuple[bytes, bytes]]]]
    from_toc: bool


_decoder = msgspec.msgpack.Decoder(_Packed)


def pack(index: LayerIndex) -> bytes:
    """The bytes that `unpack` makes the same index of."""
    packed = _Packed(
        index.diff_id,
        index.uncompressed_size,
        _joined(index.paths),
        index.kinds,
        _column("q", index.sizes),
        _column("q", index.modes),
        _column("q", index.uids),
        _column("q", index.gids),
        _column("d", index.mtimes),
        index.digests,
        {number: _encoded(name) for number, name in index.linknames.items()},
        {
            number: [(_encoded(name), value) for name, value in xattrs.items()]
            for number, xattrs in index.xattrs.items()
        },
        index.devices,
        _joined(index.whiteouts),
        _joined(index.opaques),
        [(_encoded(path), contents) for path, contents in index.kept.items()],
        _joined(index.unkept),
        [
            (_encoded(path), [(_encoded(name), fact) for name, fact in facts.items()])
            for path, facts in index.inside.items()
        ],
        index.from_toc,
    )
    return bytes([VERSION]) + zstd.compress(msgspec.msgpack.encode(packed), options=_OPTIONS)


def unpack(data: bytes) -> LayerIndex:
    """The index of packed bytes; raises Corrupt when they are damaged or of another version."""
    if data[:1] != bytes([VERSION]):
        raise unreadable("a packed index of another version")
    try:
        decoder = zstd.ZstdDecompressor()
        body = decoder.decompress(data[1:], _LARGEST)
        if not decoder.eof or decoder.unused_data:
            raise unreadable("a packed index is cut short or too long")
        return _index(_decoder.decode(body))
    except (zstd.ZstdError, msgspec.MsgspecError, ValueError) as failure:
        raise unreadable(f"a packed index is damaged: {failure}") from None


def _index(packed: _Packed) -> LayerIndex:
    index = LayerIndex(
        packed.diff_id,
        packed.uncompressed_size,
        _parted(packed.paths),
        packed.kinds,
        _integers(packed.sizes),
        _integers(packed.modes),
        _integers(packed.uids),
        _integers(packed.gids),
        _floats(packed.mtimes),
        packed.digests,
        {number: _decoded(name) for number, name in packed.linknames.items()},
        {
            number: {_decoded(name): value for name, value in xattrs}
            for number, xattrs in packed.xattrs.items()
        },
        packed.devices,
        _parted(packed.whiteouts),
        _parted(packed.opaques),
        {_decoded(path): contents for path, contents in packed.kept},
        _parted(packed.unkept),
        {
            _decoded(path): {_decoded(name): fact for name, fact in facts}
            for path, facts in packed.inside
        },
        packed.from_toc,
    )
    columns = (index.kinds, index.sizes, index.modes, index.uids, index.gids, index.mtimes)
    lengths = {len(column) for column in columns} | {len(index.digests) / DIGEST_BYTES}
    if lengths != {len(index.paths)}:
        raise unreadable("a packed index has columns of unequal length")
    return index


def _column(kind: str, values: list[int] | list[float]) -> bytes:
    column = array(kind, values)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _integers(data: bytes) -> list[int]:
    column = array("q")
    column.frombytes(data)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tolist()


def _floats(data: bytes) -> list[float]:
    column = array("d")
    column.frombytes(data)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tolist()


def _joined(paths: list[str]) -> bytes:
    """Paths hold no NUL: each ends with one, so that none and one empty path differ."""
    return "".join(path + "\0" for path in paths).encode("utf-8", "surrogateescape")


def _parted(data: bytes) -> list[str]:
    return _decoded(data).split("\0")[:-1]


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
