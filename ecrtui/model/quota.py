"""How much of something an account may have, and how much it has."""

from __future__ import annotations

from enum import Enum

import msgspec

NEAR = 0.8
"""From this share on a quota is near: time to ask AWS for more, or to clean up."""


class Known(str, Enum):
    """Where a limit is known from."""

    APPLIED = "applied"
    """Service Quotas tells it of this account and region."""
    DEFAULT = "default"
    """Service Quotas tells what accounts have from the start."""
    DOCUMENTED = "documented"
    """Service Quotas may not be asked, or does not list it: as ECR's user guide says."""


class Quota(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One limit; times and rates aside, which nothing counts."""

    name: str
    limit: int
    known: Known
    adjustable: bool = False
    used: int | None = None
    """None while nobody counted."""
    of: str = ""
    """Of several things with this limit, the one that is nearest to it."""
    complete: bool = True
    """Whether all was counted; `used` is a lower bound otherwise."""

    @property
    def share(self) -> float | None:
        """How much of it is used, from 0; None while nobody counted."""
        return None if self.used is None or not self.limit else self.used / self.limit

    @property
    def near(self) -> bool:
        """Whether little is left."""
        return self.share is not None and self.share >= NEAR
