"""The tar as a tape: headers and contents taken from blocks that end anywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

from ecrtui.oci.layers.caps import unreadable
from ecrtui.oci.layers.decompression import Block
from ecrtui.oci.layers.headers import BLOCK

_ZEROS = bytes(1 << 20)
_NOTHING = memoryview(b"")
_SHORT = "the tar is cut short"
Use = Callable[["bytes | memoryview"], object]


class Tape:
    """Reads forwards only. Everything raises Corrupt where the tape ends too early."""

    def __init__(self, blocks: Iterable[Block], check: Callable[[], None]) -> None:
        self._blocks = iter(blocks)
        self._check = check
        self._block = _NOTHING
        self._at = 0

    def header(self) -> bytes | None:
        """The next 512 bytes; None at the very end."""
        at = self._at
        end = at + BLOCK
        if end <= len(self._block):
            self._at = end
            return bytes(self._block[at:end])
        if at == len(self._block) and not self._more():
            return None
        return self.take(BLOCK)

    def peek(self, count: int) -> bytes:
        """The next bytes that are at hand, without taking them: as many or fewer, perhaps none."""
        return bytes(self._block[self._at : self._at + count])

    def take(self, count: int) -> bytes:
        """Some bytes; the caller has looked that they are not too many."""
        end = self._at + count
        if end <= len(self._block):
            taken = bytes(self._block[self._at : end])
            self._at = end
            return taken
        parts = []
        self.each(count, lambda part: parts.append(bytes(part)))
        return b"".join(parts)

    def digest(self, count: int) -> bytes:
        """The sha256 of some bytes."""
        end = self._at + count
        if end <= len(self._block):
            view = self._block[self._at : end]
            self._at = end
            return hashlib.sha256(view).digest()
        hashed = hashlib.sha256()
        self.each(count, hashed.update)
        return hashed.digest()

    def sparse_digest(self, parts: list[tuple[int, int]], size: int) -> bytes:
        """The sha256 of a file of which only parts (offset, length) are on the tape."""
        hashed = hashlib.sha256()
        self.each_sparse(parts, size, hashed.update)
        return hashed.digest()

    def each(self, count: int, use: Use) -> None:
        """Hand some bytes on, piece by piece."""
        while count:
            if self._at == len(self._block) and not self._more():
                raise unreadable(_SHORT)
            end = min(self._at + count, len(self._block))
            use(self._block[self._at : end])
            count -= end - self._at
            self._at = end

    def each_sparse(self, parts: list[tuple[int, int]], size: int, use: Use) -> None:
        """Hand on a file of which only parts (offset, length) are on the tape, holes too."""
        at = 0
        for offset, length in [*parts, (size, 0)]:
            self._holes(offset - at, use)
            self.each(length, use)
            at = offset + length

    def skip(self, count: int) -> None:
        """Go on without looking."""
        self._at += count
        if self._at > len(self._block):
            left = self._at - len(self._block)
            self._at = len(self._block)
            self.each(left, lambda _: None)

    def pad(self, count: int) -> None:
        """Go past the padding after an entry; at the very end it may lack, as umoci leaves it."""
        left = self._at + count - len(self._block)
        self._at += count
        if left > 0:
            self._at = len(self._block)
            while left > 0 and self._more():
                self._at = min(left, len(self._block))
                left -= self._at

    def drain(self) -> None:
        """Go to the end."""
        while self._more():
            pass

    def _holes(self, count: int, use: Use) -> None:
        while count > 0:
            self._check()
            use(_ZEROS if count >= len(_ZEROS) else bytes(count))
            count -= len(_ZEROS)

    def _more(self) -> bool:
        """The next block that is not empty."""
        self._at, self._block = 0, _NOTHING
        while not self._block:
            block = next(self._blocks, None)
            if block is None:
                return False
            self._block = memoryview(block)
        return True
