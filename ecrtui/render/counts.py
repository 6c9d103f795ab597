"""Honest counts: no total is claimed that was not fetched."""

from __future__ import annotations


def count(shown: int, known: int, *, complete: bool, filtered: bool) -> str:
    """`214`, `300 of >300` while pages arrive, `12 of 340` when a filter hides some."""
    total = f"{known:,}" if complete else f">{known:,}"
    if not filtered and complete:
        return total
    return f"{shown:,} of {total}"
