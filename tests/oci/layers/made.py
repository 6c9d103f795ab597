"""Layers made for tests: tars by Python's tarfile or byte by byte, and how to read them."""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import tarfile
from collections.abc import Callable, Iterable, Iterator

from ecrtui.model.files import LayerIndex
from ecrtui.model.manifest import Descriptor
from ecrtui.oci.layers import Caps, Progress, read_layer

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

END = bytes(1024)


def sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def in_chunks(data: bytes, size: int = 1000) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


def read(
    blob: bytes,
    *,
    chunk: int = 1000,
    diff_id: str = "",
    caps: Caps | None = None,
    progress: Progress | None = None,
) -> LayerIndex:
    descriptor = Descriptor(sha256(blob), len(blob))
    chunks = in_chunks(blob, chunk)
    return read_layer(chunks, descriptor, diff_id=diff_id, caps=caps or Caps(), progress=progress)


def tar(entries: Iterable[tuple[tarfile.TarInfo, bytes]], form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(
        fileobj=buffer, mode="w", format=form, encoding="utf-8", errors="surrogateescape"
    ) as archive:
        for info, contents in entries:
            info.size = len(contents)
            archive.addfile(info, io.BytesIO(contents))
    return buffer.getvalue()


def files(*names: str, contents: bytes = b"x") -> bytes:
    """A tar of files that all hold the same."""
    return tar((tarfile.TarInfo(name), contents) for name in names)


def header(
    name: bytes = b"file",
    *,
    kind: bytes = b"0",
    size: bytes = b"0",
    link: bytes = b"",
    magic: bytes = b"ustar\x0000",
    sparse: bytes = b"",
) -> bytes:
    """512 bytes of a header with a right checksum; `sparse` goes where old GNU has its map."""
    fields = [
        (0, name),
        (100, b"0000644\00000001\00000002\0"),
        (124, size),
        (136, b"00000000007"),
        (148, b" " * 8),
        (156, kind),
        (157, link),
        (257, magic),
        (386, sparse),
    ]
    raw = bytearray(512)
    for at, value in fields:
        raw[at : at + len(value)] = value
    raw[148:156] = b"%06o\0 " % sum(raw)
    return bytes(raw)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)


def record(key: str, value: bytes) -> bytes:
    """One PAX record, which counts its own length."""
    rest = b" " + key.encode() + b"=" + value + b"\n"
    length = len(rest) + 1
    while len(str(length)) + len(rest) != length:
        length += 1
    return str(length).encode() + rest


def extension(kind: bytes, body: bytes) -> bytes:
    return header(b"ext", kind=kind, size=b"%o" % len(body)) + padded(body)


def pax(*records: tuple[str, bytes], kind: bytes = b"x") -> bytes:
    return extension(kind, b"".join(record(*each) for each in records))


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "gzip": gzip.compress,
    "gzip of two members": lambda data: gzip.compress(data[:700]) + gzip.compress(data[700:]),
    "zstd": zstd.compress,
    "zstd of two frames and a skippable one": lambda data: (
        zstd.compress(data[:700]) + b"\x50\x2a\x4d\x18\x04\0\0\0abcd" + zstd.compress(data[700:])
    ),
    "zstd after a skippable frame": lambda data: (
        b"\x5f\x2a\x4d\x18\x02\0\0\0ab" + zstd.compress(data)
    ),
}
