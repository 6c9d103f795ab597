"""A list that reads itself again at an interval, while somebody wants it to."""

from __future__ import annotations

from collections.abc import Callable

from textual.timer import Timer
from textual.widget import Widget

_SECONDS = 30
"""Between two readings where the settings name no interval."""


class Live:
    """Off until it is switched on."""

    def __init__(self, owner: Widget, again: Callable[[], None], seconds: int) -> None:
        self._owner = owner
        self._again = again
        self._timer: Timer | None = None
        self.seconds = seconds or _SECONDS

    def switch(self) -> None:
        """From off to on, or back."""
        if self._timer is None:
            self._timer = self._owner.set_interval(self.seconds, self._again)
        else:
            self._timer.stop()
            self._timer = None

    @property
    def said(self) -> str:
        """What the lower edge says of it."""
        return "" if self._timer is None else f"every {self.seconds} s"
