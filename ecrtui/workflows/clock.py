"""The time that ages on the screen are counted from."""

from __future__ import annotations

import os
import time
from datetime import datetime, timezone

from ecrtui.errors import SettingsError
from ecrtui.model.ports import Clock

VARIABLE = "ECRTUI_CLOCK"
"""An ISO 8601 instant in UTC; set by the sandbox, whose world has a present of its own."""


class SystemClock:
    """This machine's clock."""

    def now(self) -> float:
        """Epoch seconds, UTC."""
        return time.time()


class FixedClock:
    """A clock that stands, so that ages stay what a picture or a test expects."""

    def __init__(self, instant: float) -> None:
        self._instant = instant

    def now(self) -> float:
        """Epoch seconds, UTC."""
        return self._instant


def from_environment() -> Clock:
    """The fixed clock that ECRTUI_CLOCK names, else the machine's; raises SettingsError."""
    text = os.environ.get(VARIABLE, "")
    if not text:
        return SystemClock()
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise SettingsError(
            text, title=f"{VARIABLE} is no time", hint="Write it as 2026-01-31T12:00:00Z."
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return FixedClock(moment.timestamp())
