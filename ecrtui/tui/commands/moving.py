"""Commands that move images. What they need is imported when one stands where images are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ecrtui.config import commands as kinds
from ecrtui.tui.commands.deed import Deed

if TYPE_CHECKING:
    from ecrtui.tui.screens.place import PlaceScreen


def _nothing(screen: PlaceScreen) -> str:
    from ecrtui.tui.subjects import why_none

    return why_none(screen)


def _no_image(screen: PlaceScreen) -> str:
    from ecrtui.tui.subjects import why_no_pull

    return _nothing(screen) or why_no_pull(screen)


def _no_tag(screen: PlaceScreen) -> str:
    from ecrtui.tui.subjects import why_no_tag

    return _nothing(screen) or why_no_tag(screen)


def _no_archive(screen: PlaceScreen) -> str:
    from ecrtui.tui.subjects import why_no_archive

    return _nothing(screen) or why_no_archive(screen)


def _no_push(screen: PlaceScreen) -> str:
    return _nothing(screen) if screen.spot.kind == kinds.ENGINE else ""


def _moving(name: str) -> Callable[[PlaceScreen], None]:
    def run(screen: PlaceScreen) -> None:
        from ecrtui.tui import moving

        getattr(moving, name)(screen)

    return run


def _sending(name: str) -> Callable[[PlaceScreen], None]:
    def run(screen: PlaceScreen) -> None:
        from ecrtui.tui import sending

        getattr(sending, name)(screen)

    return run


DEEDS = {
    "pull": Deed(_moving("pull"), _no_image),
    "copy-to": Deed(_sending("copy"), _nothing),
    "tag": Deed(_moving("tag"), _no_tag),
    "push": Deed(_sending("push"), _no_push),
    "export-image": Deed(_sending("export"), _nothing),
    "import": Deed(_sending("import_here")),
    "archive": Deed(_moving("archive"), _no_archive),
}
