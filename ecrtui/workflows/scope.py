"""The registries a command looks at when it lists more than one place."""

from __future__ import annotations

from collections.abc import Iterator

from ecrtui.model.places import Registry
from ecrtui.workflows.services import DEFAULT_REGION, Services


def registries_in_scope(services: Services) -> Iterator[Registry]:
    """One registry for each profile and region asked for, else the default one.

    Asks the network only for --all-regions: which regions the account has enabled.
    """
    for profile in services.options.profiles or (services.profile,):
        for region in _regions(services, profile):
            yield Registry(profile=profile, region=region)


def _regions(services: Services, profile: str) -> list[str]:
    home = services.sessions.region(profile) or DEFAULT_REGION
    if services.options.all_regions:
        from ecrtui.aws import identity as identities

        found, _ = identities.enabled_regions(services.sessions, profile, home)
        return found
    return list(services.options.regions) or [home]
