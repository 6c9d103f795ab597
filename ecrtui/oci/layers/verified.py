"""A blob's chunks as they come, counted, hashed, and verified at their end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator

from ecrtui.errors import Corrupt
from ecrtui.model.manifest import Descriptor
from ecrtui.oci.layers.caps import Caps, too_much

Progress = Callable[[int, int], None]
"""Called now and then, in the caller's thread, with the bytes of the blob that were read and the
entries found so far. What it raises ends the reading."""


class Verified:
    """Gives the chunks on; whoever reads them to their end has read the blob described.

    Raises Corrupt for any other, and what `note` raises, which is called with the bytes so far.
    """

    def __init__(
        self,
        chunks: Iterable[bytes],
        blob: Descriptor,
        caps: Caps,
        note: Callable[[int], None] | None = None,
    ) -> None:
        if blob.size > caps.blob_bytes:
            raise too_much("bytes in a blob", caps.blob_bytes)
        algorithm, _, self._expected = blob.digest.partition(":")
        if algorithm not in ("sha256", "sha512"):
            raise Corrupt(f"{blob.digest}: nobody knows this kind of digest")
        self.read = 0
        self._chunks = chunks
        self._blob = blob
        self._note = note
        self._hash = hashlib.new(algorithm)

    def __iter__(self) -> Iterator[bytes]:
        """The chunks, once."""
        for chunk in self._chunks:
            self.read += len(chunk)
            if self.read > self._blob.size:
                break
            self._hash.update(chunk)
            if self._note is not None:
                self._note(self.read)
            yield chunk
        if self.read != self._blob.size:
            raise Corrupt(f"{self._blob.digest} has not {self._blob.size:,} bytes")
        if self._hash.hexdigest() != self._expected:
            raise Corrupt(self._blob.digest)
