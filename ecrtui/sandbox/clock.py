"""The world's clock: a fixed instant that a seed tells its story from, then real time."""

from __future__ import annotations

import time
from datetime import datetime, timezone


class Clock:
    """Stands at `start` (epoch seconds) when made and runs on from there.

    A seed dates everything before `start`; what is pushed during a session is dated `now()`.
    Signatures, tokens and pre-signed URLs do not use it: they live on real time.
    """

    def __init__(self, start: float) -> None:
        self.start = start
        self._opened = time.monotonic()

    @classmethod
    def at(cls, instant: str) -> Clock:
        """A clock from an ISO 8601 instant with a zone, such as `2026-11-24T09:00:00+00:00`."""
        return cls(datetime.fromisoformat(instant.replace("Z", "+00:00")).timestamp())

    def now(self) -> float:
        """The world's present in epoch seconds, to the millisecond as ECR gives times."""
        return round(self.start + time.monotonic() - self._opened, 3)

    @property
    def iso(self) -> str:
        """`start` as ISO 8601 UTC, for the line the sandbox prints."""
        moment = datetime.fromtimestamp(self.start, tz=timezone.utc)
        return moment.isoformat().replace("+00:00", "Z")
