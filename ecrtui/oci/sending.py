"""A blob's bytes on their way into a registry: counted, and verified before the last ones leave."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from ecrtui.errors import Corrupt, GivenUp, UsageError
from ecrtui.model.ports import OpenAt

_PIECE = 1 << 18
"""At most so much at once, which a slow line takes before the connection counts as stuck."""


class Sending:
    """One blob, sent once or in several goes; the digest is taken of what passes.

    What a second go repeats is not hashed again: the registry, which has both, takes the digest of
    all of it in the end.
    """

    def __init__(self, digest: str, size: int, open_at: OpenAt) -> None:
        algorithm, _, self._expected = digest.partition(":")
        if algorithm not in ("sha256", "sha512"):
            raise UsageError(digest, title="That is no digest of a blob")
        self.digest = digest
        self.size = size
        self.failure: Exception | None = None
        """What came from the source, or is wrong with its bytes; nothing of the registry's."""
        self._algorithm = algorithm
        self._open_at = open_at
        self._hash = hashlib.new(algorithm)
        self._hashed = 0

    @property
    def hashed(self) -> int:
        """How many bytes passed at least once."""
        return self._hashed

    def pieces(self, offset: int) -> Iterator[bytes]:
        """The bytes from an offset on; the last only when all of them are the digest's.

        From 0 everything begins anew, and what fails only ends it early: the registry answers then,
        and forgets what it has when told to. From elsewhere, and once somebody stopped it, what
        fails is raised.
        """
        if not offset:
            self._hash, self._hashed = hashlib.new(self._algorithm), 0
        try:
            yield from self._verified(offset)
        except Exception as problem:
            self.failure = problem
            if offset or isinstance(problem, GivenUp):
                raise

    def _verified(self, offset: int) -> Iterator[bytes]:
        at, held = offset, b""
        for piece in _small(self._open_at(offset)):
            at += len(piece)
            if at > self.size:
                raise Corrupt(f"more than {self.size} bytes for {self.digest}")
            self._take(piece, at)
            if held:
                yield held
            held = piece
        if at != self.size:
            raise Corrupt(f"{at} of {self.size} bytes for {self.digest}")
        if self._hash.hexdigest() != self._expected:
            raise Corrupt(self.digest)
        if held:
            yield held

    def _take(self, piece: bytes, end: int) -> None:
        new = end - self._hashed
        if new > 0:
            self._hash.update(piece[-new:])
            self._hashed = end


def _small(chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for start in range(0, len(chunk), _PIECE):
            yield chunk[start : start + _PIECE]
