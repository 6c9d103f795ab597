"""What accounts call themselves, asked for by the way: who one is never waits for it.

IAM has one address for the whole world, which a private network may not reach, and many may not ask
it: then there is no alias, and nothing is said of it.
"""

from __future__ import annotations

import threading
from concurrent import futures
from typing import TYPE_CHECKING

import msgspec

from ecrtui.model.places import Identity

if TYPE_CHECKING:
    from ecrtui.workflows.services import Services

PATIENCE = 3.0
"""Seconds that a command which shows the alias waits for it."""


class Aliases:
    """The aliases of one run; each is asked for once. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: dict[tuple[str, str], futures.Future[str]] = {}

    def of(self, services: Services, profile: str, who: Identity, wait: float = 0.0) -> str:
        """The alias of an identity's account, '' where nobody told within `wait` seconds."""
        key = (profile, who.account)
        with self._lock:
            mine = key not in self._asked
            future = self._asked.setdefault(key, futures.Future())
        if mine:
            arguments = (services, profile, who.partition, future)
            threading.Thread(target=_ask, args=arguments, daemon=True, name="alias").start()
        try:
            return future.result(wait)
        except futures.TimeoutError:
            return ""


def named(services: Services, profile: str, who: Identity, wait: float = PATIENCE) -> Identity:
    """The same identity with its account's alias, where that is told in time."""
    return msgspec.structs.replace(who, alias=services.aliases.of(services, profile, who, wait))


def _ask(services: Services, profile: str, partition: str, future: futures.Future[str]) -> None:
    from ecrtui.aws import identity

    alias = ""
    try:
        alias = identity.account_alias(services.sessions, profile, partition)
    finally:
        future.set_result(alias)
