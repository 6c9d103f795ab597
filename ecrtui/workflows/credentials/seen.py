"""What using credentials has told of them: when they signed last, what a test found."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from ecrtui.model.credentials import Seen
from ecrtui.model.ports import Clock
from ecrtui.store.state import State

_NAME = "credentials-seen"
_OFTEN = 60.0
"""Seconds between two notes that the same credential was used."""
_MOST = 1000
"""Names that are known: of those that are gone, nobody else takes their notes out."""
_NOBODY = Seen()


def of_all(state: State) -> dict[str, Seen]:
    """What is known of each name, kept or declared."""
    return state.read(_NAME, dict[str, Seen], {})


def note(state: State, name: str, change: Callable[[Seen], Seen]) -> None:
    """Know more of a name."""

    def of_name(known: dict[str, Seen]) -> dict[str, Seen]:
        others = {key: one for key, one in known.items() if key != name}
        latest = dict(list(others.items())[-_MOST:])
        return latest | {name: change(known.get(name, _NOBODY))}

    state.update(_NAME, dict[str, Seen], {}, of_name)


def know(state: State, name: str, account: str, principal: str) -> None:
    """STS said who a name is; nothing is written where it was known."""
    known = of_all(state).get(name, _NOBODY)
    if (known.account, known.principal) == (account, principal):
        return

    def told(known: Seen) -> Seen:
        alias = known.alias if known.account == account else ""
        return msgspec.structs.replace(known, account=account, principal=principal, alias=alias)

    note(state, name, told)


def rename(state: State, name: str, new: str) -> None:
    """What was known of a name is known of another."""

    def renamed(known: dict[str, Seen]) -> dict[str, Seen]:
        return {new if key == name else key: one for key, one in known.items() if key != new}

    state.update(_NAME, dict[str, Seen], {}, renamed)


def forget(state: State, name: str) -> None:
    """Nothing is known of a name any more: the next of that name may be another."""

    def without(known: dict[str, Seen]) -> dict[str, Seen]:
        return {key: one for key, one in known.items() if key != name}

    if name in of_all(state):
        state.update(_NAME, dict[str, Seen], {}, without)


class Uses:
    """Told by every call that AWS took; writes it down now and then. Safe for threads."""

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._told: dict[str, float] = {}

    def __call__(self, name: str) -> None:
        """A credential, or a profile, has signed."""
        now = self._clock.now()
        if now - self._told.get(name, float("-inf")) < _OFTEN:
            return
        self._told[name] = now
        note(self._state, name, lambda known: msgspec.structs.replace(known, used=now))
