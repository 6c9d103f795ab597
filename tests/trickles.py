"""A registry that sends its layers slowly, and says whether anybody still listens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from fnmatch import fnmatchcase

from ecrtui.sandbox.faults import Damage, Faults, Occasion
from ecrtui.sandbox.wire import Request, Response

_PIECE = 1 << 14
_LARGE = 1 << 18
"""What is smaller is sent as it is: a config."""


class Trickle(Faults):
    """`Sandbox(world, faults=Trickle())`: large blobs come in small pieces with pauses between."""

    def __init__(self, seconds: float = 0.02) -> None:
        super().__init__()
        self.seconds = seconds
        self.begun = threading.Event()
        """Some bytes of a layer went out."""
        self.listened = threading.Event()
        """Clear while somebody reads a layer."""
        self.listened.set()
        self.served = 0
        self._readers = 0
        self._count = threading.Lock()

    def before(self, occasion: Occasion, request: Request | None = None) -> Damage:
        """What the rules say, and then slowly."""
        damage = super().before(occasion, request)
        if not fnmatchcase(occasion.path, "*layer-bucket*"):
            return damage
        return lambda response: self._slow(damage(response))

    def _slow(self, response: Response) -> Response:
        if response.status not in (200, 206) or response.size < _LARGE:
            return response
        response.length, response.body = response.size, self._pieces(b"".join(response.pieces()))
        return response

    def _pieces(self, body: bytes) -> Iterator[bytes]:
        with self._count:
            self._readers += 1
            self.listened.clear()
        try:
            for at in range(0, len(body), _PIECE):
                yield body[at : at + _PIECE]
                yield b""  # sends what there is
                self.served += _PIECE
                self.begun.set()
                self.stopping.wait(self.seconds)
        finally:
            with self._count:
                self._readers -= 1
                if not self._readers:
                    self.listened.set()
