"""Some files of a layer, with their bytes: the layer is streamed until all of them are found."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from hashlib import sha256

import msgspec

from ecrtui.errors import Corrupt
from ecrtui.model.files import NO_DIGEST
from ecrtui.model.manifest import Descriptor
from ecrtui.oci.layers.caps import Caps
from ecrtui.oci.layers.decompression import Block, unpacked
from ecrtui.oci.layers.extensions import Extensions
from ecrtui.oci.layers.headers import BLOCK, Header
from ecrtui.oci.layers.sparse import sparse_of
from ecrtui.oci.layers.tape import Tape
from ecrtui.oci.layers.verified import Progress, Verified
from ecrtui.oci.layers.walk import Walk

_DEFAULT = Caps()


class Extract(msgspec.Struct, frozen=True):
    """What a file begins with."""

    data: bytes
    truncated: bool
    """Whether the file has more."""


def extract(
    chunks: Iterable[bytes],
    descriptor: Descriptor,
    wanted: Mapping[str, bytes],
    *,
    most: int,
    caps: Caps = _DEFAULT,
    progress: Progress | None = None,
) -> dict[str, Extract]:
    """Regular files of a layer whose blob comes in chunks, by path, `most` bytes of each.

    `wanted` are absolute paths with the sha256 that the layer's index tells; files are verified by
    it, also those whose end is not kept, and the rest of the layer is not asked for. A file with
    NO_DIGEST is verified by the digest of the whole blob. Raises Corrupt when one is not there,
    and as `read_layer` does.
    """
    note = None if progress is None else lambda read: progress(read, 0)
    verified = Verified(chunks, descriptor, caps, note)
    tape = Tape(_unpacked(verified, descriptor.media_type, caps), lambda: None)
    search = _Search(tape, caps, wanted, most)
    try:
        search.run()
    except _AllFound:
        pass
    finally:
        if isinstance(chunks, Generator):
            chunks.close()  # a connection hangs on it
    missing = next((path for path in wanted if path not in search.found), None)
    if missing is not None:
        raise Corrupt(f"{descriptor.digest} does not hold {missing} as its index tells")
    return search.found


class _AllFound(Exception):
    """Nothing more is looked for."""


def _unpacked(verified: Verified, media_type: str, caps: Caps) -> Iterator[Block]:
    size = 0
    for block in unpacked(verified, media_type):
        size += len(block)
        caps.check_unpacked(size, verified.read)
        yield block


class _Head:
    """Takes a file's bytes, hashes all and keeps the first."""

    def __init__(self, most: int) -> None:
        self._room = most
        self._parts: list[bytes] = []
        self._size = 0
        self._hash = sha256()

    def __call__(self, piece: bytes | memoryview) -> None:
        self._hash.update(piece)
        self._size += len(piece)
        if self._room:
            part = bytes(piece[: self._room])
            self._parts.append(part)
            self._room -= len(part)

    def digest(self) -> bytes:
        """Of all bytes."""
        return self._hash.digest()

    def extract(self) -> Extract:
        """What was kept."""
        data = b"".join(self._parts)
        return Extract(data, len(data) < self._size)


class _Search(Walk):
    """A walk that passes over all files but those wanted; ends with _AllFound when it has them.

    Of a path that comes twice in a layer the index tells the last one's digest.
    """

    def __init__(self, tape: Tape, caps: Caps, wanted: Mapping[str, bytes], most: int) -> None:
        super().__init__(tape, caps)
        self.found: dict[str, Extract] = {}
        self._wanted = wanted
        self._most = most
        self._verifiable = all(digest != NO_DIGEST for digest in wanted.values())

    def _file(self, path: str, stored: int, header: Header, extensions: Extensions) -> None:
        tape, sparse = self._tape, None
        if extensions.pax or header.kind == b"S":
            sparse = sparse_of(tape, header, extensions, stored, self._caps)
        if path not in self._wanted:
            tape.skip(stored if sparse is None else sparse.stored)
            tape.pad(-stored % BLOCK)
            return
        head = _Head(self._most)
        if sparse is None:
            tape.each(stored, head)
        else:
            self._hold_holes(sparse)
            tape.each_sparse(sparse.parts, sparse.size, head)
        tape.pad(-stored % BLOCK)
        if self._wanted[path] in (NO_DIGEST, head.digest()):
            self.found[path] = head.extract()
            if self._verifiable and len(self.found) == len(self._wanted):
                raise _AllFound
