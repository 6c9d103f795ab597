"""How far a deed has come at one moment."""

from __future__ import annotations

from enum import Enum

import msgspec


class Stage(str, Enum):
    """Where one part of a deed is."""

    WAITING = "waiting"
    MOVING = "moving"
    DONE = "done"
    SKIPPED = "skipped"
    """It had not to be moved: the note says why (`already there`, `mounted`)."""


class Part(msgspec.Struct, frozen=True):
    """One part: a layer, a config, a manifest, or another step of the deed."""

    key: str
    """What tells it from the others: its digest, or a word."""
    name: str
    """For a person: the start of the digest, `config`, `start the container`."""
    total: int = 0
    """Bytes; 0 for a step that has none."""
    bytes: int = 0
    stage: Stage = Stage.WAITING
    note: str = ""
    """What it is doing in a word (`extracting`), or why it was skipped."""


class Moment(msgspec.Struct, frozen=True):
    """All of a deed at one moment."""

    parts: tuple[Part, ...] = ()
    bytes: int = 0
    """Moved so far; what was skipped is in neither sum."""
    total: int = 0
    rate: float = 0.0
    """Bytes a second lately."""
    said: str = ""
    """The last line of the log: foreign text."""
    waits: str = ""
    """For what of the person's it waits, in a few words; '' while it works."""

    @property
    def left(self) -> float | None:
        """Seconds until the end at this rate; None while nobody can tell: below a byte a second."""
        return (self.total - self.bytes) / self.rate if self.rate >= 1 and self.total else None
