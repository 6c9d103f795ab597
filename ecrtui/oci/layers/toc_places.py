"""Where a layer's table of contents lies, and its bytes, verified by what the manifest says.

The manifest's annotations hold the table's digest. eStargz tells the place at the blob's end, in a
gzip member of nothing whose extra field holds it (stargz-snapshotter's docs/estargz.md; older
stargz writes the field without a name). zstd:chunked tells it in another annotation
(containers/storage's pkg/chunked/internal/minimal; older writers, as skopeo 1.9, name it
otherwise).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple

from ecrtui.errors import Corrupt, RemoteError
from ecrtui.model.manifest import Descriptor
from ecrtui.oci.layers.caps import Caps, unreadable
from ecrtui.oci.layers.decompression import unpacked
from ecrtui.oci.layers.headers import Header
from ecrtui.oci.layers.tape import Tape
from ecrtui.oci.layers.toc import Lacking

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Fetch = Callable[[int, int], Iterable[bytes]]
"""Bytes of the blob: offset and length."""

_STARGZ = "containerd.io/snapshot/stargz/toc.digest"
_STARGZ_SIZE = "io.containers.estargz.uncompressed-size"
_STARGZ_NAME = b"stargz.index.json"
_ZSTD = ("io.github.containers.zstd-chunked", "io.containers.zstd-chunked")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_FOOTER = re.compile(rb"([0-9a-f]{16})STARGZ")
_FOOTER_BYTES = 51
_POSITION = re.compile(r"(\d{1,18}):(\d{1,18}):(\d{1,18}):1", re.ASCII)
_TAIL = 1 << 20
"""Bytes from the end that are asked for at once: most tables of contents are in them."""
_TAIL_SHARE = 16
"""Of the blob, at most one in so many."""


class Found(NamedTuple):
    """A table of contents."""

    data: bytes
    """JSON."""
    start: int
    """Where in the blob it begins: behind all files."""
    own: Header | None
    """The table as a file of the layer, which that of eStargz is."""


def toc_digest(annotations: Mapping[str, str]) -> str:
    """The digest of a layer's table of contents by the manifest's annotations; '' for none."""
    keys = (_STARGZ, *(f"{prefix}.manifest-checksum" for prefix in _ZSTD))
    told = next((annotations[key] for key in keys if key in annotations), "")
    return told if _DIGEST.fullmatch(told) else ""


def told_size(annotations: Mapping[str, str]) -> int:
    """The bytes of the tar by the manifest's annotations; 0 where they do not tell."""
    size = annotations.get(_STARGZ_SIZE, "")
    return int(size) if re.fullmatch("[0-9]{1,18}", size) else 0


def find(fetch: Fetch, blob: Descriptor, caps: Caps) -> Found:
    """A layer's table of contents.

    Raises Corrupt when it is not the one the manifest speaks of, Lacking when there is none that
    one could read.
    """
    digest = toc_digest(blob.annotations)
    if not digest:
        raise Lacking
    return (_stargz if _STARGZ in blob.annotations else _zstd)(fetch, blob, digest, caps)


def fetched(fetch: Fetch, start: int, stop: int) -> bytes:
    """A part of the blob; raises Lacking where nobody gives parts, Corrupt for another length."""
    parts, size = [], 0
    try:
        for chunk in fetch(start, stop - start):
            parts.append(chunk)
            size += len(chunk)
            if size > stop - start:
                break
    except Corrupt:
        raise
    except RemoteError:
        raise Lacking from None  # if it is more than that, reading the whole tells
    if size != stop - start:
        raise unreadable(f"{stop - start:,} bytes of it were asked for, others came")
    return b"".join(parts)


def _stargz(fetch: Fetch, blob: Descriptor, digest: str, caps: Caps) -> Found:
    tail_start = blob.size - max(_FOOTER_BYTES, min(_TAIL, blob.size // _TAIL_SHARE))
    if tail_start <= 0:
        raise Lacking
    data = fetched(fetch, tail_start, blob.size)
    place = _FOOTER.search(data[-_FOOTER_BYTES:])
    if place is None:
        raise Lacking  # as where the table is in another image
    start = int(place.group(1), 16)
    if start >= blob.size or blob.size - start > caps.toc_bytes:
        raise Lacking
    if start < tail_start:
        data = fetched(fetch, start, tail_start) + data
    else:
        data = data[start - tail_start :]
    tape = Tape(unpacked([data], blob.media_type), lambda: None)
    raw = tape.header()
    own = Header(raw) if raw is not None else None
    if own is None or own.name != _STARGZ_NAME or own.kind not in b"0\0":
        raise unreadable("there is no table of contents where its end says")
    if not 0 <= own.size <= caps.toc_bytes:
        raise Lacking
    table = tape.take(own.size)
    _verify(table, digest)
    return Found(table, start, own)


def _zstd(fetch: Fetch, blob: Descriptor, digest: str, caps: Caps) -> Found:
    keys = (f"{prefix}.manifest-position" for prefix in _ZSTD)
    told = next((blob.annotations[key] for key in keys if key in blob.annotations), "")
    place = _POSITION.fullmatch(told)
    if place is None:
        raise Lacking
    start, length, unpacked_length = map(int, place.groups())
    if not 0 < length <= blob.size - start or max(length, unpacked_length) > caps.toc_bytes:
        raise Lacking
    packed = fetched(fetch, start, start + length)
    _verify(packed, digest)
    try:
        decoder = zstd.ZstdDecompressor()
        table = decoder.decompress(packed, unpacked_length + 1)
    except zstd.ZstdError as failure:
        raise unreadable(f"its table of contents cannot be unpacked: {failure}") from None
    if not decoder.eof or len(table) != unpacked_length:
        raise unreadable("its table of contents has another size than the manifest says")
    return Found(table, start, None)


def _verify(table: bytes, digest: str) -> None:
    if f"sha256:{sha256(table).hexdigest()}" != digest:
        raise unreadable("its table of contents is not the one of which the manifest speaks")
