"""What the rolling of a service and of a function have in common."""

from __future__ import annotations

from typing import Any

import msgspec

from ecrtui.errors import EcrtuiError
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.places import Registry
from ecrtui.model.plan import Plan
from ecrtui.workflows.rolling.workload import Workload
from ecrtui.workflows.usage.naming import Named

PART = "rollout"
"""The one part that a job shows."""


class Rolled(msgspec.Struct, frozen=True, kw_only=True):
    """The image that is to run."""

    registry: Registry
    repository: Named
    digest: str
    called: str
    """`team/app:v1`."""
    tags: tuple[str, ...] = ()
    container: str = ""


class RollPlan(Plan, frozen=True, kw_only=True):
    """A roll, worked out."""

    workload: Workload
    repository: str
    """The image's."""
    image: str = ""
    """The reference that is to run; '' where a task definition of before is taken."""
    before: str
    """The task definition, or the image, that runs now."""
    ran: str = ""
    """The digest that runs now, where ECS tells it."""
    parameters: dict[str, Any] | None = None
    """What is registered; None where nothing is."""
    after: str = ""
    """The task definition that is taken, where it is registered already."""


def pinned(written: str, digest: str) -> str:
    """The reference by its digest, under the host and name that it is written with."""
    head, slash, last = written.partition("@")[0].rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}@{digest}"


def refuse_moved(plan: RollPlan, now: str) -> None:
    """Raise where something else runs than the person was told."""
    if now != plan.before:
        raise EcrtuiError(
            f"{plan.target} runs {now} by now",
            title="It has changed since the plan was made",
            hint="Look at the plan again.",
        )


def change_of(plan: RollPlan, after: str) -> Change:
    """What the journal keeps of a roll: its place is the workload's."""
    workload = plan.workload
    return Change(
        kind=ChangeKind.SERVICE_ROLLED if workload.cluster else ChangeKind.FUNCTION_ROLLED,
        home=Registry(workload.profile, workload.region, workload.account),
        repository=plan.repository,
        workload=workload.called,
        before=plan.before,
        after=after,
        digest=plan.digest,
        ran=plan.ran,
        command=plan.kind,
    )
