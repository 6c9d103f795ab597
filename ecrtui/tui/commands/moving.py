"""Commands that move images. What they need is imported when one stands where images are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ecrtui.tui.commands.deed import Deed

if TYPE_CHECKING:
    from ecrtui.tui.screens.place import PlaceScreen


def _nothing(screen: PlaceScreen) -> str:
    from ecrtui.tui.subjects import why_none

    return why_none(screen)


def _no_image(screen: PlaceScreen) -> str:
    from ecrtui.tui.subjects import why_no_pull

    return _nothing(screen) or why_no_pull(screen)


def _moving(name: str) -> Callable[[PlaceScreen], None]:
    def run(screen: PlaceScreen) -> None:
        from ecrtui.tui import moving

        getattr(moving, name)(screen)

    return run


DEEDS = {
    "pull": Deed(_moving("pull"), _no_image),
}
