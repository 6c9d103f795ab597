"""Moments as people read them: ages on the screen, ISO 8601 for machines."""

from __future__ import annotations

import math
from datetime import datetime, timezone

import msgspec

_STEPS = ((60, 1, "s"), (3600, 60, "m"), (86400, 3600, "h"), (2 * 365 * 86400, 86400, "d"))
"""Below so many seconds, divided by so many, the unit is this."""
_YEAR = 365 * 86400


def age(moment: float | None, now: float) -> str:
    """How long ago, in one unit: `12m`, `2h`, `31d`, `3y`; '' when the moment is not known.

    A moment in the future (clocks differ) is `0s`.
    """
    if moment is None or not math.isfinite(moment):
        return ""
    seconds = max(0, int(now - moment))
    for below, unit_seconds, unit in _STEPS:
        if seconds < below:
            return f"{seconds // unit_seconds}{unit}"
    return f"{seconds // _YEAR}y"


def utc(moment: float | None) -> str:
    """`2026-01-31 12:00`, in UTC; '' when the moment is not known or no year has it."""
    at = instant(moment)
    return at.strftime("%Y-%m-%d %H:%M") if at else ""


def clock(moment: float) -> str:
    """`12:00:31`, in UTC."""
    at = instant(moment)
    return at.strftime("%H:%M:%S") if at else ""


def iso(moment: float | None) -> str:
    """`2026-01-31T12:00:00Z`, for machines; '' when the moment is not known."""
    at = instant(moment)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""


def instant(moment: float | None) -> datetime | None:
    """Epoch seconds as a time (msgspec writes ISO 8601 with a Z); None when no year has it."""
    if moment is None:
        return None
    try:
        return datetime.fromtimestamp(moment, timezone.utc)
    except (OverflowError, OSError, ValueError):
        return None


class Times(msgspec.Struct, frozen=True):
    """How times are shown: relative to `now` (epoch seconds) or in UTC."""

    now: float
    absolute: bool = False
    """UTC instead of ages."""

    def short(self, moment: float | None) -> str:
        """For a table's cell: `2h`, or `2026-01-31 12:00`."""
        return utc(moment) if self.absolute else age(moment, self.now)

    def long(self, moment: float | None) -> str:
        """For a line of its own: `2026-01-31 12:00 UTC (2h ago)`."""
        text = utc(moment)
        return f"{text} UTC ({age(moment, self.now)} ago)" if text else ""
