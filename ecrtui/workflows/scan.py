"""Starting a basic scan, then following it until it says something."""

from __future__ import annotations

import msgspec

from ecrtui.errors import EcrtuiError, GivenUp, ScannedLately, UsageError
from ecrtui.model.finding import ScanReport
from ecrtui.model.folding import is_index
from ecrtui.model.image import Image, ImageId
from ecrtui.model.places import Home, Registry
from ecrtui.model.plan import Outcome, Plan
from ecrtui.workflows.findings import report
from ecrtui.workflows.inspect import describe
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

replace = msgspec.structs.replace
_PAUSE = 2.0
_LONGEST_PAUSE = 10.0
"""Seconds between looks, half as long again each time: a scan takes a minute or some."""
_PART = "scan"
_DAY = 86_400


class ScanPlan(Plan, frozen=True, kw_only=True):
    """A scan of one image, worked out."""

    registry: Registry
    repository: str
    follow: bool = False
    """One is going on already: it is followed, and nothing is started."""

    @property
    def place(self) -> tuple[Home, str]:
        """Whose images it looks at."""
        return self.registry, self.repository


def plan(services: Services, target: Target) -> ScanPlan:
    """What would be scanned; nothing is started.

    Raises UsageError where no scan can be started: enhanced scanning does it by itself, an index
    is scanned by its platforms, an archived image is not; ScannedLately within a day of another.
    """
    registry = target.registry
    row, unknown = _scannable(services, target)
    pinned = replace(target, image_id=ImageId(row.image_digest, target.image_id.image_tag))
    known = report(services, pinned)
    now = services.clock.now()
    if known.completed_at is not None and now - known.completed_at < _DAY:
        hours = max(1, round((known.completed_at + _DAY - now) / 3600))
        raise ScannedLately(
            target.called,
            hint=f"A basic scan can be started once in 24 hours: again in {hours} h.",
        )
    return ScanPlan(
        kind="scan",
        source="",
        target=target.called,
        target_at=target.at,
        digest=row.image_digest,
        facts=(("scan", "basic, as the registry is set"), ("time", "a minute or some")),
        warnings=("it cannot be scanned again within 24 hours", *unknown),
        changes=not known.going,
        production=services.settings.of(registry.profile).production,
        registry=registry,
        repository=target.repository,
        follow=known.going,
    )


def run(services: Services, plan: ScanPlan, watch: Watch) -> Outcome:
    """Start the scan and follow it to its end. Raises GivenUp: the scan goes on all the same."""
    watch.expect(_PART, "scan")
    if not plan.follow:
        services.writer(plan.registry).start_scan(plan.repository, plan.digest)
    try:
        found = followed(
            services, Target(plan.registry, plan.repository, ImageId(plan.digest)), watch
        )
    except GivenUp:
        raise GivenUp(hint=f"The scan goes on: ecrtui findings {plan.target}") from None
    watch.finish(_PART)
    if not found.known:
        told = found.description or found.status
        raise UsageError(plan.target, title="The scan ended without findings", hint=told)
    counts = [f"{number} {one.value.lower()}" for one, number in found.severities.items()]
    return Outcome(
        sentence=f"{plan.target} is scanned: {', '.join(counts) or 'nothing found'}",
        digest=plan.digest,
    )


def followed(services: Services, target: Target, watch: Watch) -> ScanReport:
    """The report of an image once no scan of it is going on."""
    pause = _PAUSE
    while True:
        found = report(services, target)
        if not found.going:
            return found
        watch.expect(_PART, "scan")
        watch.at(_PART, 0, found.status.lower().replace("_", " "))
        watch.pause(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def _scannable(services: Services, target: Target) -> tuple[Image, tuple[str, ...]]:
    """The row of an image that a basic scan may be started of, and what is not known of that."""
    row = describe(services, target)
    if is_index(row):
        raise UsageError(
            target.called,
            title="An index is not scanned, its platforms are",
            hint="Choose one of them in the Platforms tab.",
        )
    if row.archived:
        hint = f"Bring it back first: ecrtui restore {target}"
        raise UsageError(target.called, title="An archived image is not scanned", hint=hint)
    kind, unknown = _type(services, target.registry)
    if kind == "ENHANCED":
        raise UsageError(
            target.called,
            title="Enhanced scanning scans by itself",
            hint="Amazon Inspector scans on push and again with new data; its rules are"
            " in the registry's settings.",
        )
    return row, unknown


def _type(services: Services, registry: Registry) -> tuple[str, tuple[str, ...]]:
    """What scans; '' and a warning where that may not be read: then the service says it."""
    try:
        return services.reader(registry).scan_type(), ()
    except EcrtuiError as problem:
        return "", (f"whether scanning is enhanced is not known. {problem.sentence}",)
