"""Any number of repositories with any number of images, at the price of their metadata."""

from __future__ import annotations

import math
from functools import partial

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.seed.arithmetic import ArithmeticShelf
from ecrtui.sandbox.seed.plain import ACCOUNT, REGION, empty_world
from ecrtui.sandbox.world import World

_DAY = 86_400


def scale_world(repositories: int, images: int) -> World:
    """The empty world with so many repositories of so many images each."""
    world = empty_world()
    registry = world.registry(ACCOUNT, REGION)
    width = max(4, math.ceil(math.log10(max(repositories, 1) + 1)))
    for number in range(repositories):
        created = world.clock.start - _DAY * (30 + number % 700)
        name = f"team-{number % 40:02d}/service-{number:0{width}d}"
        registry.create(name, created, partial(_fill, images=images, newest=world.clock.start))
    return world


def _fill(repository: Repository, *, images: int, newest: float) -> None:
    shelf = ArithmeticShelf(repository, images, newest)
    repository.images = shelf
    for blob in shelf.blobs():
        repository.blobs[blob.digest] = blob
