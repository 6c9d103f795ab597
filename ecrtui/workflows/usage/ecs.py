"""Uses in Amazon ECS: tasks that run, by digest, and what services' deployments keep to.

A service starts each of its tasks by the digests that its images resolved to when it was deployed,
whatever their tags name by then (ECS developer guide, container image resolution): its revision
tells them, also while nothing runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ecrtui.errors import EcrtuiError
from ecrtui.model.usage import Use, UseKind
from ecrtui.model.workloads import Container, Service, ServiceRevision, Task
from ecrtui.workflows.services import Services
from ecrtui.workflows.usage.definitions import Definitions
from ecrtui.workflows.usage.links import page, part
from ecrtui.workflows.usage.spots import Seen, Spot, unknown

if TYPE_CHECKING:
    from ecrtui.aws.ecs import Ecs

_SERVICE = "service:"
_FAMILY = "family:"


def look(services: Services, spot: Spot) -> Iterator[Seen]:
    """All uses in one account and region. Raises where its clusters cannot be listed."""
    from ecrtui.aws.ecs import Ecs

    ecs = Ecs.of(services.sessions, spot.profile, spot.region)
    definitions = Definitions(services, ecs, spot)
    for cluster in ecs.clusters():
        yield from _of_cluster(ecs, spot, cluster, definitions)
    definitions.keep()


def name_of(arn: str) -> str:
    """The last part of an ARN: a cluster's name, a task's id."""
    return arn.rpartition("/")[2]


def _of_cluster(ecs: Ecs, spot: Spot, cluster: str, definitions: Definitions) -> Iterator[Seen]:
    """What may not be read of one spoils no other."""
    name = name_of(cluster)
    try:
        tasks = list(ecs.tasks(cluster))
        yield from _of_tasks(spot, name, tasks)
    except EcrtuiError as problem:
        yield unknown(f"ECS tasks of {name}", spot, problem)
        tasks = []
    try:
        listed = list(ecs.services(cluster))
    except EcrtuiError as problem:
        yield unknown(f"ECS services of {name}", spot, problem)
        return
    runs = {_run(task, one) for task in tasks for one in task.containers}
    yield from _of_services(ecs, spot, listed, runs, definitions)


_Run = tuple[str, str, str]
"""Of what group it is, the reference, the digest."""


def _run(task: Task, container: Container) -> _Run:
    return task.group, container.image, container.image_digest


def _of_tasks(spot: Spot, cluster: str, tasks: Iterable[Task]) -> Iterator[Use]:
    """One use for each group, reference and digest."""
    together: dict[_Run, list[tuple[Task, Container]]] = defaultdict(list)
    for task in tasks:
        for container in task.containers:
            together[_run(task, container)].append((task, container))
    for (group, image, digest), found in together.items():
        running = [one for one in found if one[1].last_status == "RUNNING"]
        started = [task.started_at for task, _ in found if task.started_at is not None]
        of_service = group.startswith(_SERVICE)
        name = group.removeprefix(_SERVICE).removeprefix(_FAMILY)
        arn = found[0][0].task_arn
        yield Use(
            kind=UseKind.ECS_SERVICE if of_service else UseKind.ECS_TASK,
            name=name or name_of(arn),
            where=cluster,
            account=spot.account,
            region=spot.region,
            image=image,
            digest=digest,
            running=len(running),
            since=min(started) if started else None,
            arn=_service_arn(arn, cluster, name) if of_service else arn,
            link=_service_link(arn, spot.region, cluster, name)
            if of_service
            else _task_link(arn, spot.region, cluster),
        )


def _service_arn(task: str, cluster: str, service: str) -> str:
    """Tasks name their service's group alone; the ARN has the same account and region."""
    head = task.split(":task/")[0]
    return f"{head}:service/{cluster}/{service}" if head != task else ""


def _of_services(
    ecs: Ecs,
    spot: Spot,
    listed: list[Service],
    runs: set[_Run],
    definitions: Definitions,
) -> Iterator[Seen]:
    """What services' deployments name and no task of theirs runs, by digest where ECS has it."""
    wanted = [row.arn for one in listed for row in one.current_service_revisions if row.arn]
    revisions: dict[tuple[str, str], ServiceRevision] = {}
    try:
        for revision in ecs.revisions(wanted):
            revisions[revision.service_arn, revision.task_definition] = revision
    except EcrtuiError as problem:
        yield unknown("digests that ECS services keep to", spot, problem)
    for service in listed:
        for definition in _definitions_of(service):
            try:
                containers = definitions.containers(definition)
            except EcrtuiError as problem:
                yield unknown(f"ECS service {service.service_name}", spot, problem)
                continue
            kept = revisions.get((service.service_arn, definition))
            for container in containers:
                digest = _kept_to(kept, container)
                if _is_told(runs, f"{_SERVICE}{service.service_name}", container.image, digest):
                    continue
                yield _of_service(spot, service, container.image, digest)


def _is_told(runs: set[_Run], group: str, image: str, digest: str) -> bool:
    """Whether a running task says the same: a row for it is there already."""
    if digest:
        return (group, image, digest) in runs
    return any(run[:2] == (group, image) for run in runs)


def _kept_to(revision: ServiceRevision | None, container: Container) -> str:
    for one in revision.container_images if revision else ():
        if one.container_name == container.name:
            return one.image_digest
    return ""


def _definitions_of(service: Service) -> list[str]:
    rows = [service.task_definition]
    rows += [one.task_definition for one in (*service.deployments, *service.task_sets)]
    return list(dict.fromkeys(filter(None, rows)))


def _of_service(spot: Spot, service: Service, image: str, digest: str) -> Use:
    cluster = name_of(service.cluster_arn)
    return Use(
        kind=UseKind.ECS_SERVICE,
        name=service.service_name,
        where=cluster,
        account=spot.account,
        region=spot.region,
        image=image,
        digest=digest,
        arn=service.service_arn,
        link=_service_link(service.service_arn, spot.region, cluster, service.service_name),
    )


def _service_link(arn: str, region: str, cluster: str, name: str) -> str:
    path = f"ecs/v2/clusters/{part(cluster)}/services/{part(name)}/health?region={{}}"
    return page(arn, region, path)


def _task_link(arn: str, region: str, cluster: str) -> str:
    path = f"ecs/v2/clusters/{part(cluster)}/tasks/{part(name_of(arn))}?region={{}}"
    return page(arn, region, path)
