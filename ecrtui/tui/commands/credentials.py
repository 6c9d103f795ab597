"""Commands about credentials: the list of them, and what can be done with one.

The list and one credential's own screen both say which `way_in` is meant.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from ecrtui.config import commands as kinds
from ecrtui.model.credentials import AWS_FILES, WayIn
from ecrtui.model.places import Registry
from ecrtui.tui import navigation, screens
from ecrtui.tui.commands.deed import Deed
from ecrtui.tui.spot import Spot

if TYPE_CHECKING:
    from ecrtui.tui.screens.credential import CredentialScreen
    from ecrtui.tui.screens.credentials import CredentialsScreen
    from ecrtui.tui.screens.place import PlaceScreen

    Credentialed: TypeAlias = CredentialsScreen | CredentialScreen

_NO_ROW = "There is no credential to stand on."
_DECLARED = "AWS's files declare it: change it there (~/.aws/config)."
_SESSION = "A portal is signed in to; its accounts and roles are credentials."
_NO_NAME = "It has no name: the environment says it."
_SECOND = "A profile of this name in AWS's files goes first: rename this one."


def _credentials(screen: PlaceScreen) -> None:
    spot = Spot(kinds.CREDENTIALS)
    below = any(getattr(one, "spot", None) == spot for one in screen.app.screen_stack)
    (navigation.go if below else navigation.enter)(screen, spot)


# Refusals


def no_credential(screen: Credentialed) -> str:
    """One must stand on a credential that is used by its name."""
    way = screen.way_in()
    if way is None:
        return _NO_ROW
    if way.is_session:
        return _SESSION
    return _SECOND if way.second else ""


def not_kept(screen: Credentialed) -> str:
    """One must stand on a credential that ecrtui keeps."""
    way = screen.way_in()
    if way is None:
        return _NO_ROW
    if way.is_session:
        return _SESSION
    return "" if way.kept else _DECLARED if way.name else _NO_NAME


def _none_to_test(screen: Credentialed) -> str:
    return "" if _testable(screen.ways_in()) else no_credential(screen)


def _testable(ways: list[WayIn]) -> list[WayIn]:
    return [way for way in ways if not way.is_session and not way.second]


def _none_kept(screen: Credentialed) -> str:
    ways = screen.ways_in()
    if len(ways) == 1 and ways[0].is_session:
        return "" if ways[0].where != AWS_FILES else _DECLARED
    if len(ways) < 2:
        return not_kept(screen)
    others = [way for way in ways if way.is_session or not way.kept]
    return f"{others[0].name} is marked, and not kept by ecrtui." if others else ""


# What is done with one


def _on(deed: Callable[[Credentialed, WayIn], None]) -> Callable[[Credentialed], None]:
    def run(screen: Credentialed) -> None:
        way = screen.way_in()
        if way is not None:
            deed(screen, way)

    return run


def _test(screen: Credentialed) -> None:
    screen.test([way.name for way in _testable(screen.ways_in())])


def _use(screen: Credentialed, way: WayIn) -> None:
    navigation.go(screen, Spot(screens.OPENING, Registry(way.name, "")))


def _rename(screen: Credentialed, way: WayIn) -> None:
    from ecrtui.tui.credentials.renaming import ask_name

    ask_name(screen, way)


def _remove(screen: Credentialed) -> None:
    ways = screen.ways_in()
    if ways[0].is_session:
        from ecrtui.tui.credentials.signing_out import forget

        forget(screen, ways[0])
        return
    from ecrtui.tui.screens.plan import propose
    from ecrtui.workflows.credentials import removing

    services = screen.session.services
    names = [way.name for way in ways]
    propose(
        screen,
        lambda _: removing.plan(services, names),
        lambda plan, _: removing.run(services, plan),
    )


def _map(screen: Credentialed, way: WayIn) -> None:
    from ecrtui.tui.credentials.mapping import ask_pattern

    ask_pattern(screen, way)


def _unmap(screen: Credentialed, way: WayIn) -> None:
    from ecrtui.tui.credentials.mapping import unmap

    unmap(screen, way)


def _no_name(screen: Credentialed) -> str:
    way = screen.way_in()
    return _NO_NAME if way is not None and not way.name else no_credential(screen)


def _not_mapped(screen: Credentialed) -> str:
    way = screen.way_in()
    if way is not None and not no_credential(screen) and not way.registries:
        return "The map does not name it."
    return no_credential(screen)


def _copy_environment(screen: Credentialed, way: WayIn) -> None:
    from ecrtui.tui.credentials.lending import copy_environment

    copy_environment(screen, way)


def _sign_out(screen: Credentialed, way: WayIn) -> None:
    from ecrtui.tui.credentials.signing_out import sign_out

    sign_out(screen, way)


def _no_session(screen: Credentialed) -> str:
    way = screen.way_in()
    if way is None or not way.is_session:
        return "This is no portal that somebody signed in to."
    if way.expires is None:
        return "Nobody is signed in there."
    return "" if way.kept else "The aws CLI signed in to it: aws sso logout ends that."


def _rotate(screen: Credentialed, way: WayIn) -> None:
    from ecrtui.tui.credentials.rotating import rotate

    rotate(screen, way)


def _no_key(screen: Credentialed) -> str:
    way = screen.way_in()
    if way is not None and not way.kept and not way.is_session:
        return "Only what is kept here is rotated: move its keys here first, by import."
    if way is not None and way.kept and not way.key:
        return "It has no access key of its own."
    return not_kept(screen)


def _unlock(screen: CredentialsScreen) -> None:
    if screen.can_lock:
        screen.lock_file()
    else:
        screen.unlock()


def _not_locked(screen: CredentialsScreen) -> str:
    if screen.locked or screen.can_lock:
        return ""
    return "It is not locked; only the encrypted file can be locked here."


def _add(screen: PlaceScreen) -> None:
    from ecrtui.tui.credentials.adding import add

    add(screen)


def _edit(screen: Credentialed, way: WayIn) -> None:
    from ecrtui.tui.credentials.adding import edit

    edit(screen, way.name)


def _import(screen: PlaceScreen) -> None:
    from ecrtui.tui.credentials.adding import import_keys

    import_keys(screen)


def _keep_where(screen: PlaceScreen) -> None:
    from ecrtui.tui.credentials.adding import choose_place

    choose_place(screen)


def _destroy_backups(screen: PlaceScreen) -> None:
    from ecrtui.tui.credentials.adding import destroy_backups

    destroy_backups(screen)


DEEDS = {
    "credentials": Deed(_credentials),
    "test-credential": Deed(_test, _none_to_test),
    "use-credential": Deed(_on(_use), no_credential),
    "map-credential": Deed(_on(_map), _no_name),
    "unmap-credential": Deed(_on(_unmap), _not_mapped),
    "rename-credential": Deed(_on(_rename), not_kept),
    "remove-credential": Deed(_remove, _none_kept),
    "sign-out": Deed(_on(_sign_out), _no_session),
    "unlock": Deed(_unlock, _not_locked),
    "copy-environment": Deed(_on(_copy_environment), no_credential),
    "rotate-key": Deed(_on(_rotate), _no_key),
    "add-credential": Deed(_add),
    "edit-credential": Deed(_on(_edit), not_kept),
    "import-keys": Deed(_import),
    "keep-where": Deed(_keep_where),
    "destroy-backups": Deed(_destroy_backups),
}
