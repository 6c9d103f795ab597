"""Where a deletion goes along: registries into which replication copies it (ECR API, the rules'
`deleteReplication`). What is used by the copies counts as use of the image.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecrtui.errors import EcrtuiError, NotFound, UnknownOperation
from ecrtui.model.places import Registry
from ecrtui.model.usage import Unknown, Usage, Use
from ecrtui.workflows import places, usage
from ecrtui.workflows.services import Services
from ecrtui.workflows.settings.reading import find, value

REPLICATION = "replication"


def followed(services: Services, registry: Registry, repository: str) -> Usage:
    """All that uses the copies that go with it, in every registry that deletes them, too."""
    try:
        places_of = list(_destinations(services, registry, repository))
    except UnknownOperation:
        return Usage()  # an endpoint that does not replicate
    except EcrtuiError as problem:
        return Usage(unknown=(_unknown(REPLICATION, registry, problem),))
    uses, missed = list[Use](), list[Unknown]()
    for place in places_of:
        try:
            found = usage.looked(services, place, repository)
        except NotFound:
            continue  # nothing was copied there
        except EcrtuiError as problem:
            missed.append(_unknown(f"copies in {place.region}", place, problem))
            continue
        uses += found.uses
        missed += found.unknown
    return Usage(uses=tuple(uses), unknown=tuple(missed))


def where(services: Services, registry: Registry, repository: str) -> tuple[str, ...]:
    """The registries that delete the copies too: `111122223333 us-east-1`."""
    if registry.is_public:
        return ()
    try:
        found = list(_destinations(services, registry, repository))
    except EcrtuiError:
        return ()  # the uses tell that nobody could look
    return tuple(f"{one.account} {one.region}" for one in found)


def _destinations(services: Services, registry: Registry, repository: str) -> Iterator[Registry]:
    found = value(services, registry, find(registry, "", "replication")) or {}
    seen: set[tuple[str, str]] = set()
    for rule in found.get("rules", ()):
        if not (rule.get("deleteReplication") or {}).get("enabled"):
            continue
        filters = rule.get("repositoryFilters") or ()
        if filters and not any(repository.startswith(one.get("filter", "")) for one in filters):
            continue
        for one in rule.get("destinations", ()):
            where = str(one.get("registryId", "")), str(one.get("region", ""))
            if where not in seen:
                seen.add(where)
                yield Registry(_profile(services, registry, where[0]), where[1], where[0])


def _profile(services: Services, registry: Registry, account: str) -> str:
    """A profile at hand that is of the account; else the registry's own, which may see it."""
    for profile in dict.fromkeys([registry.profile, *services.options.profiles]):
        try:
            if places.identity(services, profile).account == account:
                return profile
        except EcrtuiError:
            continue
    return registry.profile


def _unknown(what: str, place: Registry, problem: EcrtuiError) -> Unknown:
    return Unknown(
        what=what,
        account=place.account,
        region=place.region,
        why=problem.sentence,
        hint=problem.hint,
    )
