"""How far the reading of one place has come, and what is said of it."""

from __future__ import annotations

from ecrtui.errors import EcrtuiError, NotAllowed, SignInError
from ecrtui.render.ages import age

LOADING = "loading"
FULL = "full"
EMPTY = "empty"
FILTERED = "filtered"
DENIED = "denied"
FAILED = "failed"

_PATIENCE = 3.0
"""Seconds after which one wonders, and elapsed time is shown."""


class Loading:
    """Reading, read, or failed. Times are epoch seconds; `started` is of a monotonic clock."""

    def __init__(self) -> None:
        self.busy = False
        self.pages = 0
        self.items = 0
        self.complete = False
        self.problem: EcrtuiError | None = None
        self.read_at: float | None = None
        self.started = 0.0

    def start(self, monotonic: float) -> None:
        """A reading begins; what is known stays until something better comes."""
        self.busy, self.pages, self.items, self.started = True, 0, 0, monotonic

    def took(self, items: int, *, last: bool) -> None:
        """A page came."""
        self.pages += 1
        self.items += items
        self.complete = self.complete or last

    def finish(self, problem: EcrtuiError | None, now: float) -> None:
        """It ended, well or not."""
        self.busy = False
        self.problem = problem
        if problem is None:
            self.complete, self.read_at = True, now

    def state(self, rows: int, shown: int) -> str:
        """One word for what the place shows."""
        if self.problem is not None and not self.busy:
            denied = isinstance(self.problem, (NotAllowed, SignInError))
            return DENIED if denied else FAILED
        if rows == 0:
            return LOADING if self.busy or self.read_at is None else EMPTY
        return FULL if shown else FILTERED

    def freshness(self, now: float, monotonic: float) -> str:
        """What the lower edge says: busy, stale, or how old."""
        if self.busy:
            parts = ["reading"]
            if self.pages > 1:
                parts.append(f"page {self.pages}, {self.items:,} so far")
            if monotonic - self.started >= _PATIENCE:
                parts.append(f"{int(monotonic - self.started)} s")
            return " · ".join(parts)
        if self.read_at is None:
            return ""
        stale = "stale, " if self.problem is not None else ""
        return f"{stale}read {age(self.read_at, now)} ago"
