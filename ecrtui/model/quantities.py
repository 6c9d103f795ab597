"""Sizes and durations as people type and read them."""

from __future__ import annotations

import re

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgtp]?)(i?)b?", re.IGNORECASE)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(s|m|h|d|w|mo|y)", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_SECONDS = {
    "s": 1.0,
    "m": 60.0,
    "h": 3600.0,
    "d": 86400.0,
    "w": 7 * 86400.0,
    "mo": 30.44 * 86400.0,
    "y": 365.25 * 86400.0,
}


def parse_size(text: str) -> float | None:
    """Bytes of `500MB`, `1GiB`, `1024`; None when it is no size."""
    match = _SIZE.fullmatch(text)
    if match is None:
        return None
    base = 1024 if match[3] else 1000
    power: int = _POWERS[match[2].lower()]
    return float(match[1]) * float(base**power)


def parse_duration(text: str) -> float | None:
    """Seconds of `7d`, `12h`, `2mo`; None when it is no duration."""
    match = _DURATION.fullmatch(text)
    return float(match[1]) * _SECONDS[match[2].lower()] if match else None


_UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB")
_ROUNDS_UP = 999.5
"""From here on three digits no longer hold the number, so the next unit does."""
_WHOLE_FROM = 99.95


def size(count: int | None) -> str:
    """Bytes in decimal units, as registries and disks count: `182 MB`, `29.1 MB`, `512 B`.

    Three digits at most; '' when the number is not known.
    """
    if count is None:
        return ""
    if count < 1000:
        return f"{count} B"
    amount, power = float(count), 0
    while amount >= _ROUNDS_UP and power < len(_UNITS) - 1:
        amount /= 1000
        power += 1
    digits = 0 if amount >= _WHOLE_FROM else 1
    return f"{amount:.{digits}f} {_UNITS[power]}"
