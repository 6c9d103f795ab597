"""Numbers of bytes and account numbers as people read them."""

from __future__ import annotations

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


def account(number: str) -> str:
    """Twelve digits in groups of four, `1234-5678-9012`; anything else as it is."""
    if len(number) == 12 and number.isdigit():
        return f"{number[:4]}-{number[4:8]}-{number[8:]}"
    return number
