"""On the way to a place that must be found first: from a reference, or a profile's own region."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.model.places import Outside
from ecrtui.render.text import safe
from ecrtui.tui import background, screens, sides, states
from ecrtui.tui.screens.place import PlaceScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.workflows.services import Services


class OpeningScreen(PlaceScreen):
    """Says what is being opened, then gives way to it, or says why it cannot be."""

    KINDS: ClassVar[tuple[str, ...]] = (screens.OPENING,)

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self._text = Static(id="opening")
        self._leads: Spot | None = None

    def body(self) -> ComposeResult:
        """A sentence."""
        yield self._text

    @property
    def state(self) -> str:
        """Loading until it fails."""
        return self.reading.state(0, 0)

    def reload(self) -> None:
        """Find the place."""
        self._text.update(Content(safe(_sentence(self.spot))))
        self.start_reading()
        services, spot = self.session.services, self.spot
        background.ask(
            self, "find", lambda: find(services, spot), answer=self._found, failed=self._failed
        )

    def _found(self, spot: Spot) -> None:
        self.finish_reading(None)
        self._leads = spot
        self._go()

    def on_screen_resume(self) -> None:
        """Nothing lies above it any more that would be replaced in its stead."""
        self._go()

    def _go(self) -> None:
        spot = self._leads
        if spot is not None and self.app.screen is self:
            self._leads = None
            self.app.switch_screen(screens.make(self.session, spot))

    def _failed(self, problem: EcrtuiError) -> None:
        self.finish_reading(problem)
        lines = states.problem(
            problem, states.key_of(self.commands, "refresh", ascii_only=False), 70
        )
        self._text.update(Content("\n".join(safe(line.text) for line in lines)))


def _sentence(spot: Spot) -> str:
    if spot.wanted == kinds.COMPARE:
        name = f"{spot.repository} {spot.label or spot.digest[:19]}"
        return f"Looking for what to compare {name} with ..."
    return f"Opening {spot.text or (spot.registry.profile if spot.registry else '')} ..."


def find(services: Services, spot: Spot) -> Spot:
    """The place an opening leads to; raises EcrtuiError."""
    from ecrtui.workflows import locate

    if spot.wanted == kinds.COMPARE:
        return sides.found_pair(services, spot)
    if not spot.text and spot.registry is not None:
        profile = spot.registry.profile
        registry = type(spot.registry)(profile, services.region(profile))
        return Spot(kinds.REPOSITORIES, registry)
    target = locate.locate(services, spot.text, here=spot.registry)
    wanted = target.image_id
    if isinstance(target.home, Outside) and not spot.wanted:
        digest, tag = wanted.image_digest, wanted.image_tag
        return Spot(kinds.IMAGE, None, target.repository, digest, tag, outside=target.home)
    if spot.wanted or not str(wanted):
        return Spot(spot.wanted or kinds.IMAGES, target.registry, target.repository)
    return Spot(
        kinds.IMAGE, target.registry, target.repository, wanted.image_digest, wanted.image_tag
    )
