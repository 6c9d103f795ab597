"""The room as workflows use it: sessions over a sandbox, and readers of its registries."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from ecrtui.aws.registries import reader
from ecrtui.aws.sessions import Sessions
from ecrtui.model.places import Registry
from ecrtui.model.ports import RegistryReader
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.services import fetch, open_source
from tests import worlds

Open = Callable[..., RegistryReader]


@pytest.fixture
def sessions(sandbox: Sandbox) -> Iterator[Sessions]:
    """Sessions that may do anything."""
    made = Sessions()
    yield made
    made.close()


@pytest.fixture
def opened(sessions: Sessions) -> Open:
    """Opens a registry: by default the first one of the worlds, through their first profile."""

    def opens(profile: str = "main", region: str = worlds.REGION, **more: object) -> RegistryReader:
        return reader(sessions, Registry(profile, region, **more), open_source, fetch)  # type: ignore[arg-type]

    return opens
