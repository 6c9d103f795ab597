"""What came over the network, counted honestly."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator


class Traffic:
    """Bytes and requests of manifests, configs and layers; for several threads at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.bytes = 0
        self.requests = 0

    def add(self, size: int, requests: int = 0) -> None:
        """Count what came."""
        with self._lock:
            self.bytes += size
            self.requests += requests

    def counted(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The chunks of one request, each counted when it comes."""
        self.add(0, requests=1)
        for chunk in chunks:
            self.add(len(chunk))
            yield chunk
