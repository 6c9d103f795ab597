"""A terminal with a stopwatch: how long a key's answer takes, and how many bytes it has."""

from __future__ import annotations

import time
from pathlib import Path

from tests.terminal.program import NeverSeen, Seen, Terminal

_WINDOW = 0.06
"""Seconds of reading before the emulator, which is slow, looks at what came: within them the
times of the bytes are exact."""
_PATIENCE = 60.0


class Watched(Terminal):
    """A program whose answers are timed."""

    def __enter__(self) -> Watched:
        return self

    def answer(self, keys: str) -> tuple[float, int]:
        """Seconds from sending keys to the last byte of what they change, and those bytes."""
        self.settle()
        before, sent = self.bytes, self.type(keys)
        if not self._take(_PATIENCE):
            raise NeverSeen(f"no answer to {keys!r}")
        self._until_silent()
        last = self._pending[-1][0]
        self.settle()
        return last - sent, self.bytes - before

    def echo(self, keys: str, seen: Seen) -> float:
        """Seconds from sending keys until the screen shows it, while other things go on."""
        self._look()
        sent = self.type(keys)
        while time.monotonic() - sent < _PATIENCE:
            ends = time.monotonic() + _WINDOW
            while (left := ends - time.monotonic()) > 0:
                self._take(left)
            while self._pending:
                at, data = self._pending.popleft()
                self._stream.feed(data)
                if seen(self.lines):
                    return at - sent
        raise NeverSeen(f"no echo of {keys!r}:\n" + "\n".join(self.lines))

    def _look(self) -> None:
        while self._pending:
            self._stream.feed(self._pending.popleft()[1])

    @property
    def peak_megabytes(self) -> float:
        """The most memory the program ever had."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) * 1024 / 1e6

    def _until_silent(self) -> None:
        while self._take(0.2):
            pass
