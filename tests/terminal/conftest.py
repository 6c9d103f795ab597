"""The explorer over a generated world, in a terminal, with a home of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.world import World
from tests import worlds
from tests.terminal.explorer import Explorer

Serve = Callable[[World], Explorer]
"""Starts a sandbox over a world; the explorer that looks at it."""
LARGE = 3_000_000


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """A sandbox for each world asked for; all end with the test."""
    running: list[Sandbox] = []

    def start(world: World) -> Explorer:
        running.append(Sandbox(world).start())
        return Explorer(running[-1], tmp_path / f"home-{len(running)}")

    yield start
    for sandbox in running:
        sandbox.stop()


@pytest.fixture
def explorer(serve: Serve) -> Explorer:
    """Over `worlds.small_world()`."""
    return serve(worlds.small_world())


@pytest.fixture
def stalled(serve: Serve) -> Explorer:
    """Over an image whose layer of LARGE bytes stops coming in the middle."""
    world = worlds.empty_world()
    content = bytes(number % 251 for number in range(LARGE))
    worlds.add_image(worlds.add_repository(world, "team/app"), tags={"v1"}, content=content)
    explorer = serve(world)
    explorer.sandbox.faults.add(
        "stall", service="registry", path="*layer-bucket*", after=LARGE // 3, seconds=600
    )
    return explorer
