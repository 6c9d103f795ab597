"""The journal of changes: kept in the state folder, which clearing the cache never touches."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from ecrtui.model.journal import Change
from ecrtui.model.plan import Outcome, Plan
from ecrtui.store.journal import Kept
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch


def carry(services: Services, plan: Plan, run: Callable[[Watch], Outcome], watch: Watch) -> Outcome:
    """Do what a plan says; each change is written down as soon as it is told (`watch.changed`).

    Raises what `run` raises: what was changed before is in the journal all the same.
    """

    def keep(change: Change) -> None:
        record(services, [msgspec.structs.replace(change, command=change.command or plan.kind)])

    watch.keep = keep
    outcome = run(watch)
    for change in outcome.changes:
        if change not in watch.changes:  # it was only told at the end
            keep(change)
    return outcome


def read(services: Services) -> Kept:
    """All changes known, the oldest first, and how many lines could not be read."""
    return services.journal.read()


def record(services: Services, changes: Iterable[Change]) -> None:
    """Keep what was changed, in order, at this moment."""
    now = services.clock.now()
    made = [msgspec.structs.replace(change, at=now) for change in changes]
    if made:
        services.journal.append(made)
