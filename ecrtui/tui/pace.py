"""At most so many frames a second while pages come: a frame takes as long as a page."""

from __future__ import annotations

from collections.abc import Callable

from textual.timer import Timer
from textual.widget import Widget

_APART = 0.1
"""Seconds between two frames; nobody reads faster, and in between there is time for keys."""


class Pace:
    """Draws at once, and then again only after a while, as long as there is something to draw."""

    def __init__(self, owner: Widget, draw: Callable[[], None]) -> None:
        self._owner = owner
        self._draw = draw
        self._timer: Timer | None = None
        self._wanted = False

    def ask(self) -> None:
        """Something changed."""
        self._wanted = True
        if self._timer is None:
            self._go_on()

    def _go_on(self) -> None:
        self._timer = None
        if self._wanted:
            self._wanted = False
            self._timer = self._owner.set_timer(_APART, self._go_on)
            self._draw()
