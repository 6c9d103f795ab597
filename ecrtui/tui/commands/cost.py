"""Commands about money: to the screen of cost, and about on it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ecrtui.config import commands as kinds
from ecrtui.tui import navigation
from ecrtui.tui.commands.deed import Deed
from ecrtui.tui.spot import Spot

if TYPE_CHECKING:
    from ecrtui.tui.screens.cost import CostScreen
    from ecrtui.tui.screens.place import PlaceScreen


def _cost(screen: PlaceScreen) -> None:
    """Of what the list shows: all registries, one of them, or a repository."""
    spot = screen.spot
    navigation.enter(screen, Spot(kinds.COST, spot.registry, spot.repository))


def _to(part: int, screen: CostScreen) -> None:
    screen.go_to(part)


def _no_part(screen: CostScreen) -> str:
    return "" if screen.known() else "Nothing is known of it yet."


DEEDS = {
    "cost": Deed(_cost),
    "cost-savings": Deed(partial(_to, 0), _no_part),
    "cost-growth": Deed(partial(_to, 1), _no_part),
    "cost-repositories": Deed(partial(_to, 2), _no_part),
}
