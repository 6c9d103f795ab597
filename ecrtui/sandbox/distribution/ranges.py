"""Ranges of bytes as S3 takes them."""

from __future__ import annotations

import re

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def part(asked: str, size: int) -> tuple[int, int] | None:
    """The first and the last byte that a Range header names (RFC 9110 §14.1.2); None for all.

    The first lies behind the last, or behind the end, where nothing is there.
    """
    found = _RANGE.fullmatch(asked)
    if found is None or found[0] == "bytes=-":
        return None
    if not found[1]:
        return max(0, size - int(found[2])), size - 1
    last = int(found[2]) if found[2] else size - 1
    return int(found[1]), min(last, size - 1)
