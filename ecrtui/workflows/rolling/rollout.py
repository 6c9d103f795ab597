"""Following a deployment of ECS to its end, in the words of the service's events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrtui.errors import EcrtuiError, GivenUp, RemoteError
from ecrtui.model.workloads import Deployment, Service
from ecrtui.workflows.rolling.deed import PART
from ecrtui.workflows.rolling.workload import Workload
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.aws.ecs import Ecs

PAUSE = 1.0
LONGEST_PAUSE = 5.0
"""Seconds between looks, half as long again each time: a deployment takes minutes."""
_ASIDE = "ecrtui journal undo rolls it back."
_LOG = "Its log has ECS's events; ecrtui why IMAGE tells why a task could not pull."
_FAILED = "deployment failed"
"""In the event by which ECS tells it (developer guide, service event messages)."""


def follow(ecs: Ecs, workload: Workload, definition: str, watch: Watch, known: set[str]) -> int:
    """Wait until a service runs a task definition alone; how many tasks of it.

    `known` are the events of before. Raises RemoteError for a deployment that failed or was taken
    back, EcrtuiError when another one took its place, GivenUp when somebody stops to wait.
    """
    pause, words = PAUSE, ""
    try:
        while True:
            service = ecs.service(workload.cluster, workload.name)
            for event in reversed(service.events):
                if event.id not in known:
                    known.add(event.id)
                    watch.say(event.message)
                    words = event.message if _FAILED in event.message else words
            ours = next(
                (one for one in service.deployments if one.task_definition == definition), None
            )
            watch.at(PART, 0, _note(service, ours))
            _refuse_failed(service, workload, ours, definition, words)
            if ours is not None and _done(service, ours):
                return ours.running_count
            watch.pause(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)
    except GivenUp:
        told = f"ECS goes on with the deployment of {workload.called}."
        raise GivenUp(hint=f"{told} {_ASIDE}") from None


def _note(service: Service, ours: Deployment | None) -> str:
    if ours is None:
        return ""
    parts = [f"{ours.running_count} of {ours.desired_count} running"]
    old = sum(one.running_count for one in service.deployments if one is not ours)
    parts += [f"{old} of before"] if old else []
    parts += [f"{ours.failed_tasks} failed"] if ours.failed_tasks else []
    return ", ".join(parts)


def _done(service: Service, ours: Deployment) -> bool:
    if ours.rollout_state:
        return ours.rollout_state == "COMPLETED" and ours.status == "PRIMARY"
    return len(service.deployments) == 1 and ours.running_count == ours.desired_count


def _refuse_failed(
    service: Service, workload: Workload, ours: Deployment | None, definition: str, words: str
) -> None:
    """Raise where it failed, by the deployment's state or by the `words` of an event."""
    there = service.task_definition == definition
    failed = ours is not None and ours.rollout_state == "FAILED"
    if failed or (words and not there):
        why = ours.rollout_state_reason if ours is not None and failed else words
        back = "" if there else ", and ECS rolls it back"
        raise RemoteError(
            f"{workload.called}, {definition.rpartition('/')[2]}: {why or words}",
            title=f"The deployment failed{back}",
            hint=f"{_LOG} {_ASIDE}" if there else _LOG,
        )
    if not there:
        raise EcrtuiError(
            f"{workload.called} is to run {service.task_definition.rpartition('/')[2]}",
            title="Another deployment took its place",
            hint="Somebody else deployed it meanwhile, or rolled it back.",
        )
