"""Tells an engine that is silent because it works from one that is gone.

Podman says nothing while a layer comes, and an engine that hangs says nothing either. So silence
alone ends nothing: after a while the engine is asked on another line whether it is there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType

from ecrtui.engine.connection import Connection
from ecrtui.errors import EcrtuiError, RemoteError

_SILENCE = 30.0
_ANSWER = 10.0


class Watchdog:
    """`with Watchdog(line):`, and `fed()` at each sign of life; hangs the line up when it is gone.

    Leaving it raises RemoteError then, whatever the reading of the line raised.
    """

    def __init__(
        self,
        line: Connection,
        silent: Callable[[str], None] = lambda _: None,
        silence: float = _SILENCE,
        answer: float = _ANSWER,
    ) -> None:
        self._line = line
        self._silent = silent
        self._silence = silence
        self._answer = answer
        self._last = time.monotonic()
        self._over = threading.Event()
        self._gone: EcrtuiError | None = None

    def fed(self) -> None:
        """The engine said something."""
        self._last = time.monotonic()

    def __enter__(self) -> Watchdog:
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._gone is not None:
            raise RemoteError(
                f"{self._line.address.url}: {self._gone.sentence}",
                title="The engine does not answer any more",
                hint="Look whether it still runs; what it has got of the image it usually keeps.",
            ) from None

    def _watch(self) -> None:
        while not self._over.wait(self._silence / 4):
            if time.monotonic() - self._last < self._silence:
                continue
            try:
                Connection(self._line.address, self._answer).close()
            except EcrtuiError as problem:
                self._gone = problem
                self._line.hang_up()
                return
            self._silent(f"the engine is there, and has said nothing for {self._silence:.0f} s")
            self.fed()
