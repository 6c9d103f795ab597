"""What may be known of something secret without opening where it is kept."""

from __future__ import annotations

import msgspec


class Generation(msgspec.Struct, frozen=True, rename="camel"):
    """One writing of a value: its parts carry its name."""

    name: str
    parts: int


class Kept(msgspec.Struct, frozen=True, rename="camel"):
    """A name in the vault. No secret is in it."""

    name: str
    where: str
    """`keyring`, `file` or `memory`."""
    about: dict[str, str] = {}
    """What may be shown: kind, region, role ... in the order of their words."""
    updated: float = 0.0
    """Epoch seconds, UTC, of the last writing."""
    readable: bool = False
    """Whether a value was read back once; False while the first is being written."""
    generations: tuple[Generation, ...] = ()
    """Every writing of which parts may be left."""
