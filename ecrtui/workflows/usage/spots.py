"""Where one looks for uses: the regions of the accounts at hand, and what is found in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import msgspec

from ecrtui.errors import EcrtuiError, NotAllowed
from ecrtui.model.places import Registry
from ecrtui.model.usage import Unknown, Use
from ecrtui.workflows import places
from ecrtui.workflows.services import Services


class Spot(NamedTuple):
    """A region of an account, and the profile that looks."""

    profile: str
    account: str
    region: str


Seen = Use | Unknown


class Place(NamedTuple):
    """One kind of thing that may use images, and how to look at it."""

    name: str
    look: Callable[[Services, Spot], Iterator[Seen]]
    """All uses there, of whatever image; what cannot be looked at alone is an Unknown, and what
    keeps one from looking at all is raised."""


class Found(msgspec.Struct, frozen=True):
    """What came of looking at one place."""

    uses: tuple[Use, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    looked: str = ""
    """`ECS in 111122223333 eu-west-1`; '' where it could not be looked at."""


def spots(services: Services, registry: Registry) -> Iterator[Spot | Unknown]:
    """The regions of the accounts at hand, the registry's own first; each account once.

    All of them, whatever --region says: that names where a repository is, and what runs elsewhere
    pulls from there as well. A profile that cannot tell whose it is, and a registry's account that
    no profile is of, are Unknown.
    """
    known: dict[str, str] = {}
    for profile in dict.fromkeys([registry.profile, *_profiles(services)]):
        spot = Spot(profile, "", "")
        try:
            account = places.identity(services, profile).account
            if account in known:
                continue
            known[account] = profile
            start = Registry(profile, registry.region, account)
            asked = services.options.regions
            there = places.all_regions(services, start)
            for region in dict.fromkeys([registry.region, *asked, *there]):
                yield Spot(profile, account, region)
        except EcrtuiError as problem:
            yield unknown(f"what the profile {profile or 'default'} sees", spot, problem)
    if registry.account and registry.account not in known:
        yield Unknown(
            what="everything",
            account=registry.account,
            why=f"no profile at hand is of the account {registry.account}",
            hint="Name one with --profile; it may be given several times.",
        )


def _profiles(services: Services) -> tuple[str, ...]:
    return services.options.profiles or (services.profile,)


def unknown(what: str, spot: Spot, problem: EcrtuiError) -> Unknown:
    """A place that could not be looked at, in the error's words."""
    return Unknown(
        what=what,
        account=spot.account,
        region=spot.region,
        why=problem.sentence,
        hint=problem.hint,
        denied=isinstance(problem, NotAllowed),
    )


def sorted_out(seen: Iterable[Seen], looked: str) -> Found:
    """What was seen as one value."""
    uses: list[Use] = []
    missed: list[Unknown] = []
    for one in seen:
        if isinstance(one, Use):
            uses.append(one)
        else:
            missed.append(one)
    return Found(tuple(uses), tuple(missed), looked)
