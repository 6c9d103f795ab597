"""What accounts call themselves, asked for by the way: who one is never waits for it.

IAM has one address for the whole world, which a private network may not reach, and many may not ask
it: then there is no alias, and nothing is said of it.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import msgspec

from ecrtui.model.places import Identity
from ecrtui.workflows.aside import PATIENCE, Aside

if TYPE_CHECKING:
    from ecrtui.workflows.services import Services


class Aliases:
    """The aliases of one run; each is asked for once. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: dict[tuple[str, str], Aside[str]] = {}

    def of(self, services: Services, profile: str, who: Identity, wait: float = 0.0) -> str:
        """The alias of an identity's account, '' where nobody told within `wait` seconds."""

        def ask() -> str:
            from ecrtui.aws import identity

            return identity.account_alias(services.sessions, profile, who.partition)

        key = (profile, who.account)
        with self._lock:
            if key not in self._asked:
                self._asked[key] = Aside(ask, "")
        return self._asked[key].answer(wait)


def named(services: Services, profile: str, who: Identity, wait: float = PATIENCE) -> Identity:
    """The same identity with its account's alias, where that is told in time."""
    return msgspec.structs.replace(who, alias=services.aliases.of(services, profile, who, wait))
