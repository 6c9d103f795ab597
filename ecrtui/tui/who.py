"""The first line of every place: where one is, who one is there, and for how much longer."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from ecrtui.config import commands as kinds
from ecrtui.model.places import Identity, Registry
from ecrtui.model.signing_in import Lasting
from ecrtui.render.registries import region_name
from ecrtui.render.signing_in import left, standing
from ecrtui.render.sizes import account
from ecrtui.render.text import ELLIPSIS, safe, width
from ecrtui.tui import states
from ecrtui.tui.credentials.renewing import may_renew
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.widgets.spans import Span

SOON = 600.0
"""Seconds before the end from which on it is warned."""
_SHORT_NAME = 12
_SSO_ROLE = re.compile(r"AWSReservedSSO_(.+)_[0-9a-f]{16}")
"""The role that IAM Identity Center makes of a permission set."""


class Keep(IntEnum):
    """How much of the way here is shown; what one can do without goes first."""

    PLACE = 0
    REGISTRY = 1
    ACCOUNT = 2
    ALL = 3


class _Room(NamedTuple):
    """What is shown where there is so much room."""

    keep: Keep
    alias: bool = False
    name: int = 1000
    """Columns of the principal."""
    short: bool = False
    """Of the account its last digits, of the warning its key."""


_ROOMS = (
    _Room(Keep.ALL, alias=True),
    _Room(Keep.ALL),
    _Room(Keep.ACCOUNT),
    _Room(Keep.ACCOUNT, name=_SHORT_NAME),
    _Room(Keep.ACCOUNT, name=_SHORT_NAME, short=True),
    _Room(Keep.REGISTRY, name=_SHORT_NAME, short=True),
    _Room(Keep.REGISTRY, name=0, short=True),
    _Room(Keep.PLACE, name=0, short=True),
)
"""From the widest on: alias, the root's name, the end of the principal, the account in the middle,
the principal, the registry. Time left, `ro` and the account's last digits stay."""


def first_line(session: Session, spot: Spot, columns: int) -> tuple[list[Span], list[Span]]:
    """The way from the root to here, each step clickable, and who one is there."""
    for room in _ROOMS:
        way = [Span(" "), *_crumbs(session, spot, room)]
        who = badges(session, spot, room)
        if _width(way) + _width(who) <= columns:
            break
    return way, who


def _width(spans: list[Span]) -> int:
    return sum(width(safe(span.text)) for span in spans)


def badges(session: Session, spot: Spot, room: _Room) -> list[Span]:
    """Who one is, for how long, and what one may do."""
    profile = spot.registry.profile if spot.registry else session.services.profile
    spans: list[Span] = []
    if spot.outside is None:
        parts = list(_person(session, spot, profile, room))
        dot = " - " if session.ascii else " · "
        spans += [Span(f"  {dot.join(parts)}", "dim")] if parts else []
        spans += _time(session, profile, room, dot if parts else "  ")
    if session.read_only(profile):
        spans.append(Span("  ro", "good"))
    return [*spans, Span(" ")]


def _person(session: Session, spot: Spot, profile: str, room: _Room) -> Iterator[str]:
    """The account, unless the way here names it, its alias, the principal."""
    identity = session.identities.get(profile)
    if identity is None:
        return
    registry = spot.registry
    named = room.keep >= Keep.ACCOUNT and registry is not None
    if not named or session.account(registry or Registry("", "")) != identity.account:
        whole = account(identity.account)
        yield f"{ELLIPSIS}{identity.account[-4:]}" if room.short else whole
        if identity.alias and room.alias:
            yield safe(identity.alias)
    name = safe(principal(identity))
    if room.name:
        yield name if width(name) <= room.name else f"{name[: room.name - 1]}{ELLIPSIS}"


