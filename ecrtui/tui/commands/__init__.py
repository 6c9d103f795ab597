"""What each declared command does; the declarations are in `config.commands`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrtui.tui.commands import comparing, copying, going, image, images, lists, looks, places
from ecrtui.tui.commands.deed import Deed

if TYPE_CHECKING:
    from ecrtui.tui.screens.place import PlaceScreen

DEEDS: dict[str, Deed] = {
    **going.DEEDS,
    **places.DEEDS,
    **lists.DEEDS,
    **images.DEEDS,
    **image.DEEDS,
    **comparing.DEEDS,
    **copying.DEEDS,
    **looks.DEEDS,
}


def refusal(screen: PlaceScreen, command: str) -> str:
    """Why a command is impossible on a screen now; '' when it is possible."""
    return DEEDS[command].refusal(screen)


def perform(screen: PlaceScreen, command: str) -> None:
    """Do it, or say why not."""
    reason = refusal(screen, command)
    if reason:
        screen.say(reason, warn=True)
    else:
        DEEDS[command].run(screen)
