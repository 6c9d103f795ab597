"""Amazon Inspector: in which clusters of ECS and EKS an image runs, as it has seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from ecrtui.aws import following
from ecrtui.aws.calls import Calls

_PAGE = 100


class InCluster(NamedTuple):
    """Where an image runs in one cluster: a service or family of ECS, a workload of EKS."""

    cluster: str
    """Its ARN."""
    namespace: str
    name: str
    running: int
    last: float | None
    """When it was seen last; epoch seconds, UTC."""


def clusters_of(calls: Calls, resource: str) -> Iterator[InCluster]:
    """The clusters that use a repository's images, or one image, by its ARN and `/sha256:...`."""
    listed = following.rows(
        calls, "GetClustersForImage", "cluster", maxResults=_PAGE, filter={"resourceId": resource}
    )
    for row in listed:
        for detail in row.get("clusterDetails") or ():
            yield from _in_cluster(str(row.get("clusterArn", "")), detail)


def _in_cluster(cluster: str, detail: dict[str, Any]) -> Iterator[InCluster]:
    metadata = detail.get("clusterMetadata") or {}
    running, last = int(detail.get("runningUnitCount") or 0), _seconds(detail.get("lastInUse"))
    ecs, eks = metadata.get("awsEcsMetadataDetails"), metadata.get("awsEksMetadataDetails") or {}
    if ecs is not None:
        group = str(ecs.get("detailsGroup", "")).partition(":")[2]
        yield InCluster(cluster, "", group, running, last)
        return
    workloads = eks.get("workloadInfoList") or [{}]
    names = ", ".join(str(one.get("name", "")) for one in workloads)
    yield InCluster(cluster, str(eks.get("namespace", "")), names, running, last)


def _seconds(value: object) -> float | None:
    if isinstance(value, datetime):
        return value.timestamp()
    return float(value) if isinstance(value, int | float) else None
