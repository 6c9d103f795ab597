"""What a container printed, as far as it is kept."""

from __future__ import annotations

from collections.abc import Iterable

from ecrtui.model.running import LogLine

MOST = 50_000
"""Lines kept; the oldest go first, a good part at a time."""
_AT_ONCE = 5_000
MOST_TEXT = 32 << 20
"""Characters of them: lines may be long, and would fill the memory."""


class LogBook:
    """Lines in the order they came; what may still grow is beside them."""

    def __init__(self) -> None:
        self.lines: list[LogLine] = []
        self.growing: dict[bool, LogLine] = {}
        """By whether it is of stderr, the line without an end."""
        self.dropped = 0
        """Lines that were too many."""
        self._size = 0

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
        self._size += sum(len(line.text) for line in new)
        return new, self._drop_oldest()

    def _drop_oldest(self) -> int:
        """How many had to go; more than just enough, for it is not done for each line."""
        much = len(self.lines) - MOST + _AT_ONCE if len(self.lines) > MOST else 0
        left = self._size - sum(len(line.text) for line in self.lines[:much])
        if self._size > MOST_TEXT:
            while left > MOST_TEXT * 9 // 10:
                left -= len(self.lines[much].text)
                much += 1
        del self.lines[:much]
        self._size = left
        self.dropped += much
        return much
