"""How far an engine's export is, without which nothing of its image is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.timer import Timer

from ecrtui.model.reference import Transport
from ecrtui.render.moving import come
from ecrtui.tui import background
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.tui.screens.image.screen import ImageScreen


class Exporting:
    """The watch of one reading after the other; whoever leaves the place ends the export."""

    def __init__(self, screen: ImageScreen) -> None:
        self._screen = screen
        self._watch = Watch()
        self._looking: Timer | None = None

    def begin(self) -> Watch:
        """Another reading, told from now on; the one before is not waited for any more."""
        self.end()
        self._watch = Watch()
        if self._by_engine and not self._screen.known():
            self._looking = self._screen.set_interval(_LOOK, self._screen.show)
        return self._watch

    def rest(self) -> None:
        """The reading has ended."""
        if self._looking is not None:
            self._looking.stop()
            self._looking = None

    def end(self) -> None:
        """Nobody waits for it."""
        self.rest()
        background.aside(self._watch.stop)

    def told(self) -> str:
        """What is said while nothing of the image is known."""
        if not self._by_engine:
            return "Reading the manifest ..."
        return f"The engine exports the image ... {come(self._watch.so_far())}".rstrip()

    @property
    def _by_engine(self) -> bool:
        outside = self._screen.spot.outside
        return outside is not None and outside.transport is Transport.DAEMON


_LOOK = 1.0
"""Seconds between two looks at how far it is."""
