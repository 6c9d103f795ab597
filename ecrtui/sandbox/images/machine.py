"""What the two machines' code needs to know of the data segment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Addresses:
    """Where the data lies in memory, and how long the two lines are in bytes."""

    signals: int
    second: int
    banner: int
    banner_size: int
    beat: int
    beat_size: int
    last_digit: int
