"""Which clusters run an image."""

from __future__ import annotations

from ecrtui.sandbox.control.inspector.base import enabled, inspector
from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.workloads.in_use import Units, units


@inspector.operation("GetClustersForImage")
def get_clusters_for_image(call: Call) -> Document:
    """The clusters of ECS and EKS that run an image, or any of a repository, in pages."""
    arn = call.params["filter"]["resourceId"]
    head, _, rest = arn.partition(":repository/")
    _, _, _, region, account = head.split(":")
    repository, _, hexes = rest.partition("/sha256:")
    found: dict[str, list[Units]] = {}
    digest = f"sha256:{hexes}" if hexes else ""
    if account in call.world.accounts:
        registry = call.world.registry(account, region)
        every = units(call.world, registry, repository, digest) if enabled(registry) else []
        for one in every:
            found.setdefault(one.cluster, []).append(one)
    rows = [
        {"clusterArn": cluster, "clusterDetails": [_details(one) for one in each]}
        for cluster, each in sorted(found.items())
    ]
    told, more = page(call, f"clusters/{arn}", rows, default=100)
    return {"cluster": told} | more


def _details(one: Units) -> Document:
    return {
        "lastInUse": one.last,
        "runningUnitCount": one.running,
        "stoppedUnitCount": one.stopped,
        "clusterMetadata": one.metadata,
    }
