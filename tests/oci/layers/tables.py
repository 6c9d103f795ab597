"""Layers with tables of contents, written by us from what their authors wrote down.

eStargz after stargz-snapshotter's docs/estargz.md, zstd:chunked after containers/storage's
pkg/chunked; skopeo's own are tested in test_lazy_images.py. A real writer of eStargz in a package
there is none of.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import struct
import sys
import tarfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timezone
from typing import Any, NamedTuple

from ecrtui.model.manifest import Descriptor
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.shelf import Blob, Image
from tests import worlds
from tests.oci.layers.made import END, padded, sha256

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Entries = Sequence[tuple[tarfile.TarInfo, bytes]]
STARGZ = "containerd.io/snapshot/stargz/toc.digest"
ZSTD = "io.github.containers.zstd-chunked.manifest-"
_TYPES = {
    tarfile.REGTYPE: "reg",
    tarfile.LNKTYPE: "hardlink",
    tarfile.SYMTYPE: "symlink",
    tarfile.CHRTYPE: "char",
    tarfile.BLKTYPE: "block",
    tarfile.DIRTYPE: "dir",
    tarfile.FIFOTYPE: "fifo",
}
_XATTR = "SCHILY.xattr."


class Made(NamedTuple):
    """A blob, and how the manifest describes it."""

    blob: bytes
    described: Descriptor


class Source:
    """Gives parts of a blob and counts."""

    def __init__(self, blob: bytes) -> None:
        self.blob = blob
        self.bytes = 0
        self.requests = 0

    def __call__(self, offset: int, length: int) -> Iterator[bytes]:
        self.requests += 1
        for at in range(offset, min(offset + length, len(self.blob)), 5000):
            part = self.blob[at : min(at + 5000, offset + length)]
            self.bytes += len(part)
            yield part


class _Members:
    """Compressed pieces one after the other, each of which can be unpacked alone."""

    def __init__(self, compress: Callable[[bytes], bytes]) -> None:
        self.blob = bytearray()
        self.pending = bytearray()
        self._compress = compress

    def close(self) -> int:
        """End the piece; answers where the next begins."""
        if self.pending:
            self.blob += self._compress(bytes(self.pending))
            self.pending.clear()
        return len(self.blob)


def stargz(
    entries: Entries,
    *,
    chunk: int = 1 << 22,
    together: int = 0,
    change: Callable[[dict[str, Any]], object] = lambda table: None,
) -> Made:
    """An eStargz layer. `together` is the least a gzip member holds (`--estargz-min-chunk-size`).

    `change` may spoil the table before it is written.
    """
    members = _Members(lambda data: gzip.compress(data, 1))
    listed: list[dict[str, Any]] = []
    for info, contents in entries:
        info.size = len(contents)
        members.pending += _header(info)
        item = _item(info, contents, lambda when: when.partition(".")[0].rstrip("Z") + "Z")
        listed.append(item)
        for at in range(0, len(contents), chunk):
            if len(members.pending) >= together:
                members.close()
            part = contents[at : at + chunk]
            piece = item if at == 0 else {"name": info.name, "type": "chunk", "chunkOffset": at}
            piece |= {"offset": len(members.blob), "chunkDigest": sha256(part)}
            if members.pending:
                piece["innerOffset"] = len(members.pending)
            if at + chunk < len(contents):
                piece["chunkSize"] = len(part)
            if at:
                listed.append(piece)
            members.pending += part
        members.pending += bytes(-len(contents) % 512)
    start = members.close()
    table = _table(listed, change)
    own = tarfile.TarInfo("stargz.index.json")
    own.size = len(table)
    tail = gzip.compress(own.tobuf(tarfile.GNU_FORMAT) + padded(table) + END)
    extra = b"SG" + struct.pack("<H", 22) + b"%016xSTARGZ" % start
    footer = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff" + struct.pack("<H", 26) + extra
    footer += b"\x01\0\0\xff\xff" + bytes(8)
    blob = bytes(members.blob) + tail + footer
    notes = {STARGZ: sha256(table)}
    return Made(blob, Descriptor(sha256(blob), len(blob), annotations=notes))


def chunked(
    entries: Entries,
    *,
    chunk: int = 1 << 22,
    change: Callable[[dict[str, Any]], object] = lambda table: None,
) -> Made:
    """A zstd:chunked layer, with the annotations of today."""
    members = _Members(lambda data: zstd.compress(data, 1))
    listed: list[dict[str, Any]] = []
    for info, contents in entries:
        info.size = len(contents)
        members.pending += _header(info)
        item = _item(info, contents, lambda when: when)
        listed.append(item)
        for at in range(0, len(contents), chunk):
            start = members.close()
            part = contents[at : at + chunk]
            piece = item if at == 0 else {"name": info.name, "type": "chunk", "chunkOffset": at}
            piece["offset"] = start
            if chunk < len(contents):
                piece |= {"chunkSize": len(part), "chunkDigest": sha256(part)}
            if at:
                listed.append(piece)
            members.pending += part
        if contents:
            item["endOffset"] = members.close()
        members.pending += bytes(-len(contents) % 512)
    members.pending += END
    place = members.close() + 8
    table = _table(listed, change)
    packed = zstd.compress(table)
    frames = [packed, bytes(56) + b"GNUlInUx"]
    blob = bytes(members.blob) + b"".join(
        b"\x50\x2a\x4d\x18" + struct.pack("<I", len(frame)) + frame for frame in frames
    )
    notes = {
        f"{ZSTD}checksum": sha256(packed),
        f"{ZSTD}position": f"{place}:{len(packed)}:{len(table)}:1",
    }
    return Made(blob, Descriptor(sha256(blob), len(blob), annotations=notes))


def _header(info: tarfile.TarInfo) -> bytes:
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")


def _table(listed: list[dict[str, Any]], change: Callable[[dict[str, Any]], object]) -> bytes:
    table: dict[str, Any] = {"version": 1, "entries": listed}
    change(table)
    return json.dumps(table).encode()


def _item(info: tarfile.TarInfo, contents: bytes, form: Callable[[str], str]) -> dict[str, Any]:
    """As Go writes it: what is empty is left out; bytes that are not UTF-8 are lost."""
    when = datetime.fromtimestamp(int(info.mtime), timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    fraction = repr(info.mtime).partition(".")[2].strip("0")
    xattrs = {
        key[len(_XATTR) :]: base64.b64encode(value.encode("utf-8", "surrogateescape")).decode()
        for key, value in info.pax_headers.items()
        if key.startswith(_XATTR)
    }
    found: dict[str, Any] = {
        "name": _as_go(info.name + ("/" if info.isdir() else "")),
        "type": _TYPES[info.type],
        "linkName": _as_go(info.linkname),
        "mode": info.mode,
        "size": len(contents),
        "uid": info.uid,
        "gid": info.gid,
        "modtime": form(f"{when}.{fraction}Z" if fraction else f"{when}Z"),
        "devMajor": info.devmajor,
        "devMinor": info.devminor,
        "xattrs": xattrs,
        "digest": sha256(contents) if contents else "",
    }
    return {"name": found["name"], **{key: value for key, value in found.items() if value}}


def _as_go(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def noise(size: int) -> bytes:
    """Bytes that no compression makes fewer."""
    return hashlib.shake_256(b"noise").digest(size)


def info(name: str, kind: bytes = tarfile.REGTYPE, **more: Any) -> tarfile.TarInfo:
    """An entry's header."""
    made = tarfile.TarInfo(name)
    made.type = kind
    for key, value in more.items():
        setattr(made, key, value)
    return made


