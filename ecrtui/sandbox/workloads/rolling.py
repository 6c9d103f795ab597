"""ECS's service scheduler, as far as a rolling deployment goes, in its own words.

It looks at a service every `pace` seconds of the world's clock: new tasks start, pull and run, old
ones drain and stop, and with the circuit breaker a deployment whose tasks fail is given up.
"""

from __future__ import annotations

from ecrtui.sandbox.workloads.kinds import (
    RUNNING,
    STOPPED,
    Cluster,
    Deployment,
    Service,
    Task,
    TaskDefinition,
)
from ecrtui.sandbox.workloads.state import Workloads

_LOOKS = 200
"""At once, when nobody asked for a long time."""
_THRESHOLD = (3, 200)
"""Failures for half of the desired count, within these (developer guide, circuit breaker)."""
_RETRY_LOOKS = 5
"""Looks between two attempts after a failure: ECS waits longer and longer."""
_IMPAIRED = (
    "is unable to consistently start tasks successfully. For more information, see the "
    "Troubleshooting section of the Amazon ECS Developer Guide."
)


def deploy(workloads: Workloads, service: Service, definition: TaskDefinition, now: float) -> None:
    """Begin a deployment; the one before becomes one that is drained."""
    for deployment in service.deployments:
        deployment.status, deployment.desired = "ACTIVE", 0
    service.deployments.insert(0, workloads.new_deployment(definition, service.desired, now))
    wake(workloads, service, now)


def wake(workloads: Workloads, service: Service, now: float) -> None:
    """Let the scheduler look at a service that has to change."""
    if service.next_tick is None:
        service.next_tick = now
        _again(workloads, service, 0)


def _again(workloads: Workloads, service: Service, seconds: float) -> None:
    workloads.world.later(seconds, lambda: _look(workloads, service))


def _look(workloads: Workloads, service: Service) -> None:
    """Do what was due until now, at the times when it was."""
    now = workloads.world.clock.now()
    for _ in range(_LOOKS):
        due = service.next_tick
        if due is None or due > now:
            break
        service.next_tick = due + workloads.pace
        _step(workloads, service, due)
    if service.next_tick is not None:
        _again(workloads, service, max(service.next_tick - now, 0))


