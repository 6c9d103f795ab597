"""Waiting for a state, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_SECONDS = 30.0


def until(so: Callable[[], T]) -> T:
    """What `so` answers once that is true; fails when it never is."""
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        answer = so()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError("it never came to that")