def push(
    repository: Repository,
    tag: str,
    layers: Sequence[Made],
    shared: Sequence[Blob] = (),
    *,
    diff_ids_told: bool = True,
) -> Image:
    """An image of such layers, their annotations in its manifest; below them blobs nobody reads."""
    diff_ids = [*(blob.digest for blob in shared), *(sha256(whole_tar(made)) for made in layers)]
    config = {
        "os": "linux",
        "architecture": "amd64",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": diff_ids if diff_ids_told else []},
    }
    parts = [worlds.add_blob(repository, json.dumps(config).encode(), worlds.OCI_CONFIG)]
    for blob in shared:
        repository.blobs[blob.digest] = blob
        parts.append({"mediaType": blob.media_type, "digest": blob.digest, "size": blob.size})
    for made in layers:
        described = worlds.add_blob(repository, made.blob)
        parts.append({**described, "annotations": made.described.annotations})
    manifest = {
        "schemaVersion": 2,
        "mediaType": worlds.OCI_IMAGE,
        "config": parts[0],
        "layers": parts[1:],
    }
    raw = json.dumps(manifest).encode()
    image = Image(
        sha256(raw),
        raw,
        worlds.OCI_IMAGE,
        sum(part["size"] for part in parts),
        1_770_000_000.0,
        tags={tag},
        layers=tuple(part["digest"] for part in parts),
    )
    repository.images.put(image)
    return image


def whole_tar(made: Made) -> bytes:
    """What the blob unpacks to, by programs that know no tables."""
    if made.blob[:2] == b"\x1f\x8b":
        with gzip.open(io.BytesIO(made.blob)) as file:  # gzip.decompress copies the rest each time
            return file.read()
    with zstd.ZstdFile(io.BytesIO(made.blob)) as unpacked:
        return unpacked.read()
