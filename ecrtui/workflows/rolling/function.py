"""A function of Lambda rolled: its unpublished version gets another image."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecrtui.errors import EcrtuiError, GivenUp, RemoteError
from ecrtui.model.journal import Change
from ecrtui.model.plan import Outcome
from ecrtui.workflows.rolling.deed import PART, Rolled, RollPlan, change_of, pinned, refuse_moved
from ecrtui.workflows.rolling.workload import Workload
from ecrtui.workflows.services import Services
from ecrtui.workflows.usage.naming import names
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.aws.lambda_functions import Functions

PAUSE = 1.0
_DIGEST = 19


def plan(services: Services, workload: Workload, wanted: Rolled) -> RollPlan:
    """Which image it would have."""
    functions = _functions(services, workload)
    function, code = functions.code(workload.name)
    if function.package_type != "Image":
        raise EcrtuiError(
            workload.called, title="The function is made of an archive, not of an image"
        )
    before = code.resolved_image_uri or code.image_uri
    own = names(wanted.repository, before)
    image = pinned(before if own else wanted.repository.uri, wanted.digest)
    return RollPlan(
        kind="roll",
        source=wanted.called,
        source_at=wanted.registry.called,
        target=workload.called,
        target_at=workload.at,
        digest=wanted.digest,
        facts=(("runs now", code.image_uri), ("resolved to", before), ("then", image)),
        warnings=tuple(_warnings(functions, workload.name, before if not own else "")),
        changes=True,
        production=services.settings.of(workload.profile).production,
        done_already=f"{workload.called} runs it already" if before == image else "",
        workload=workload,
        repository=wanted.repository.name,
        image=image,
        before=before,
    )


def plan_back(services: Services, workload: Workload, change: Change) -> RollPlan:
    """The image of before, by its digest."""
    _, code = _functions(services, workload).code(workload.name)
    now = code.resolved_image_uri or code.image_uri
    moved = f"it has been changed since: this change left it at {change.after}, it runs {now}"
    return RollPlan(
        kind="roll",
        source=change.before,
        target=workload.called,
        target_at=workload.at,
        digest=change.before.partition("@")[2],
        facts=(("runs now", now), ("then", change.before)),
        warnings=(moved,) if now != change.after else (),
        changes=True,
        production=services.settings.of(workload.profile).production,
        done_already=f"{workload.called} runs it already" if now == change.before else "",
        workload=workload,
        repository=change.repository,
        image=change.before,
        before=now,
    )


def run(services: Services, plan: RollPlan, watch: Watch) -> Outcome:
    """Update and follow."""
    workload, functions = plan.workload, _functions(services, plan.workload)
    watch.expect(PART, f"update of {workload.called}")
    _, code = functions.code(workload.name)
    refuse_moved(plan, code.resolved_image_uri or code.image_uri)
    watch.check()
    functions.update(workload.name, plan.image)
    change = change_of(plan, plan.image)
    watch.changed(change)
    watch.say(f"{workload.called} is to run {plan.image}")
    _follow(functions, workload, watch)
    watch.finish(PART)
    return Outcome(
        sentence=f"{workload.called} runs {plan.source} ({plan.digest[:_DIGEST]})",
        digest=plan.digest,
        changes=(change,),
    )


def _functions(services: Services, workload: Workload) -> Functions:
    from ecrtui.aws.lambda_functions import Functions

    return Functions.of(services.sessions, workload.profile, workload.region)


def _warnings(functions: Functions, name: str, other: str) -> Iterator[str]:
    try:
        leading = sorted({one for listed in functions.aliases(name).values() for one in listed})
        if leading:
            yield (
                f"published versions stay as they are, and so does what calls {', '.join(leading)}:"
                " publish a version and move the alias to it"
            )
    except EcrtuiError as problem:
        yield f"what its aliases lead to is not known: {problem.sentence}"
    if other:
        yield f"it runs an image of another repository now: {other}"


def _follow(functions: Functions, workload: Workload, watch: Watch) -> None:
    try:
        while True:
            now = functions.state(workload.name)
            watch.at(PART, 0, now.last_update_status.lower())
            if now.last_update_status == "Failed":
                raise RemoteError(
                    f"{workload.called}: {now.last_update_status_reason}",
                    title="Lambda did not take the image",
                    hint="It goes on with the image of before.",
                )
            if now.last_update_status != "InProgress":
                return
            watch.pause(PAUSE)
    except GivenUp:
        hint = f"Lambda goes on with {workload.called}. ecrtui journal undo takes it back."
        raise GivenUp(hint=hint) from None
