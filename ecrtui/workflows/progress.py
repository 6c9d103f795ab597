"""How far the reading of layers has come: told by those who read, asked for by who shows it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import msgspec

from ecrtui.errors import GivenUp
from ecrtui.workflows.look_inside import LayerProgress
from ecrtui.workflows.rate import Rate


class Fetching(msgspec.Struct, frozen=True):
    """How far it is at one moment."""

    bytes: int = 0
    total: int = 0
    """Of all layers announced so far, as their blobs are: compressed."""
    rate: float = 0.0
    """Bytes a second lately."""
    layers: dict[str, int] = {}
    """Digest -> bytes read, of each layer announced."""

    @property
    def left(self) -> float | None:
        """Seconds until the end at this rate; None while nobody can tell."""
        return (self.total - self.bytes) / self.rate if self.rate else None


class Progress:
    """`note` goes to whoever reads layers, from several threads; `so_far` is for the screen."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = Rate(clock)
        self._lock = threading.Lock()
        self._read: dict[str, LayerProgress] = {}
        self._given_up = False

    def note(self, progress: LayerProgress) -> None:
        """Take note. Raises GivenUp once nobody waits any more, which ends the reading."""
        if self._given_up:
            raise GivenUp
        with self._lock:
            self._read[progress.layer.digest] = progress

    def give_up(self) -> None:
        """Let the reading end at its next note."""
        self._given_up = True

    def so_far(self) -> Fetching:
        """How far it is now. Ask some times a second: the rate is taken between the asking."""
        with self._lock:
            read = dict(self._read)
        so_far = sum(one.bytes for one in read.values())
        total = sum(one.layer.size for one in read.values())
        by_digest = {digest: one.bytes for digest, one in read.items()}
        return Fetching(so_far, total, self._rate.at(so_far), by_digest)
