"""Services over the running sandbox, their files in a folder of the test's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ecrtui.config.locations import Locations
from ecrtui.config.settings import Settings
from ecrtui.model.places import Registry
from ecrtui.workflows.services import Options, Services
from tests import worlds


def services_in(home: Path, settings: Settings | None = None, **options: Any) -> Services:
    """Services as a front end makes them, from the environment the sandbox set."""
    return Services(Options(**options), settings or Settings(), Locations.under(home))


def here() -> Registry:
    """The registry of the worlds' first account and region."""
    return Registry(profile="main", region=worlds.REGION)
