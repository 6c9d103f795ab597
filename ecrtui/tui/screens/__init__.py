"""One screen for each kind of place; a screen's modules are imported when one goes there."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from ecrtui.config import commands as kinds

if TYPE_CHECKING:
    from ecrtui.tui.screens.place import PlaceScreen
    from ecrtui.tui.session import Session
    from ecrtui.tui.spot import Spot

OPENING = "opening"
"""A place that is still to be found from what was typed."""

_SCREENS = {
    kinds.REGISTRIES: ("registries", "RegistriesScreen"),
    kinds.REPOSITORIES: ("repositories", "RepositoriesScreen"),
    kinds.IMAGES: ("images", "ImagesScreen"),
    kinds.IMAGE: ("image.screen", "ImageScreen"),
    kinds.SETTINGS: ("settings", "SettingsScreen"),
    kinds.LIFECYCLE: ("lifecycle", "LifecycleScreen"),
    kinds.USES: ("uses", "UsesScreen"),
    kinds.TIME: ("time", "TimeScreen"),
    kinds.COST: ("cost", "CostScreen"),
    kinds.WHY: ("why", "WhyScreen"),
    kinds.AFFECTED: ("affected", "AffectedScreen"),
    kinds.SEARCH: ("search", "SearchScreen"),
    kinds.ENGINE: ("engine", "EngineScreen"),
    kinds.COMPARE: ("compare.screen", "CompareScreen"),
    kinds.JOB: ("job", "JobScreen"),
    kinds.CONTAINERS: ("containers", "ContainersScreen"),
    kinds.CONTAINER: ("container", "ContainerScreen"),
    kinds.JOURNAL: ("journal", "JournalScreen"),
    kinds.CREDENTIALS: ("credentials", "CredentialsScreen"),
    kinds.CREDENTIAL: ("credential", "CredentialScreen"),
    kinds.PRUNING: ("pruning", "PruningScreen"),
    OPENING: ("opening", "OpeningScreen"),
}


def make(session: Session, spot: Spot) -> PlaceScreen:
    """The screen of a place."""
    module, name = _SCREENS[spot.kind]
    screen = getattr(import_module(f"ecrtui.tui.screens.{module}"), name)
    return cast("PlaceScreen", screen(session, spot))
