"""What the list of credentials and one credential's own screen both know and do."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.model.credentials import WayIn
from ecrtui.render.copying import CopyChoice
from ecrtui.render.credentials import key_of
from ecrtui.render.registries import region_name
from ecrtui.tui.spot import Spot
from ecrtui.workflows.services import Services

if TYPE_CHECKING:
    from ecrtui.tui.session import Session

Told = tuple[str, EcrtuiError | None, Sequence[WayIn]]
"""A name that was tested, what went wrong, and all ways in as they are since."""


def at_hand(session: Session, way: WayIn) -> tuple[str, ...]:
    """The registries of this run that a way in is used for: their regions."""
    names = _profiles(way)
    found = [one for one in session.summaries.values() if one.registry.profile in names]
    return tuple(sorted(region_name(one.registry) for one in found if one.repositories))


def known_now(session: Session, way: WayIn) -> WayIn:
    """With whom STS said it is, where that was asked in this run."""
    for name in _profiles(way):
        who = session.identities.get(name)
        if who is not None:
            alias = who.alias or (way.alias if way.account == who.account else "")
            replace = msgspec.structs.replace
            return replace(way, account=who.account, principal=who.arn, alias=alias)
    return way


def _profiles(way: WayIn) -> list[str]:
    """By which names of profiles a way in is used: without one it is the default's."""
    if way.second or way.is_session:
        return []
    return (
        [way.name, ""] if way.name == (os.environ.get("AWS_PROFILE") or "default") else [way.name]
    )


def spot_of(way: WayIn) -> Spot:
    """Where all that is known of a credential stands."""
    return Spot(kinds.CREDENTIAL, text=key_of(way), label=way.name)


def tests(services: Services, names: Iterable[str]) -> Iterator[Told]:
    """Each name with what a test of it found, as they come. It runs in a thread."""
    from ecrtui.workflows.credentials import at_hand as credentials
    from ecrtui.workflows.fan_out import fan_out

    def test(name: str) -> Iterator[Told]:
        try:
            problem = credentials.test(services, name).problem
        except EcrtuiError as failure:
            problem = failure
        yield name, problem, credentials.listing(services)

    yield from fan_out(test, names)


def copies_of(way: WayIn) -> list[CopyChoice]:
    """What can be copied of a way in; nothing of it is secret."""
    known = (
        CopyChoice("name", way.name),
        CopyChoice("account", way.account),
        CopyChoice("principal", way.principal),
        CopyChoice("role", way.role),
        CopyChoice("option", f"--profile {way.name}" if not way.is_session else ""),
        CopyChoice("portal", way.source if way.is_session else ""),
    )
    return [choice for choice in known if choice.text]
