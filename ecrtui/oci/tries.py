"""Trying again: how often, after which pauses, and what is worth it."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable

import urllib3

from ecrtui.errors import EcrtuiError
from ecrtui.oci.answers import Response

Pause = Callable[[float], object]
"""Waits so many seconds, or raises GivenUp where somebody stopped it."""

_MOST = 5
"""Tries without any progress between them."""
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 60.0
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""What a registry answers that may answer otherwise a little later (RFC 9110, RFC 6585)."""


class Broken(Exception):
    """Something that may go well the next time.

    `wait` is what the registry asks for, in seconds; `lost` says that nothing of it can be used.
    """

    def __init__(self, problem: EcrtuiError, wait: float = 0.0, *, lost: bool = False) -> None:
        super().__init__(problem.sentence)
        self.problem = problem
        self.wait = wait
        self.lost = lost


class Tries:
    """How often one thing was tried in vain."""

    def __init__(self, pause: Pause, most: int = _MOST) -> None:
        self._pause = pause
        self._most = most
        self._failed = 0

    def went_on(self) -> None:
        """There was progress: count anew."""
        self._failed = 0

    def again(self, broken: Broken) -> None:
        """Wait for the next try; raises the problem where there were enough."""
        self._failed += 1
        if self._failed >= self._most:
            raise broken.problem
        own = _FIRST_PAUSE * 2**self._failed * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
        self._pause(min(max(own, broken.wait), _LONGEST_PAUSE))


def may_pass(response: Response) -> bool:
    """Whether the same request may be answered otherwise a little later."""
    return response.status in _PASSING


def asked_wait(response: Response) -> float:
    """Seconds in Retry-After, 0 where there is none or it says nothing."""
    with contextlib.suppress(urllib3.exceptions.HTTPError, ValueError, OverflowError):
        return max(0.0, urllib3.Retry().get_retry_after(response) or 0.0)
    return 0.0
