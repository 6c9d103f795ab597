"""Commands about settings: go to them, have none of one, leave one's own pulls unrecorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
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
    return "ECR Public has none of it." if screen.registry.is_public else ""


def _check_caches(screen: SettingsScreen) -> None:
    """What ECR answers is shown below the rules."""
    from ecrtui.render.settings import cache_lines
    from ecrtui.workflows.settings.caches import CacheCheck

    services, registry = screen.session.services, screen.registry
    found: list[CacheCheck] = []

    def checks() -> Iterator[CacheCheck]:
        from ecrtui.workflows.settings import caches

        return caches.check(services, registry)

    def deliver(rows: list[CacheCheck]) -> None:
        found.extend(rows)
        screen.note("pull-through", cache_lines(found))

    def done(problem: EcrtuiError | None) -> None:
        if problem is not None:
            screen.say_problem(problem)
            return
        failed = [one.prefix for one in found if not one.valid]
        screen.say(
            f"Fails: {', '.join(failed)}" if failed else "All work.",
            title="Pull-through caches",
            warn=bool(failed),
        )

    background.read(screen, "caches", checks, deliver=deliver, done=done)


def _no_caches(screen: SettingsScreen) -> str:
    if screen.spot.repository or screen.registry.is_public:
        return _no_exclusions(screen)
    part = screen.parts.get("pull-through")
    return "" if part is not None and part.value else "There are no cache rules."


def _backfill(screen: SettingsScreen) -> None:
    from ecrtui.tui import backfills

    backfills.choose(screen)


def _no_backfill(screen: SettingsScreen) -> str:
    if screen.spot.repository or screen.registry.is_public:
        return _no_exclusions(screen)
    part = screen.parts.get("replication")
    return "" if part is not None and part.value else "No replication rule copies anything."


def _new_repository(screen: PlaceScreen) -> None:
    from ecrtui.tui import making

    making.new_repository(screen)


DEEDS = {
    "settings": Deed(_open, _no_settings),
    "unset": Deed(_unset, _nothing_set),
    "exclude-me": Deed(_exclude_me, _no_exclusions),
    "check-caches": Deed(_check_caches, _no_caches),
    "backfill": Deed(_backfill, _no_backfill),
    "new-repository": Deed(_new_repository),
}
