"""What uses a credential: roles, profiles of AWS's files, lines of the map. Opens nothing."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ecrtui.model.credentials import WayIn
from ecrtui.workflows.credentials import registry_map, ways_in
from ecrtui.workflows.services import Services


class UsedBy(msgspec.Struct, frozen=True):
    """Names of what would miss it."""

    roles: tuple[str, ...] = ()
    """Kept roles that it assumes."""
    profiles: tuple[str, ...] = ()
    """Profiles of AWS's files that ask ecrtui for it."""
    patterns: tuple[str, ...] = ()
    """Lines of the registry map."""


def used_by(services: Services, name: str) -> UsedBy:
    """What uses a credential by its name."""
    rows = ways_in.listing(services)
    return UsedBy(
        roles=tuple(row.name for row in roles_of(rows, name)),
        # Also the one of its own name, as an import leaves it: it has no row beside the kept one.
        profiles=tuple(
            profile
            for profile in dict.fromkeys(row.name for row in rows)
            if name in _asked_for(services, profile)
        ),
        patterns=tuple(line.pattern for line in registry_map.lines(services) if line.name == name),
    )


def roles_of(rows: Iterable[WayIn], name: str) -> list[WayIn]:
    """The kept roles that a credential assumes."""
    return [row for row in rows if row.kept and row.source == name and not row.is_session]


def chain_of(rows: Iterable[WayIn], row: WayIn) -> list[str]:
    """What a credential comes from, itself first, down to the keys; a circle is cut."""
    by_name = {one.name: one for one in rows if not one.second}
    found = [row.name]
    source = row.source
    while source and source not in found:
        found.append(source)
        source = by_name[source].source if source in by_name else ""
    return found


def _asked_for(services: Services, profile: str) -> list[str]:
    """What a profile of AWS's files has ecrtui give it: the end of its credential_process."""
    process = str(services.sessions.declared(profile).get("credential_process", ""))
    words = process.replace('"', "").split()
    return words[-1:] if words[-3:-1] == ["credentials", "process"] else []
