"""What a container printed, as far as it is kept."""

from __future__ import annotations

from collections.abc import Iterable

from ecrtui.model.running import LogLine

MOST = 50_000
"""Lines kept; the oldest go first, a good part at a time."""
_AT_ONCE = 5_000


class LogBook:
    """Lines in the order they came; what may still grow is beside them."""

    def __init__(self) -> None:
        self.lines: list[LogLine] = []
        self.growing: dict[bool, LogLine] = {}
        """By whether it is of stderr, the line without an end."""
        self.dropped = 0
        """Lines that were too many."""

    def take(self, batch: Iterable[LogLine]) -> tuple[list[LogLine], int]:
        """The new lines that have an end, and how many of the oldest were dropped for them."""
        new = []
        for line in batch:
            if line.whole:
                self.growing.pop(line.error, None)
                new.append(line)
            else:
                self.growing[line.error] = line
        self.lines += new
        if len(self.lines) <= MOST:
            return new, 0
        much = len(self.lines) - MOST + _AT_ONCE
        del self.lines[:much]
        self.dropped += much
        return new, much
