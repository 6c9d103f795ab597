"""Going in, going out, going anywhere: which screens stand on top of which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.app import App

from ecrtui.tui import screens
from ecrtui.workflows import remember

if TYPE_CHECKING:
    from ecrtui.tui.screens.place import PlaceScreen
    from ecrtui.tui.spot import Spot


def enter(screen: PlaceScreen, spot: Spot, *, tab: str = "", on: str = "") -> None:
    """Go into a place from another, which stays underneath with all it has read.

    `tab` is the one of several that one goes to, `on` the row that one is to stand on.
    """
    made = screens.make(screen.session, spot)
    made.begin_at(tab or on)
    screen.app.push_screen(made)


def go(screen: PlaceScreen, spot: Spot) -> None:
    """Go anywhere: back to a screen that is underneath, else to a new one instead of all."""
    app = screen.app
    known = next((one for one in places_of(app) if one.spot.same_place(spot)), None)
    while app.screen is not known and len(app.screen_stack) > 1:
        app.pop_screen()
    if app.screen is not known:
        app.switch_screen(screens.make(screen.session, spot))


def go_or_enter(screen: PlaceScreen, spot: Spot) -> None:
    """Into a place, unless one stands in it; places below stay as they are."""
    if not screen.spot.same_place(spot):
        enter(screen, spot)


def leave(screen: PlaceScreen) -> None:
    """Go out: to where one came from, else to the place around this one."""
    if len(screen.app.screen_stack) > 1:
        screen.app.pop_screen()
    elif screen.spot.parent is not None:
        above = screens.make(screen.session, screen.spot.parent)
        above.come_from(screen.spot)
        screen.app.switch_screen(above)


def place_of(app: App[Any]) -> PlaceScreen:
    """The place one looks at, whatever dialog is on top of it."""
    return places_of(app)[-1]


def places_of(app: App[Any]) -> list[PlaceScreen]:
    """All places one came through, the one in sight last."""
    return [one for one in app.screen_stack if hasattr(one, "spot")]  # type: ignore[misc]


def step(screen: PlaceScreen, by: int) -> None:
    """Along the trail of places one has been to."""
    spot = screen.session.trail.step(by)
    if spot is not None:
        go(screen, spot)


def arrived(screen: PlaceScreen) -> None:
    """A place is on the screen: the trail knows, and so will the next start."""
    if screen.spot.kind != screens.OPENING:
        screen.session.trail.went(screen.spot)
        remember.save_last_place(screen.session.services, screen.spot.to_place())
