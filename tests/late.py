"""A test that takes too long ends, also a property.

Hypothesis takes the failure of pytest-timeout for an example's, tries that again without a timer,
and calls it flaky when it passes, or hangs with it.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from types import FrameType

import pytest


class TookTooLong(BaseException):
    """A failure that hypothesis passes on, as it does with every one it does not know."""


@pytest.hookimpl(wrapper=True)
def pytest_timeout_set_timer() -> Iterator[None]:
    """Whatever the timer raises ends the test."""
    answer = yield
    # Windows has no such signal: there the timer ends the process.
    number = getattr(signal, "SIGALRM", None)
    told = signal.getsignal(number) if number is not None else None

    def late(number: int, frame: FrameType | None) -> None:
        try:
            told(number, frame)  # type: ignore[operator, misc]
        except pytest.fail.Exception as failure:
            raise TookTooLong(failure.msg) from None

    if number is not None and callable(told):
        signal.signal(number, late)
    return answer
