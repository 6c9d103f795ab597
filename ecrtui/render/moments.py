"""The times inside image configs: RFC 3339 text to epoch seconds."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)"
)


def epoch(text: str) -> float | None:
    """Epoch seconds of an RFC 3339 time, nanoseconds allowed; None when it is none.

    Written out because datetime.fromisoformat takes neither Z nor nanoseconds before Python 3.11.
    """
    match = _RFC3339.fullmatch(text.strip())
    if match is None:
        return None
    *numbers, fraction, zone = match.groups()
    try:
        year, month, day, hour, minute, second = (int(n) for n in numbers)
        moment = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        return None
    seconds = moment.timestamp() + float(f"0.{fraction or 0}")
    return seconds - _offset(zone).total_seconds()


def _offset(zone: str) -> timedelta:
    if zone in "Zz":
        return timedelta()
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    return timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
