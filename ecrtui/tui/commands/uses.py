"""Commands about what uses images: where one stands, all of a repository, and rolling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrtui.config import commands as kinds
from ecrtui.model.places import Registry
from ecrtui.tui import navigation
from ecrtui.tui.commands.deed import Deed
from ecrtui.tui.spot import Spot

if TYPE_CHECKING:
    from ecrtui.tui.screens.listing import ListScreen
    from ecrtui.tui.screens.place import PlaceScreen
    from ecrtui.tui.screens.uses import UsesScreen


def _used_by(screen: PlaceScreen) -> None:
    """Of a repository all uses; of an image its own tab."""
    if screen.spot.kind == kinds.REPOSITORIES:
        navigation.enter(screen, Spot(kinds.USES, screen.spot.registry, screen.repository_here()))
        return
    listing: ListScreen[object] = screen  # type: ignore[assignment]
    row = listing.table.current
    spot = listing.spot_of(row) if row is not None else None
    if spot is not None:
        navigation.enter(screen, spot, tab="uses")


def _nothing(screen: PlaceScreen) -> str:
    if screen.spot.kind == kinds.REPOSITORIES:
        return "" if screen.repository_here() else "There is no repository to stand on."
    return screen.why_no_open()


def _kubectl(screen: UsesScreen) -> None:
    screen.ask_kubectl()


def _asked(screen: UsesScreen) -> str:
    return "It is asked already." if screen.kubectl else ""


def _roll(screen: PlaceScreen) -> None:
    from ecrtui.tui import rolling

    rolling.roll(screen)


def _no_roll(screen: PlaceScreen) -> str:
    if not isinstance(screen.spot.home, Registry):
        return "Only what runs images of ECR is rolled from here."
    from ecrtui.tui import rolling

    return rolling.why_not(screen)


DEEDS = {
    "used-by": Deed(_used_by, _nothing),
    "kubectl": Deed(_kubectl, _asked),
    "roll": Deed(_roll, _no_roll),
}
