"""The first screen: profiles, their accounts, regions and registries."""

from __future__ import annotations

import os
from collections.abc import Iterator

import msgspec

from ecrtui.errors import EcrtuiError, RegionNotEnabled
from ecrtui.model.places import NOT_LOOKED_AT, Identity, Profile, Registry, RegistrySummary
from ecrtui.model.places import RegionAccess as Access
from ecrtui.workflows.aliases import named
from ecrtui.workflows.credentials import seen
from ecrtui.workflows.fan_out import fan_out
from ecrtui.workflows.services import Services


def profiles(services: Services, *, everything: bool = False) -> list[Profile]:
    """The profiles in use, or every one the configuration declares.

    In use are those asked for with --profile, else AWS_PROFILE, else the default: looking at all
    of them unasked would call STS with every identity a person has.
    """
    declared = services.sessions.profiles()
    if everything:
        return declared
    wanted = services.options.profiles or (services.profile,)
    by_name = {profile.name: profile for profile in declared}
    return [by_name.get(name) or _undeclared(name) for name in wanted]


def identity(services: Services, profile: str) -> Identity:
    """Who STS says a profile is; with the account's alias where that is known by now.

    It is asked for meanwhile: `aliases.named` waits for it.
    """
    return _whoami(services, profile, services.region(profile))


def _whoami(services: Services, profile: str, region: str) -> Identity:
    from ecrtui.aws import identity as identities  # the SDK: whoever moves files needs none

    who = identities.whoami(services.sessions, profile, region)
    of_keys = not profile and os.environ.get("AWS_ACCESS_KEY_ID")
    name = profile or ("" if of_keys else services.sessions.files.default_profile)
    seen.know(services.state, name, who.account, who.arn)
    return named(services, profile, who, wait=0)


def registries(services: Services) -> Iterator[RegistrySummary]:
    """The rows of the first screen: first what is known without the network, then each again
    with more as its answers come.

    A profile in use is looked at in the regions asked for, else in every region its account has
    enabled; the other declared profiles are listed and not looked at. One that fails spoils no
    other.
    """
    active = profiles(services)
    names = {profile.name for profile in active}
    starts = [Registry(profile=row.name, region=services.region(row.name)) for row in active]
    for start in starts:
        yield RegistrySummary(start)
    for profile in profiles(services, everything=True):
        if profile.name not in names and not (profile.name == "default" and "" in names):
            place = Registry(profile=profile.name, region=services.region(profile.name))
            yield RegistrySummary(place, note=NOT_LOOKED_AT)
    yield from fan_out(lambda start: _of_profile(services, start), starts)


def _undeclared(name: str) -> Profile:
    from ecrtui.aws import profiles as ways

    ambient = ways.ambient()
    return msgspec.structs.replace(ambient, name=name)


def _of_profile(services: Services, start: Registry) -> Iterator[RegistrySummary]:
    try:
        who = _whoami(services, start.profile, start.region)
    except EcrtuiError as problem:
        yield RegistrySummary(start, note=problem.title, problem=problem)
        return
    yield RegistrySummary(msgspec.structs.replace(start, account=who.account), identity=who)
    places = [
        Registry(profile=start.profile, region=region, account=who.account)
        for region in regions(services, start)
    ]
    if who.partition == "aws" and _everywhere(services):
        public = services.public(start.profile)
        places.append(msgspec.structs.replace(public, account=who.account))
    rows = fan_out(lambda place: _counted(services, place, who), places)
    yield from _with_alias(services, start.profile, who, rows)


def _with_alias(
    services: Services, profile: str, who: Identity, rows: Iterator[RegistrySummary]
) -> Iterator[RegistrySummary]:
    """Rows as they come; when an account's alias comes later, all once more with it."""
    last: dict[Registry, RegistrySummary] = {}
    for row in rows:
        last[row.registry] = row
        yield row
    called = who if who.alias else named(services, profile, who)
    for row in last.values() if called != who else ():
        yield msgspec.structs.replace(row, identity=called)


def regions(services: Services, start: Registry) -> list[str]:
    """Where one looks with a profile: the regions asked for, else all that its account has."""
    if not _everywhere(services):
        return list(services.options.regions)
    return all_regions(services, start)


def all_regions(services: Services, start: Registry) -> list[str]:
    """The regions that a profile's account has, where one starts first."""
    from ecrtui.aws import identity as identities

    found, _ = identities.enabled_regions(services.sessions, start.profile, start.region)
    return [start.region, *(region for region in found if region != start.region)]


def _everywhere(services: Services) -> bool:
    """Whether to look in every region: --all-regions, or none was named."""
    return services.options.all_regions or not services.options.regions


def _counted(services: Services, place: Registry, who: Identity) -> Iterator[RegistrySummary]:
    """One registry's repositories counted page by page, or why they could not be."""
    count = 0
    try:
        for page in services.reader(place).repositories():
            count += len(page.items)
            yield RegistrySummary(place, count, page.last, Access.ENABLED, who)
    except RegionNotEnabled as problem:
        note = Access.NOT_ENABLED.value
        yield RegistrySummary(place, None, False, Access.NOT_ENABLED, who, note, problem)
    except EcrtuiError as problem:
        yield RegistrySummary(place, None, False, Access.UNKNOWN, who, problem.title, problem)
