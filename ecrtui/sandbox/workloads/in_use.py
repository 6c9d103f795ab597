"""Which clusters run an image, as Inspector tells it: by the tasks of ECS, and by what EKS has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecrtui.sandbox.registry import Registry, Repository
from ecrtui.sandbox.workloads.kinds import Cluster, Task
from ecrtui.sandbox.workloads.pulling import repository_of, split

if TYPE_CHECKING:
    from ecrtui.sandbox.world import World


@dataclass
class Units:
    """Tasks of one group and definition, or pods of one workload, in one cluster."""

    cluster: str
    metadata: dict[str, Any]
    running: int
    stopped: int
    last: float


def units(world: World, registry: Registry, repository: str, digest: str = "") -> list[Units]:
    """What runs, or ran within the last hour, an image of a repository (any, without a digest)."""
    found: dict[tuple[str, str], Units] = {}
    now = world.clock.now()
    for cluster, task in _tasks(world):
        if not _runs(world, task, registry, repository, digest):
            continue
        key = (cluster.arn, task.group + task.definition.arn)
        ecs = {"detailsGroup": task.group, "taskDefinitionArn": task.definition.arn}
        unit = found.setdefault(
            key, Units(cluster.arn, {"awsEcsMetadataDetails": ecs}, 0, 0, task.created_at)
        )
        ended = task.stopped_at is not None
        unit.running, unit.stopped = unit.running + (not ended), unit.stopped + ended
        unit.last = max(unit.last, task.stopped_at or now)
    return [*found.values(), *_pods(world, registry, repository, digest)]


def running(world: World, registry: Registry, repository: Repository, digest: str) -> Units | None:
    """The sum of them for one image, with '' as its cluster; None where nothing ever ran it."""
    every = units(world, registry, repository.name, digest)
    if not every:
        return None
    total = sum(one.running for one in every)
    return Units("", {}, total, 0, max(one.last for one in every))


def _tasks(world: World) -> Iterator[tuple[Cluster, Task]]:
    for workloads in world.all_workloads():
        for cluster in workloads.clusters.values():
            for task in cluster.tasks.values():
                yield cluster, task


def _runs(world: World, task: Task, registry: Registry, repository: str, digest: str) -> bool:
    for container in task.containers:
        if not container.digest or (digest and digest not in (container.digest, container.chosen)):
            continue
        place, its = repository_of(world, split(container.image))
        if place is registry and its is not None and its.name == repository:
            return True
    return False


def _pods(world: World, registry: Registry, repository: str, digest: str) -> Iterator[Units]:
    arn = f"arn:aws:ecr:{registry.region}:{registry.account}:repository/{repository}"
    for workloads in world.all_workloads():
        for one in workloads.eks:
            if one.repository == arn and digest in ("", one.digest):
                kind, name = one.workload
                eks = {
                    "namespace": one.namespace,
                    "workloadInfoList": [{"name": name, "type": kind}],
                }
                cluster = workloads.arn(f"cluster/{one.cluster}", "eks")
                metadata = {"awsEksMetadataDetails": eks}
                yield Units(cluster, metadata, one.running, one.stopped, one.last_in_use)
