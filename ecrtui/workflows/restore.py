"""Images out of the archive, and into it: asked for, then followed until it is so."""

from __future__ import annotations

import msgspec

from ecrtui.errors import GivenUp, NotFound, RemoteError, UsageError
from ecrtui.model.image import ACTIVATING, ACTIVE, ARCHIVED, Image, ImageId
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.places import Home, Registry
from ecrtui.model.plan import Outcome, Plan
from ecrtui.workflows.inspect import describe
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

_PAUSE = 2.0
_LONGEST_PAUSE = 15.0
"""Seconds between looks, half as long again each time: AWS takes up to 20 minutes."""
_PART = "class"
_CLASSES = {ACTIVE: "STANDARD", ACTIVATING: "ARCHIVE", ARCHIVED: "ARCHIVE"}


class StorageRequest(msgspec.Struct, frozen=True):
    """What a person asked for."""

    image: Target
    archive: bool = False
    """Into the archive; out of it otherwise."""


class StoragePlan(Plan, frozen=True, kw_only=True):
    """A move between the storage classes, worked out."""

    registry: Registry
    repository: str
    archive: bool
    before: str
    """The status the image has: ACTIVE, ACTIVATING, ARCHIVED."""

    @property
    def place(self) -> tuple[Home, str]:
        """Whose images it changes."""
        return self.registry, self.repository


def plan(services: Services, request: StorageRequest) -> StoragePlan:
    """What would move; nothing is changed. Raises NotFound, UsageError outside ECR's archive."""
    target, archive = request.image, request.archive
    registry = target.registry
    if registry.is_public:
        raise UsageError(str(target), title="ECR Public has no archive")
    row = describe(services, target)
    wanted = ARCHIVED if archive else ACTIVE
    return StoragePlan(
        kind="archive" if archive else "restore",
        source="",
        target=target.called,
        target_at=target.at,
        digest=row.image_digest,
        facts=(*_facts(row), ("time", "at once" if archive else "up to 20 minutes")),
        warnings=_warnings(row, archive=archive),
        changes=True,
        production=services.settings.of(registry.profile).production,
        done_already=(
            f"{target.called} is {_word(wanted)} already" if row.image_status == wanted else ""
        ),
        registry=registry,
        repository=target.repository,
        archive=archive,
        before=row.image_status,
    )


def run(services: Services, plan: StoragePlan, watch: Watch) -> Outcome:
    """Ask for it and follow it to its end; one that is under way already is only followed.

    Raises GivenUp when somebody stops to wait: the image moves all the same.
    """
    watch.expect(_PART, "archive" if plan.archive else "restore")
    changes: tuple[Change, ...] = ()
    if plan.archive or plan.before == ARCHIVED:
        writer = services.writer(plan.registry)
        move = writer.archive if plan.archive else writer.restore
        status = move(plan.repository, plan.digest)
        changes = (_change(plan),)
        watch.changed(*changes)
    else:
        status = plan.before
    _follow(services, plan, watch, status)
    watch.finish(_PART)
    return Outcome(
        sentence=f"{plan.target} is {_word(ARCHIVED if plan.archive else ACTIVE)}",
        digest=plan.digest,
        changes=changes,
    )


def _follow(services: Services, plan: StoragePlan, watch: Watch, status: str) -> None:
    reader, ids = services.reader(plan.registry), [ImageId(plan.digest)]
    wanted = ARCHIVED if plan.archive else ACTIVE
    pause, seen = _PAUSE, False  # what the first answer says, a list may say a moment later
    try:
        while status != wanted:
            watch.at(_PART, 0, status.lower())
            watch.pause(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)
            rows = reader.describe(plan.repository, ids)
            if not rows:
                raise NotFound(plan.target, title="The image is gone")
            before, status = status, rows[0].image_status
            if (before, status) == (ACTIVATING, ARCHIVED) and seen:
                raise RemoteError(plan.target, title="It went back to the archive")
            seen = seen or status == ACTIVATING
    except GivenUp:
        command = "archive" if plan.archive else "restore"
        hint = f"It goes on at AWS. ecrtui {command} {plan.target} follows it again."
        raise GivenUp(hint=hint) from None


def _facts(row: Image) -> tuple[tuple[str, str], ...]:
    tags = ", ".join(sorted(row.image_tags))
    return (("tags", tags),) if tags else ()


def _warnings(row: Image, *, archive: bool) -> tuple[str, ...]:
    """What it costs (ECR user guide, archiving an image; ECR pricing)."""
    if archive:
        return (
            "nobody can pull it until it is restored, which takes up to 20 minutes",
            "at least 90 days of archive storage are charged, also when it is deleted before",
        )
    if row.image_status == ACTIVATING:
        return ()
    return (
        "AWS charges for getting it out, by its size",
        "it counts as newly pushed: it is scanned, replicated, and lifecycle rules apply to it",
    )


def _word(status: str) -> str:
    return "archived" if status == ARCHIVED else "active"


def _change(plan: StoragePlan) -> Change:
    return Change(
        kind=ChangeKind.STORAGE_CLASS,
        home=plan.registry,
        repository=plan.repository,
        digest=plan.digest,
        before=_CLASSES.get(plan.before, plan.before),
        after="ARCHIVE" if plan.archive else "STANDARD",
        command=plan.kind,
    )
