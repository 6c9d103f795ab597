"""A world with one account and nothing in it."""

from __future__ import annotations

from ecrtui.sandbox.clock import Clock
from ecrtui.sandbox.world import World

START = "2026-11-24T09:00:00Z"
ACCOUNT, NAME, REGION = "000000000001", "sandbox", "us-east-1"


def empty_world() -> World:
    """One account, one administrator's key, one empty registry."""
    world = World(Clock.at(START))
    world.add_account(ACCOUNT, NAME)
    world.add_key(ACCOUNT, "admin")
    world.registry(ACCOUNT, REGION)
    return world