def _time(session: Session, profile: str, room: _Room, before: str) -> list[Span]:
    """How long the keys are still taken, or why they are not; and the key that renews them."""
    key = states.key_of(session.commands, "renew", ascii_only=session.ascii)
    renews = f" {key}" if room.short else f", {key} renews"
    refused = session.renewing.refused.get(profile)
    if refused is not None and not may_renew(refused):
        return [Span(f"{before}{standing(refused)}", "bad")]
    if refused is not None:
        return [Span(f"{before}{standing(refused)}{renews}", "bad", _RENEW)]
    lasts = session.lasting.get(profile, _UNKNOWN)
    expires = lasts.ends or session.services.expires(profile)
    if expires is None:
        return []
    seconds = expires - time.time()
    if lasts.by_itself:
        return [Span(f"{before}{left(seconds)}", "dim")] if seconds > 0 else []
    if seconds <= 0:
        return [Span(f"{before}expired{renews}", "bad", _RENEW)]
    if seconds < SOON:
        return [Span(f"{before}{left(seconds)} left{renews}", "warn", _RENEW)]
    return [Span(f"{before}{left(seconds)}", "dim")]


_RENEW = "screen.do('renew')"
_UNKNOWN = Lasting()


def principal(identity: Identity) -> str:
    """The user's or the role's name: the part of the ARN that a person recognises."""
    resource = identity.arn.rpartition(":")[2]
    parts = resource.split("/")
    name = parts[1] if len(parts) > 1 else resource
    made = _SSO_ROLE.fullmatch(name)
    return made[1] if made else name


def _crumbs(session: Session, spot: Spot, room: _Room) -> list[Span]:
    steps = spot.lineage
    spans: list[Span] = []
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        style, action = ("title", "") if last else ("", f"screen.crumb({number})")
        if step.registry is not None and step.kind == kinds.REPOSITORIES:
            shown = _registry(session, step.registry, style, action, room)
        else:
            short = room.keep < Keep.ALL and number == 0 and not last
            shown = [Span(_SHORT if short else _name(step), style, action)]
        if shown and spans:
            spans.append(Span(" > " if session.ascii else " › ", "dim"))
        spans += shown
    return spans


_SHORT = "~"
"""The root where there is little room: also the key that leads there."""


def _registry(
    session: Session, registry: Registry, style: str, action: str, room: _Room
) -> list[Span]:
    said = session.services.settings.of(registry.profile)
    profile = said.label or registry.profile or "default"
    spans = [Span(profile, "warn" if said.production else style, action)]
    if said.production:
        spans.append(Span(" production", "warn", action))
    rest = [session.alias(registry)] if room.alias else []
    rest += [account(session.account(registry))] if room.keep >= Keep.ACCOUNT else []
    if room.keep > Keep.PLACE or style:
        rest.append(region_name(registry))
    spans += [Span(f" · {text}", style, action) for text in rest if text]
    return spans


def _name(spot: Spot) -> str:
    if spot.kind == kinds.CONTAINER:
        return spot.label
    if spot.kind == kinds.CREDENTIAL:
        return spot.label or "(environment)"
    if spot.kind == kinds.IMAGES:
        return spot.repository
    if spot.kind == kinds.IMAGE:
        return spot.name
    if spot.kind == kinds.COMPARE and spot.against is not None:
        return f"{_side(spot.against, spot)} → {_side(spot, spot)}"
    if spot.kind in _NAMED:
        return _NAMED[spot.kind]
    return f"{spot.kind} {spot.text}".strip()


_NAMED = {kinds.REGISTRIES: "registries", kinds.ENGINE: "this machine"}


def _side(side: Spot, spot: Spot) -> str:
    """One of two compared images, with as much of its place as is not the comparison's own."""
    name = side.name
    if side.outside is None and side.repository != spot.repository:
        name = f"{side.repository}:{name}"
    if side.registry is not None and side.registry != spot.registry:
        name = f"{side.registry.profile or 'default'} {region_name(side.registry)} {name}"
    return name
