"""One layer read: its bytes verified, unpacked, walked over and hashed, all at the same time.

The caller's thread takes the chunks, hashes the blob and unpacks it; another hashes the tar and
walks over it. Unpacking and hashing release the interpreter's lock, the walk does not: with more
threads they only wait for each other more often.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator

from ecrtui.errors import Corrupt
from ecrtui.model.files import LayerIndex
from ecrtui.model.manifest import Descriptor
from ecrtui.oci.layers.caps import Caps
from ecrtui.oci.layers.channel import Channel, Pipeline, Stopped
from ecrtui.oci.layers.decompression import BLOCK, Block, unpacked
from ecrtui.oci.layers.tape import Tape
from ecrtui.oci.layers.verified import Progress, Verified
from ecrtui.oci.layers.walk import Walk

_BLOCKS = 4
"""Each of at most two megabytes."""
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
    reading = _Reading(caps)
    try:
        reading.run(chunks, descriptor, progress)
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

    def __init__(self, caps: Caps) -> None:
        self.size = 0
        self.pipeline = Pipeline()
        self._caps = caps
        self._full: Channel[Block] = self.pipeline.channel(_BLOCKS)
        self._free: Channel[bytearray] = self.pipeline.channel(_BLOCKS)
        self._hash = hashlib.sha256()
        blocks = _hashed(self._full, self._free, self._hash.update)
        self.walk = Walk(Tape(blocks, self._full.check), caps)

    def run(self, chunks: Iterable[bytes], blob: Descriptor, progress: Progress | None) -> None:
        """Unpack the blob for the walk; raises Corrupt when it is not the blob."""

        def note(read: int) -> None:
            if progress is not None:
                progress(read, self.walk.columns.count)

        verified = Verified(chunks, blob, self._caps, note)
        for _ in range(_BLOCKS):
            self._free.put(bytearray(BLOCK))
        self.pipeline.start(self.walk.run)
        try:
            for block in unpacked(verified, blob.media_type, self._free):
                self.size += len(block)
                # What was read so far is ahead of what is unpacked.
                self._caps.check_unpacked(self.size, verified.read)
                self._full.put(block)
        except Stopped:
            return  # `end` tells why
        self._full.close()

    def diff_id(self) -> str:
        """The digest of the tar, once all is done."""
        return "sha256:" + self._hash.hexdigest()


def _hashed(
    full: Channel[Block], free: Channel[bytearray], update: Callable[[Block], object]
) -> Iterator[Block]:
    """The tar's blocks; each is hashed while the walk's caches are warm with it."""
    for block in full:
        update(block)
        yield block
        if isinstance(block, memoryview) and isinstance(block.obj, bytearray):
            free.put(block.obj)
