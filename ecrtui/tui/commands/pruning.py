"""Commands that delete: from a list of what would go, which they open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrtui.tui.commands.deed import Deed

if TYPE_CHECKING:
    from ecrtui.tui.screens.place import PlaceScreen


def _prune(screen: PlaceScreen) -> None:
    from ecrtui.tui import pruning

    pruning.prune(screen)


def _delete(screen: PlaceScreen) -> None:
    from ecrtui.tui import pruning

    pruning.delete(screen)


def _no_prune(screen: PlaceScreen) -> str:
    from ecrtui.tui.pruning import why_no_prune

    return why_no_prune(screen)


def _no_delete(screen: PlaceScreen) -> str:
    from ecrtui.tui.pruning import why_no_delete

    return why_no_delete(screen)


DEEDS = {
    "prune": Deed(_prune, _no_prune),
    "delete": Deed(_delete, _no_delete),
    "delete-these": Deed(lambda screen: screen.go_on(), lambda screen: screen.why_not_yet()),
}
