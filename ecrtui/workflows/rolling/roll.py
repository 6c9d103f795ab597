"""A service or a function made to run one image, by its digest: planned, done, followed, undone."""

from __future__ import annotations

import msgspec

from ecrtui.errors import EcrtuiError, UsageError
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.places import Registry
from ecrtui.model.plan import Outcome
from ecrtui.workflows.inspect import describe
from ecrtui.workflows.locate import Target
from ecrtui.workflows.rolling import back, function, service
from ecrtui.workflows.rolling.deed import Rolled, RollPlan
from ecrtui.workflows.rolling.workload import Workload
from ecrtui.workflows.services import Services
from ecrtui.workflows.usage.look import named
from ecrtui.workflows.watch import Watch

UNDO = "undo"


class RollRequest(msgspec.Struct, frozen=True):
    """What a person asked for."""

    image: Target
    workload: Workload
    container: str = ""
    """Of several that a task has; '' for the one that runs images of this repository."""


def plan(services: Services, request: RollRequest) -> RollPlan:
    """What would run; nothing is changed.

    Raises NotFound for an image, a service or a function that is not there, UsageError where it is
    not clear which container is meant, EcrtuiError for an archived image and for a service whose
    deployments are not ECS's own.
    """
    registry = request.image.registry
    row = describe(services, request.image)
    if row.archived:
        raise EcrtuiError(
            str(request.image),
            title="The image is archived: nothing could pull it",
            hint=f"ecrtui restore {request.image} brings it back first.",
        )
    wanted = Rolled(
        registry=registry,
        repository=named(services, registry, request.image.repository),
        digest=row.image_digest,
        called=request.image.called,
        tags=row.image_tags,
        container=request.container,
    )
    if request.workload.cluster:
        return service.plan(services, request.workload, wanted)
    return function.plan(services, request.workload, wanted)


def plan_back(services: Services, change: Change) -> RollPlan:
    """What would take a roll back: the task definition, or the image, of before."""
    home = change.home
    if not isinstance(home, Registry) or not change.workload or not change.before:
        raise UsageError(change.workload, title="The journal does not tell what ran before")
    cluster, _, name = change.workload.rpartition("/")
    found = Workload(
        name=name,
        cluster=cluster,
        profile=home.profile,
        account=home.account,
        region=home.region,
    )
    of_service = change.kind is ChangeKind.SERVICE_ROLLED
    plan_of = back.plan_back if of_service else function.plan_back
    return msgspec.structs.replace(plan_of(services, found, change), kind=UNDO)


def run(services: Services, plan: RollPlan, watch: Watch) -> Outcome:
    """Do it and follow it to its end.

    Raises GivenUp when somebody stops to wait: AWS goes on all the same; EcrtuiError where it has
    moved since the plan was made, RemoteError for a deployment that failed, in AWS's words.
    """
    do = service.run if plan.workload.cluster else function.run
    return do(services, plan, watch)
