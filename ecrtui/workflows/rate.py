"""Bytes a second, of late."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

_WINDOW = 5.0
"""Seconds over which it is taken: a line that slows down is told soon."""


class Rate:
    """Taken between the moments it is asked for."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._samples: deque[tuple[float, int]] = deque()

    def at(self, so_far: int) -> float:
        """The rate when so many bytes have come."""
        now, samples = self._clock(), self._samples
        if samples and so_far < samples[-1][1]:
            samples.clear()  # something else is counted by now
        samples.append((now, so_far))
        while len(samples) > 2 and now - samples[0][0] > _WINDOW:
            samples.popleft()
        since, before = samples[0]
        return (so_far - before) / (now - since) if now > since else 0.0
