"""Files that are looked into while they pass: Java archives and Go programs.

Of them only facts are kept, a few hundred bytes each, by name: `LayerIndex.inside`. What they mean
is for `packages` to say.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Protocol

from ecrtui.oci.layers.archives import SUFFIXES, archive_facts
from ecrtui.oci.layers.programs import ELF, GoSearch

Facts = dict[str, bytes]
__all__ = ["PROBLEM", "SMALLEST_PROGRAM", "SUFFIXES", "Hashed", "look_into"]

PROBLEM = "?"
"""The name under which stands why a file could not be looked into, in words."""
SMALLEST_PROGRAM = 1 << 16
"""Bytes of an executable that may be one of Go's; the smallest of them have a megabyte."""


class Look(Protocol):
    """Takes a file's bytes as they pass."""

    def take(self, piece: bytes | memoryview) -> None:
        """The next bytes."""

    def facts(self) -> Facts:
        """What was found, once all has passed."""


class Hashed:
    """A look that is the file's sha256 as well, to be called with each piece."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._hash = sha256()

    def __call__(self, piece: bytes | memoryview) -> None:
        """Take the next bytes."""
        self._hash.update(piece)
        self._look.take(piece)

    def digest(self) -> bytes:
        """32 bytes."""
        return self._hash.digest()


def look_into(path: str, start: bytes) -> Look | None:
    """Who looks into a file that begins so: as many bytes as are at hand, perhaps none."""
    if path.endswith(SUFFIXES):
        return _Archive()
    return GoSearch() if ELF.startswith(start[: len(ELF)]) else None


class _Archive:
    """Holds a whole archive, whose table of contents is at its end."""

    def __init__(self) -> None:
        self._held = bytearray()

    def take(self, piece: bytes | memoryview) -> None:
        self._held += piece

    def facts(self) -> Facts:
        facts, problem = archive_facts(self._held)
        self._held = bytearray()
        return facts | ({PROBLEM: problem.encode()} if problem else {})
