"""The line between a deed and whoever watches it: told by who works, from several threads; asked
some times a second by who shows it; and the way to stop it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator

import msgspec

from ecrtui.errors import GivenUp
from ecrtui.model.journal import Change
from ecrtui.model.moving import Moment, Part, Stage
from ecrtui.workflows.rate import Rate

_LINES = 1_000
"""Of the log that are kept."""
replace = msgspec.structs.replace


class Watch:
    """One deed, watched. All methods may be called from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._rate = Rate(clock)
        self._parts: dict[str, Part] = {}
        self._stopped = threading.Event()
        self._on_stop: list[Callable[[], None]] = []
        self.log: deque[tuple[float, str]] = deque(maxlen=_LINES)
        """Epoch seconds and a line of foreign text."""
        self.keep: Callable[[Change], None] | None = None
        """Who writes down what changes, called from the thread that changed it."""
        self._changes: list[Change] = []
        self._waits: list[str] = []

    # For who works

    def expect(self, key: str, name: str, total: int = 0) -> None:
        """Announce a part; announcing it again changes what is said of it, not how far it is.

        What comes from one whose `total` nobody knows, 0, is counted while no other part has one.
        """
        with self._lock:
            known = self._parts.get(key, Part(key, name))
            self._parts[key] = replace(known, name=name, total=total)

    def at(self, key: str, size: int, note: str = "") -> None:
        """A part has come so far, in bytes from its start; raises GivenUp once it is stopped."""
        self._change(key, bytes=size, stage=Stage.MOVING, note=note)
        self.check()

    def finish(self, key: str, note: str = "") -> None:
        """A part is where it belongs."""
        with self._lock:
            part = self._parts[key]
            self._parts[key] = replace(part, bytes=part.total, stage=Stage.DONE, note=note)

    def skip(self, key: str, note: str) -> None:
        """A part had not to be moved."""
        self._change(key, stage=Stage.SKIPPED, note=note)

    def counted(self, key: str, chunks: Iterable[bytes], start: int = 0) -> Iterator[bytes]:
        """Chunks of a part as they pass, from byte `start`; raises GivenUp once it is stopped."""
        size = start
        self.at(key, size)
        for chunk in chunks:
            yield chunk
            size += len(chunk)
            self.at(key, size)

    def say(self, line: str) -> None:
        """A line for the log."""
        with self._lock:
            self.log.append((time.time(), line))

    def changed(self, change: Change) -> None:
        """A registry is changed from now on: it is written down at once, for what comes next may
        fail, or never be reached."""
        self._changes.append(change)
        if self.keep is not None:
            self.keep(change)

    @property
    def changes(self) -> tuple[Change, ...]:
        """All that was changed so far, for the Outcome."""
        return tuple(self._changes)

    def check(self) -> None:
        """Raise GivenUp once it is stopped."""
        if self._stopped.is_set():
            raise GivenUp

    def pause(self, seconds: float) -> None:
        """Wait; raises GivenUp as soon as it is stopped."""
        self._stopped.wait(seconds)
        self.check()

    @contextlib.contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        """Tell that it waits for the person, and for `what`; its log tells when it went on."""
        with self._lock:
            first = what not in self._waits
            self._waits.append(what)
        if first:
            self.say(f"waits for {what}")
        try:
            yield
        finally:
            with self._lock:
                self._waits.remove(what)
                last = not self._waits
            if last and not self.stopped:
                self.say("goes on")

    @contextlib.contextmanager
    def on_stop(self, hang_up: Callable[[], None]) -> Iterator[None]:
        """Call this from the stopping thread when it is stopped meanwhile: it closes what blocks.

        Raises GivenUp at once when it was stopped before.
        """
        with self._lock:
            self._on_stop.append(hang_up)
        try:
            self.check()
            yield
        finally:
            with self._lock:
                self._on_stop.remove(hang_up)

    # For who watches

    def stop(self) -> None:
        """Let the deed end, with GivenUp, at its next step."""
        self._stopped.set()
        with self._lock:
            waiting = list(self._on_stop)
        for hang_up in waiting:
            with contextlib.suppress(Exception):
                hang_up()

    @property
    def stopped(self) -> bool:
        """Whether it was told to stop."""
        return self._stopped.is_set()

    def so_far(self) -> Moment:
        """How far it is now. Ask some times a second: the rate is taken between the asking."""
        with self._lock:
            parts = tuple(self._parts.values())
            said = self.log[-1][1] if self.log else ""
            waits = self._waits[0] if self._waits else ""
        moved = [part for part in parts if part.stage is not Stage.SKIPPED]
        moved = [part for part in moved if part.total] or moved
        size = sum(part.bytes for part in moved)
        return Moment(
            parts, size, sum(part.total for part in moved), self._rate.at(size), said, waits
        )

    def _change(self, key: str, **told: object) -> None:
        with self._lock:
            self._parts[key] = replace(self._parts[key], **told)
