"""Counting what may change something, so that a program can be shown to change nothing.

An attempt counts, whatever comes of it: also one that is refused. Reading is no change, though
ECR records some of it as pulls; nor does signing in, which changes nothing in an account.
"""

from __future__ import annotations

import threading
from collections import Counter

_READING = (
    *("BatchCheck", "BatchGet", "Describe", "Get", "Head", "List", "Lookup", "Validate"),
    *("Simulate", "AssumeRole", "CreateOAuth2Token"),
)
"""How the names of operations begin that only read, or sign in."""
_SIGNING_IN = ("sso", "sso-oidc")
_LOOKING = ("GET", "HEAD")


class Changes:
    """How often each operation was called that is no reading: `ecr:PutImage`, `registry:PUT`."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._counted: Counter[str] = Counter()

    def asked(self, service: str, operation: str) -> None:
        """An operation of a service was called."""
        if service not in _SIGNING_IN and not operation.startswith(_READING):
            self._add(f"{service}:{operation}")

    def sent(self, method: str) -> None:
        """A request came to a registry's own port."""
        if method not in _LOOKING:
            self._add(f"registry:{method}")

    def _add(self, what: str) -> None:
        with self._guard:
            self._counted[what] += 1

    @property
    def all(self) -> dict[str, int]:
        """What was called so far, with how often."""
        with self._guard:
            return dict(self._counted)