def _step(workloads: Workloads, service: Service, now: float) -> None:
    cluster = workloads.clusters[service.cluster]
    _end_drained(workloads, cluster, service, now)
    _pull(workloads, cluster, service, now)
    if _given_up(workloads, service, now):
        return
    primary = service.primary
    mine = [task for task in cluster.of(service) if task.deployment == primary.id]
    living = [task for task in mine if task.status != STOPPED]
    running = [task for task in living if task.status == RUNNING]
    others = [
        task
        for task in cluster.of(service)
        if task.deployment != primary.id and task.status != STOPPED
    ]
    if len(living) > primary.desired:
        _drain(workloads, service, living[primary.desired :], now)
    room = max(service.desired * service.maximum // 100, 1) - len(living) - len(others)
    missing = primary.desired - len(living)
    if missing > 0 and room > 0 and not _waits(workloads, primary, mine, now):
        _start(workloads, cluster, service, min(missing, room), now)
    spare = len(running) + len(others) - -(-service.desired * service.minimum // 100)
    if others and spare > 0:
        _drain(workloads, service, others[:spare], now)
    if len(running) == len(living) == primary.desired and not others:
        _complete(workloads, service, now)


def _start(
    workloads: Workloads, cluster: Cluster, service: Service, count: int, now: float
) -> None:
    primary = service.primary
    tasks = []
    for _ in range(count):
        task = workloads.new_task(
            cluster, primary.definition, at=now, group=f"service:{service.name}"
        )
        task.deployment = task.started_by = primary.id
        task.launch_type = service.launch_type
        tasks.append(task)
    workloads.tell(service, f"has started {count} tasks: {_named(tasks)}.", now)


def _pull(workloads: Workloads, cluster: Cluster, service: Service, now: float) -> None:
    """Tasks that were started at the last look run now, or have failed."""
    primary = service.primary
    for task in cluster.of(service):
        if task.status != "PENDING" or task.created_at >= now:
            continue
        workloads.start(task, now, primary.digests)
        if task.status == RUNNING:
            continue
        primary.failed += 1
        primary.updated_at = now
        if task.stop_code == "TaskFailedToStart":
            reason = f"was unable to place a task. Reason: {task.stopped_reason}."
            workloads.tell(service, reason, now)
        else:
            workloads.tell(service, _IMPAIRED, now)


def _waits(workloads: Workloads, primary: Deployment, mine: list[Task], now: float) -> bool:
    """Whether it is too early after a failure to try again."""
    last = max((task.stopped_at or 0.0 for task in mine), default=0.0)
    looks = 1 if primary.failed < _THRESHOLD[0] else _RETRY_LOOKS
    return primary.failed > 0 and now - last < looks * workloads.pace


def _given_up(workloads: Workloads, service: Service, now: float) -> bool:
    primary = service.primary
    low, high = _THRESHOLD
    threshold = min(max(-(-service.desired // 2), low), high)
    if not service.breaker or primary.rollout != "IN_PROGRESS" or primary.failed < threshold:
        return primary.rollout == "FAILED" and not service.rollback
    primary.rollout, primary.updated_at, primary.finished_at = "FAILED", now, now
    primary.reason = "ECS deployment circuit breaker: tasks failed to start."
    primary.desired = 0
    words = f"(deployment {primary.id}) deployment failed: tasks failed to start."
    workloads.tell(service, words, now)
    before = service.deployments[1:] + service.past
    good = next((each for each in before if each.rollout == "COMPLETED"), None)
    if not service.rollback or good is None:
        service.next_tick = None
        return True
    primary.status = "ACTIVE"
    workloads.tell(service, f"rolling back to deployment {good.id}.", now)
    if good in service.deployments:
        service.deployments.remove(good)
    else:
        service.past.remove(good)
    service.deployments.insert(0, good)
    good.status, good.desired, good.rollout = "PRIMARY", service.desired, "IN_PROGRESS"
    good.reason = f"ECS deployment circuit breaker: rolling back to deploymentId {good.id}."
    good.updated_at = now
    return False


def _drain(workloads: Workloads, service: Service, tasks: list[Task], now: float) -> None:
    ending = [task for task in tasks if task.status == RUNNING]
    for task in tasks:
        if task.status == RUNNING:
            task.status = "DEACTIVATING"
        elif task.status == "PENDING":
            task.stop(now, "ServiceSchedulerInitiated", _scaled(task))
    if ending:
        workloads.tell(service, f"has begun draining connections on {len(ending)} tasks.", now)


def _end_drained(workloads: Workloads, cluster: Cluster, service: Service, now: float) -> None:
    ended = [task for task in cluster.of(service) if task.status == "DEACTIVATING"]
    for task in ended:
        task.stop(now, "ServiceSchedulerInitiated", _scaled(task))
        for container in task.containers:
            container.exit_code = 0
    if ended:
        words = f"has stopped {len(ended)} running tasks: {_named(ended)}."
        workloads.tell(service, words, now)


def _complete(workloads: Workloads, service: Service, now: float) -> None:
    primary, *others = service.deployments
    service.past = [*others, *service.past]
    service.deployments = [primary]
    service.next_tick = None
    if primary.rollout != "COMPLETED":
        primary.rollout, primary.updated_at, primary.finished_at = "COMPLETED", now, now
        primary.reason = f"ECS deployment {primary.id} completed."
        workloads.tell(service, f"(deployment {primary.id}) deployment completed.", now)
    workloads.tell(service, "has reached a steady state.", now)


def _scaled(task: Task) -> str:
    return f"Scaling activity initiated by (deployment {task.deployment})"


def _named(tasks: list[Task]) -> str:
    return " ".join(f"(task {task.id})" for task in tasks)
