"""EKS: which clusters there are; their pods are told by Inspector alone."""

from __future__ import annotations

from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document, Service

eks = Service("eks")


@eks.operation("ListClusters")
def list_clusters(call: Call) -> Document:
    """The names of the clusters of this account and region, in pages of a hundred."""
    names = sorted({one.cluster for one in call.workloads.eks})
    found, more = page(call, "eks", names, default=100)
    return {"clusters": found} | more
