"""Commands about settings: go to them, have none of one, leave one's own pulls unrecorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecrtui.config import commands as kinds
from ecrtui.tui import background, navigation
from ecrtui.tui.commands.deed import Deed
from ecrtui.tui.spot import Spot

if TYPE_CHECKING:
    from ecrtui.tui.screens.place import PlaceScreen
    from ecrtui.tui.screens.settings import SettingsScreen


def _open(screen: PlaceScreen) -> None:
    registry, repository = screen.spot.registry, screen.repository_here()
    if screen.spot.kind == kinds.SETTINGS:
        repository = ""
    elif screen.spot.kind == kinds.REGISTRIES:
        spot = _registry_row(screen)
        registry = spot.registry if spot is not None else None
    if registry is not None:
        navigation.go_or_enter(screen, Spot(kinds.SETTINGS, registry, repository))


def _no_settings(screen: PlaceScreen) -> str:
    if screen.spot.kind == kinds.REGISTRIES and _registry_row(screen) is None:
        return "There is no registry to stand on."
    if screen.spot.kind == kinds.SETTINGS and not screen.spot.repository:
        return "These are the registry's own."
    return ""


def _registry_row(screen: Any) -> Spot | None:
    """The registry stood on."""
    row = screen.table.current
    spot: Spot | None = screen.spot_of(row) if row is not None else None
    return spot if spot is not None and spot.kind == kinds.REPOSITORIES else None


def _unset(screen: SettingsScreen) -> None:
    from ecrtui.tui import settings

    setting = screen.setting
    if setting is not None:
        settings.remove(screen, setting)


def _nothing_set(screen: SettingsScreen) -> str:
    part, setting = screen.part, screen.setting
    fixed = screen.why_fixed()
    if fixed or part is None or setting is None:
        return fixed
    if not setting.removable:
        return "It can be changed, not removed."
    return "" if part.value is not None else "There is none."


def _exclude_me(screen: SettingsScreen) -> None:
    """The role of one's credentials, or the user, is put on the list, or taken off it."""
    from ecrtui.tui import settings

    services, registry = screen.session.services, screen.registry

    def find() -> str:
        from ecrtui.workflows.settings.exclusions import own_principal

        return own_principal(services, registry)

    def found(arn: str) -> None:
        from ecrtui.workflows.settings.reading import find as setting_of

        part = screen.parts.get("pull-time-exclusions")
        listed = part is not None and isinstance(part.value, list) and arn in part.value
        setting = setting_of(registry, "", "pull-time-exclusions")
        settings.change_item(screen, registry, setting, arn, remove=listed)

    background.ask(screen, "own", find, answer=found, failed=screen.say_problem)


def _no_exclusions(screen: SettingsScreen) -> str:
    if screen.spot.repository:
        key = screen.key_of("settings")
        return f"It is one of the registry's settings: {key} goes there."
    return "ECR Public records no pulls." if screen.registry.is_public else ""


DEEDS = {
    "settings": Deed(_open, _no_settings),
    "unset": Deed(_unset, _nothing_set),
    "exclude-me": Deed(_exclude_me, _no_exclusions),
}
