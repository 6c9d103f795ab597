"""Copying what was there before the replication rules: started, followed to its end, stopped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from ecrtui.errors import GivenUp, RemoteError, UsageError
from ecrtui.model.backfill import Backfill, BackfillResult, Destination
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.page import Page
from ecrtui.model.places import Home, Registry
from ecrtui.model.plan import Outcome, SettingsPlan
from ecrtui.workflows import places
from ecrtui.workflows.services import Services
from ecrtui.workflows.settings import reading
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.aws.calls import Calls

KIND = "backfill"
_PART = "copies"
_PAUSE = 1.0
_LONGEST_PAUSE = 15.0
"""Seconds between looks, half as long again each time."""


class BackfillPlan(SettingsPlan, frozen=True, kw_only=True):
    """One started, followed or stopped."""

    registry: Registry
    identity: str = ""
    """Of one that is there; '' for one to be started."""
    destination: Destination
    stops: bool = False

    @property
    def place(self) -> tuple[Home, str]:
        """Whose settings show it."""
        return self.registry, ""


def listed(services: Services, registry: Registry) -> list[Backfill]:
    """All of a registry's, the newest first."""
    from ecrtui.aws import backfills

    found = backfills.listed(_calls(services, registry))
    return sorted(found, key=lambda one: -(one.started_at or 0))


def results(
    services: Services, registry: Registry, identity: str, *, failed: bool = False
) -> Iterator[Page[BackfillResult]]:
    """What came of each image of one that has ended."""
    from ecrtui.aws import backfills

    return backfills.results(_calls(services, registry), identity, "FAILED" if failed else "")


def find(services: Services, registry: Registry, identity: str) -> Backfill:
    """One by its id, or by its start; raises UsageError for none and for several."""
    known = listed(services, registry)
    found = [one for one in known if identity and one.replication_backfill_id.startswith(identity)]
    if len(found) != 1:
        raise UsageError(
            identity,
            title="Several backfills are called so" if found else "No backfill is called so",
            hint="ecrtui backfill lists them.",
        )
    return found[0]


def destinations(services: Services, registry: Registry) -> list[Destination]:
    """Where the registry's rules copy to."""
    setting = reading.find(registry, "", "replication")
    rules = (reading.value(services, registry, setting) or {}).get("rules", [])
    named: list[Any] = [each for rule in rules for each in rule.get("destinations", [])]
    found = [Destination(one["region"], one["registryId"]) for one in named]
    return list(dict.fromkeys(found))


def plan_start(
    services: Services, registry: Registry, region: str, account: str = ""
) -> BackfillPlan:
    """What would be copied where; raises UsageError for a place that no rule names."""
    account = account or registry.account or places.identity(services, registry.profile).account
    wanted = Destination(region, account)
    known = destinations(services, registry)
    if wanted not in known:
        told = ", ".join(f"{one.region} of {one.registry_id}" for one in known)
        raise UsageError(
            f"{region} of {account}",
            title="No replication rule copies there",
            hint=f"The rules copy to {told}." if told else "There are no rules yet.",
        )
    running = [one for one in listed(services, registry) if one.running]
    same = next((one for one in running if one.destination.region == region), None)
    if same is not None:
        return _plan(services, registry, same, follows=True)
    return BackfillPlan(
        kind=KIND,
        source=registry.called,
        target=f"{region} of {account}",
        facts=(
            ("images", "all that the rules copy there and that are not there yet"),
            ("calls", "StartReplicationBackfill"),
        ),
        warnings=("AWS charges for the transfer, and for what is stored there",),
        changes=True,
        production=services.settings.of(registry.profile).production,
        registry=registry,
        destination=wanted,
    )


def plan_stop(services: Services, registry: Registry, identity: str) -> BackfillPlan:
    """What becomes of one that is stopped."""
    found = find(services, registry, identity)
    made = _plan(services, registry, found, follows=False)
    ended = "" if found.running else f"It has ended: {found.status.lower()}"
    return msgspec.structs.replace(made, stops=True, done_already=ended)


def _plan(
    services: Services, registry: Registry, found: Backfill, *, follows: bool
) -> BackfillPlan:
    stays = "what is copied stays, and what is on its way arrives"
    return BackfillPlan(
        kind=KIND if follows else "stop",
        source="",
        target=f"backfill {found.replication_backfill_id[:8]}",
        target_at=registry.called,
        facts=(
            ("to", f"{found.destination.region} of {found.destination.registry_id}"),
            ("state", _so_far(found)),
            *([("follows", "it runs already: it is followed to its end")] if follows else []),
            *([("calls", "StopReplicationBackfill")] if not follows else []),
        ),
        warnings=() if follows else (stays,),
        changes=not follows,
        production=services.settings.of(registry.profile).production,
        registry=registry,
        identity=found.replication_backfill_id,
        destination=found.destination,
    )


def run(services: Services, plan: BackfillPlan, watch: Watch) -> Outcome:
    """Start it and follow it, or stop it.

    Raises GivenUp when somebody stops to wait: it goes on at AWS.
    """
    from ecrtui.aws import backfills

    calls = _calls(services, plan.registry)
    if plan.stops:
        backfills.stop(calls, plan.identity)
        watch.changed(_change(plan, plan.identity, "stopped"))
        return Outcome(sentence=f"{plan.target} is stopped", changes=watch.changes)
    watch.expect(_PART, f"copies to {plan.destination.region}")
    identity = plan.identity
    if not identity:
        identity = backfills.start(calls, plan.destination)
        watch.changed(_change(plan, "", identity))
    found = _follow(calls, identity, watch)
    watch.finish(_PART)
    told = _so_far(found)
    if found.status != "COMPLETE":
        raise RemoteError(
            f"{identity[:8]}: {told}",
            title=f"The backfill {found.status.lower()}",
            hint=f"ecrtui backfill results {identity[:8]} lists what came of each image.",
        )
    return Outcome(sentence=f"the backfill has ended: {told}", changes=watch.changes)


def _follow(calls: Calls, identity: str, watch: Watch) -> Backfill:
    from ecrtui.aws import backfills

    pause = _PAUSE
    try:
        while True:
            found = backfills.described(calls, identity)
            watch.at(_PART, 0, _so_far(found))
            if not found.running:
                return found
            watch.pause(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)
    except GivenUp:
        hint = f"It goes on at AWS. ecrtui backfill stop {identity[:8]} ends it."
        raise GivenUp(hint=hint) from None


def _so_far(found: Backfill) -> str:
    """`in progress, 12 of 30, 1 failed`."""
    done, told = found.progress, [found.status.replace("_", " ").lower()]
    if done.total_replication_count:
        told.append(f"{done.completed_replication_count:,} of {done.total_replication_count:,}")
    if done.failed_replication_count:
        told.append(f"{done.failed_replication_count:,} failed")
    return ", ".join([*told, *([found.failure_code] if found.failure_code else [])])


def _change(plan: BackfillPlan, before: str, after: str) -> Change:
    return Change(
        kind=ChangeKind.SETTING,
        home=plan.registry,
        repository="",
        setting="backfills",
        before=before,
        after=after,
        command=plan.kind,
    )


def _calls(services: Services, registry: Registry) -> Calls:
    from ecrtui.aws.registries import calls_of

    if registry.is_public:
        raise UsageError(registry.called, title="ECR Public is not replicated")
    return calls_of(services.sessions, registry)
