"""A service of ECS rolled: a revision of its task definition that is the same but for an image."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ecrtui.errors import EcrtuiError, UsageError
from ecrtui.model.plan import Outcome
from ecrtui.model.usage import split
from ecrtui.model.workloads import Service
from ecrtui.workflows.rolling import rollout
from ecrtui.workflows.rolling.deed import PART, Rolled, RollPlan, change_of, pinned, refuse_moved
from ecrtui.workflows.rolling.workload import Workload
from ecrtui.workflows.services import Services
from ecrtui.workflows.usage.naming import names
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.aws.definitions import Registrable
    from ecrtui.aws.ecs import Ecs

_DIGEST = 19
"""`sha256:` and twelve digits, as docker shows."""
_NAME_IT = "Name the one that is to run it with --container."


def plan(services: Services, workload: Workload, wanted: Rolled) -> RollPlan:
    """What would be registered and deployed."""
    ecs = ecs_of(services, workload)
    service = ecs.service(workload.cluster, workload.name)
    refuse_other(service, workload)
    found = ecs.registrable(service.task_definition)
    at = _containers(found.parameters, wanted)
    before = [str(one.get("image", "")) for one in at]
    ran, untold = _kept_to(ecs, service, at[0]["name"])
    for one in at:
        own = names(wanted.repository, one["image"])
        one["image"] = pinned(one["image"] if own else wanted.repository.uri, wanted.digest)
    image = at[0]["image"]
    same = all(one == image for one in before)
    return RollPlan(
        kind="roll",
        source=wanted.called,
        source_at=wanted.registry.called,
        target=workload.called,
        target_at=workload.at,
        digest=wanted.digest,
        facts=tuple(_facts(service, [one["name"] for one in at], before, ran, image)),
        warnings=tuple(_warnings(service, found, before, untold)),
        changes=True,
        production=services.settings.of(workload.profile).production,
        done_already=f"{workload.called} runs it already, by its digest" if same else "",
        workload=workload,
        repository=wanted.repository.name,
        image=image,
        before=service.task_definition,
        ran=ran,
        parameters=found.parameters,
    )


def run(services: Services, plan: RollPlan, watch: Watch) -> Outcome:
    """Register, update, follow."""
    workload, ecs = plan.workload, ecs_of(services, plan.workload)
    watch.expect(PART, f"deployment of {workload.called}")
    service = ecs.service(workload.cluster, workload.name)
    refuse_moved(plan, service.task_definition)
    known = {event.id for event in service.events}
    after = plan.after or _registered(ecs, plan, watch)
    watch.check()
    with _left(after if not plan.after else ""):
        ecs.update(workload.cluster, workload.name, after)
    change = change_of(plan, after)
    watch.changed(change)
    watch.say(f"{workload.called} is to run {short(after)}")
    count = rollout.follow(ecs, workload, after, watch, known)
    watch.finish(PART, f"{count} running")
    return Outcome(
        sentence=f"{workload.called} runs {_ran(plan)}, {_tasks(count)}, as {short(after)}",
        digest=plan.digest,
        changes=(change,),
    )


def ecs_of(services: Services, workload: Workload) -> Ecs:
    """ECS where a service is."""
    from ecrtui.aws.ecs import Ecs

    return Ecs.of(services.sessions, workload.profile, workload.region)


def _registered(ecs: Ecs, plan: RollPlan, watch: Watch) -> str:
    arn = ecs.register(plan.parameters or {})
    watch.say(f"registered {short(arn)}: {short(plan.before)} with {plan.image}")
    return arn


@contextlib.contextmanager
def _left(arn: str) -> Iterator[None]:
    """Say of a revision that is registered and that nothing runs, when updating fails."""
    try:
        yield
    except EcrtuiError as problem:
        if arn:
            told = f"{short(arn)} is registered, and nothing runs it."
            problem.hint = f"{told} {problem.hint}".strip()
        raise


def refuse_other(service: Service, workload: Workload) -> None:
    """Raise where another deployment controller carries deployments out (API, UpdateService)."""
    controller = service.deployment_controller.type
    if controller != "ECS":
        raise EcrtuiError(
            f"{workload.called} is deployed by {controller}",
            title="ECS does not deploy this service by itself",
            hint="Register the task definition and deploy it with CodeDeploy, or what else it is.",
        )


def _containers(parameters: dict[str, Any], wanted: Rolled) -> list[dict[str, Any]]:
    """The containers whose image changes. Raises UsageError where it is not clear which."""
    found: list[dict[str, Any]] = parameters.get("containerDefinitions", [])
    told = ", ".join(f"{one.get('name')} ({one.get('image')})" for one in found)
    if wanted.container:
        chosen = [one for one in found if one.get("name") == wanted.container]
        if not chosen:
            raise UsageError(wanted.container, title="No such container", hint=f"It has: {told}")
        return chosen
    chosen = [one for one in found if names(wanted.repository, str(one.get("image", "")))]
    if not chosen:
        raise UsageError(
            told,
            title=f"No container of it runs an image of {wanted.repository.name}",
            hint=_NAME_IT,
        )
    if len({one.get("image") for one in chosen}) > 1:
        raise UsageError(told, title="Its containers run different images", hint=_NAME_IT)
    return chosen


def _facts(
    service: Service, containers: list[str], before: list[str], ran: str, image: str
) -> Iterator[tuple[str, str]]:
    yield "container", ", ".join(containers)
    for one in dict.fromkeys(before):
        yield "runs now", f"{one} ({ran[:_DIGEST]})" if ran and ran not in one else one
    yield "then", image
    yield (
        "task definition",
        f"{short(service.task_definition)} → a new revision, the same but for it",
    )
    yield from how(service)


def how(service: Service) -> Iterator[tuple[str, str]]:
    """How ECS will go about it."""
    set_so = service.deployment_configuration
    limits = f"{set_so.minimum_healthy_percent} to {set_so.maximum_percent} % of them meanwhile"
    yield "tasks", f"{service.desired_count} wanted, {limits}"
    breaker = set_so.deployment_circuit_breaker
    if breaker.enable:
        yield "if it fails", "rolled back by ECS" if breaker.rollback else "stopped by ECS"


def _warnings(
    service: Service, found: Registrable, before: list[str], untold: str
) -> Iterator[str]:
    if untold:
        yield f"which digest runs now is not known, so undoing goes back to its tag: {untold}"
    if not service.deployment_configuration.deployment_circuit_breaker.enable:
        yield "no circuit breaker: if new tasks fail, ECS tries again and again"
    tags = [tag for tag, digest in map(split, before) if tag and not digest]
    if tags:
        yield (
            f"its digest is named from now on: what is pushed as {tags[0]} later comes to it only"
            " when it is rolled again"
        )
    if len(service.deployments) > 1:
        yield "another deployment is under way: this one takes its place"
    if not service.desired_count:
        yield "no task of it is wanted: nothing starts before somebody scales it"
    if found.lost:
        yield (
            f"lost, since the installed botocore does not know it: {', '.join(found.lost)}. Update"
            " boto3 to keep it"
        )


def _kept_to(ecs: Ecs, service: Service, container: str) -> tuple[str, str]:
    """The digest that a container's image was resolved to, or why ECS does not tell it."""
    revisions = [row.arn for row in service.current_service_revisions if row.arn]
    try:
        for one in ecs.revisions(revisions):
            if one.task_definition == service.task_definition:
                found = {each.container_name: each.image_digest for each in one.container_images}
                return found.get(container, ""), ""
    except EcrtuiError as problem:
        return "", problem.sentence
    return "", ""


def short(arn: str) -> str:
    """`web:12` of a task definition's ARN."""
    return arn.rpartition("/")[2]


def _ran(plan: RollPlan) -> str:
    if plan.after:
        return "what it ran before"
    return f"{plan.source} ({plan.digest[:_DIGEST]})"


def _tasks(count: int) -> str:
    return f"{count} task{'' if count == 1 else 's'}"
