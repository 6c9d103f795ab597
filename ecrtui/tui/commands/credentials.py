"""Commands about credentials: the list of them, and what can be done with one.

The list and one credential's own screen both say which `way_in` is meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrtui.config import commands as kinds
from ecrtui.tui import navigation
from ecrtui.tui.commands.deed import Deed
from ecrtui.tui.spot import Spot

if TYPE_CHECKING:
    from ecrtui.tui.screens.place import PlaceScreen


def _credentials(screen: PlaceScreen) -> None:
    spot = Spot(kinds.CREDENTIALS)
    below = any(getattr(one, "spot", None) == spot for one in screen.app.screen_stack)
    (navigation.go if below else navigation.enter)(screen, spot)


DEEDS = {
    "credentials": Deed(_credentials),
}
