"""The service the operations of this package register with, and how they find a cluster."""

from __future__ import annotations

from ecrtui.sandbox.control.service import Call, Document, Service
from ecrtui.sandbox.refusal import Refusal, invalid_parameter
from ecrtui.sandbox.workloads import kinds

ecs = Service("ecs")


def short(name: str) -> str:
    """The last part of an ARN, or the name as it is."""
    return name.rpartition("/")[2]


def cluster_of(call: Call) -> kinds.Cluster:
    """The cluster that is meant, `default` without a name; refuses one that is not there."""
    wanted = call.params.get("cluster", "default")
    found = call.workloads.clusters.get(short(wanted))
    if found is None or (wanted.startswith("arn:") and wanted != found.arn):
        raise Refusal("ClusterNotFoundException", "Cluster not found.")
    return found


def service_of(call: Call, cluster: kinds.Cluster, member: str = "service") -> kinds.Service:
    """The service that is meant; refuses one that is not there."""
    found = cluster.services.get(short(call.params[member]))
    if found is None:
        raise Refusal("ServiceNotFoundException", "Service not found.")
    return found


def definition_of(call: Call, message: str) -> kinds.TaskDefinition:
    """The task definition that is meant; refuses one that is not there."""
    found = call.workloads.definition(call.params["taskDefinition"])
    if found is None:
        raise Refusal("ClientException", message)
    return found


def at_most(what: str, given: list[str], limit: int) -> None:
    """Refuse a list that names too many, or nothing."""
    if not given:
        raise invalid_parameter(f"{what} cannot be empty.")
    if len(given) > limit:
        raise invalid_parameter(f"{what} cannot have more than {limit} elements.")


def missing(arn: str) -> Document:
    """How ECS says of one in a list that it is not there."""
    return {"arn": arn, "reason": "MISSING"}


def page_size(call: Call, *, default: int = 100, most: int = 100) -> int:
    """maxResults, within what the operation allows; the model does not say it."""
    size = int(call.params.get("maxResults", default))
    if not 1 <= size <= most:
        raise invalid_parameter(f"maxResults must be between 1 and {most}.")
    return size
