"""Numbers of bytes and account numbers as people read them."""

from __future__ import annotations

from ecrtui.model.quantities import size

__all__ = ["account", "size"]


def account(number: str) -> str:
    """Twelve digits in groups of four, `1234-5678-9012`; anything else as it is."""
    if len(number) == 12 and number.isdigit():
        return f"{number[:4]}-{number[4:8]}-{number[8:]}"
    return number
