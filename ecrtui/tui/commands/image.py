"""Commands of one image: its tabs, its masks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ecrtui.config.commands import TAB_COMMANDS
from ecrtui.tui.commands.deed import Deed

if TYPE_CHECKING:
    from ecrtui.tui.screens.image.screen import ImageScreen


def _tab(name: str) -> Deed:
    def show(screen: ImageScreen) -> None:
        screen.show_tab(name)

    return Deed(show, _missing(name))


def _missing(name: str) -> Callable[[ImageScreen], str]:
    return lambda screen: screen.why_no_tab(name)


DEEDS = {
    **{command.id: _tab(command.id) for command in TAB_COMMANDS},
    "next-tab": Deed(lambda screen: screen.next_tab(1)),
    "previous-tab": Deed(lambda screen: screen.next_tab(-1)),
    "tree-toggle": Deed(lambda screen: screen.toggle(), lambda screen: screen.why_no_tree()),
    "tree-fold": Deed(lambda screen: screen.fold(), lambda screen: screen.why_no_tree()),
    "read-layers": Deed(lambda screen: screen.read_files(), lambda screen: screen.why_not_read()),
    "unmask": Deed(lambda screen: screen.switch_mask(), lambda screen: screen.why_no_unmask()),
}
