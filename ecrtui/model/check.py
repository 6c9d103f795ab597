"""What was looked at to tell whether an image can be pulled, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

import msgspec


class State(str, Enum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """It could not be looked at, or not be told: never a yes."""


class Check(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One check. Its texts are foreign in part."""

    id: str
    """What program and person call it: `repository`, `image`, `policy` ..."""
    state: State
    about: str = ""
    """Whom or what it is about, where there are several of it: a role, a task."""
    detail: str = ""
    """What is so, in a sentence."""
    fix: str = ""
    """What to do about it; '' where nothing is to be done."""
    missing: str = ""
    """The operation that is not allowed, where that is why it is unknown."""


def may_be_pulled(checks: Iterable[Check]) -> bool | None:
    """False when a check failed, None when none did and some are unknown."""
    states = {check.state for check in checks}
    if State.FAILED in states:
        return False
    return None if State.UNKNOWN in states else True
