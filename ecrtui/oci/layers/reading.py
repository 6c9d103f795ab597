"""One layer read: its bytes verified, unpacked, walked over and hashed, all at the same time.

The caller's thread takes the chunks and hashes the blob; three others unpack, hash the tar, and
walk over it. Unpacking and hashing release the interpreter's lock, the walk does not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable

from ecrtui.errors import Corrupt
from ecrtui.model.files import LayerIndex
from ecrtui.model.manifest import Descriptor
from ecrtui.oci.layers.caps import Caps, too_much
from ecrtui.oci.layers.channel import Pipeline
from ecrtui.oci.layers.decompression import unpacked
from ecrtui.oci.layers.tape import Tape
from ecrtui.oci.layers.walk import Walk

Progress = Callable[[int, int], None]
"""Called now and then, in the caller's thread, with the bytes of the blob that were read and the
entries found so far. What it raises ends the reading."""

_CHUNKS = 8
_BLOCKS = 6
"""Each at most a megabyte."""
_DEFAULT = Caps()


def read_layer(
    chunks: Iterable[bytes],
    descriptor: Descriptor,
    *,
    diff_id: str = "",
    caps: Caps = _DEFAULT,
    progress: Progress | None = None,
) -> LayerIndex:
    """The index of a layer whose blob comes in chunks; `diff_id` is verified when given.

    Raises Corrupt when digest, size or diff_id are others than told, for whatever is no tar, and
    past a cap; and what the chunks raise. No thread outlives the call.
    """
    reading = _Reading(descriptor, caps)
    try:
        reading.feed(chunks, progress)
        reading.pipeline.end()
    finally:
        reading.pipeline.stop()
        if isinstance(chunks, Generator):
            chunks.close()  # a connection hangs on it
    found = reading.diff_id()
    if diff_id and found != diff_id:
        raise Corrupt(f"{descriptor.digest} unpacks to {found}, not to {diff_id}")
    return reading.walk.columns.index(found, reading.size)


class _Reading:
    """The pipeline of one layer."""

    def __init__(self, descriptor: Descriptor, caps: Caps) -> None:
        if descriptor.size > caps.blob_bytes:
            raise too_much("bytes in a blob", caps.blob_bytes)
        self.size = 0
        self.pipeline = Pipeline()
        self._descriptor = descriptor
        self._caps = caps
        self._read = 0
        self._packed = self.pipeline.channel(_CHUNKS)
        self._to_hash = self.pipeline.channel(_BLOCKS)
        self._to_walk = self.pipeline.channel(_BLOCKS)
        self._hash = hashlib.sha256()
        self.walk = Walk(Tape(self._to_walk, self._to_walk.check), caps)

    def feed(self, chunks: Iterable[bytes], progress: Progress | None) -> None:
        """Start the others, and hand them the blob; raises Corrupt when it is not the blob."""
        for work in (self._unpack, self._hash_all, self.walk.run):
            self.pipeline.start(work)
        algorithm, _, expected = self._descriptor.digest.partition(":")
        if algorithm not in ("sha256", "sha512"):
            raise Corrupt(f"{self._descriptor.digest}: nobody knows this kind of digest")
        hashed = hashlib.new(algorithm)
        for chunk in chunks:
            self._read += len(chunk)
            if self._read > self._descriptor.size:
                break
            if not self._packed.put(chunk):
                return  # `end` tells why
            hashed.update(chunk)
            if progress is not None:
                progress(self._read, len(self.walk.columns))
        if self._read != self._descriptor.size:
            raise Corrupt(f"{self._descriptor.digest} has not {self._descriptor.size:,} bytes")
        if hashed.hexdigest() != expected:
            raise Corrupt(self._descriptor.digest)
        self._packed.close()

    def diff_id(self) -> str:
        """The digest of the tar, once all is done."""
        return "sha256:" + self._hash.hexdigest()

    def _unpack(self) -> None:
        for block in unpacked(self._packed, self._descriptor.media_type):
            self.size += len(block)
            # What was read so far is ahead of what is unpacked.
            self._caps.check_unpacked(self.size, self._read)
            for channel in (self._to_walk, self._to_hash):
                if not channel.put(block):
                    return
        for channel in (self._to_walk, self._to_hash):
            channel.close()

    def _hash_all(self) -> None:
        for block in self._to_hash:
            self._hash.update(block)
