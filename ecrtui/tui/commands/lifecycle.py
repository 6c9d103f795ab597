"""Commands about a repository's lifecycle policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrtui.config import commands as kinds
from ecrtui.tui import navigation
from ecrtui.tui.commands.deed import Deed
from ecrtui.tui.spot import Spot

if TYPE_CHECKING:
    from ecrtui.tui.screens.lifecycle import LifecycleScreen
    from ecrtui.tui.screens.place import PlaceScreen


def _open(screen: PlaceScreen) -> None:
    spot = Spot(kinds.LIFECYCLE, screen.spot.registry, screen.spot.repository)
    navigation.go_or_enter(screen, spot)


def _none_here(screen: PlaceScreen) -> str:
    registry = screen.spot.registry
    if registry is not None and registry.is_public:
        return "ECR Public has no lifecycle policies."
    return "" if screen.spot.repository else "This is no repository."


def _edit(screen: LifecycleScreen) -> None:
    from ecrtui.tui.lifecycle import edit

    edit(screen)


def _unread(screen: LifecycleScreen) -> str:
    return "" if screen.policy is not None else "The policy has not been read."


def _preview(screen: LifecycleScreen) -> None:
    screen.look(local=False)


def _delete(screen: LifecycleScreen) -> None:
    from ecrtui.tui.lifecycle import delete

    delete(screen)


def _look_back(screen: LifecycleScreen) -> None:
    screen.look_back()


def _no_policy(screen: LifecycleScreen) -> str:
    return screen.why_no_policy()


DEEDS = {
    "lifecycle": Deed(_open, _none_here),
    "edit-lifecycle": Deed(_edit, _unread),
    "preview-lifecycle": Deed(_preview, _no_policy),
    "lifecycle-taken": Deed(_look_back),
    "delete-lifecycle": Deed(_delete, _no_policy),
}
