"""Clusters."""

from __future__ import annotations

from ecrtui.sandbox.control.ecs.base import at_most, ecs, missing, page_size, short
from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.workloads.kinds import Cluster


@ecs.operation("ListClusters")
def list_clusters(call: Call) -> Document:
    """The ARNs of all clusters, in pages of at most a hundred."""
    arns = [cluster.arn for cluster in call.workloads.clusters.values()]
    found, more = page(call, "clusters", arns, default=page_size(call))
    return {"clusterArns": found} | more


@ecs.operation("DescribeClusters")
def describe_clusters(call: Call) -> Document:
    """Clusters by name or ARN, `default` without any, at most a hundred."""
    names = call.params.get("clusters", ["default"])
    at_most("Clusters", names, 100)
    found, failures = [], []
    for name in names:
        cluster = call.workloads.clusters.get(short(name))
        if cluster is not None:
            found.append(_told(cluster))
        else:
            arn = name if name.startswith("arn:") else call.workloads.arn(f"cluster/{name}")
            failures.append(missing(arn))
    return {"clusters": found, "failures": failures}


def _told(cluster: Cluster) -> Document:
    tasks = list(cluster.tasks.values())
    return {
        "clusterArn": cluster.arn,
        "clusterName": cluster.name,
        "status": cluster.status,
        "registeredContainerInstancesCount": 0,
        "runningTasksCount": sum(task.status == "RUNNING" for task in tasks),
        "pendingTasksCount": sum(task.status == "PENDING" for task in tasks),
        "activeServicesCount": len(cluster.services),
        "statistics": [],
        "tags": [],
        "settings": [],
        "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
        "defaultCapacityProviderStrategy": [],
    }
