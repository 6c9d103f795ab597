"""A service's deployments, past ones too."""

from __future__ import annotations

from ecrtui.sandbox.control.ecs.base import at_most, cluster_of, ecs, missing, page_size, service_of
from ecrtui.sandbox.control.ecs.services import configuration, deployment_arn, revision_arn
from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.workloads.kinds import Cluster, Deployment, Service

_STATUSES = ("SUCCESSFUL", "IN_PROGRESS", "ROLLBACK_SUCCESSFUL", "STOPPED")


@ecs.operation("ListServiceDeployments")
def list_service_deployments(call: Call) -> Document:
    """A service's deployments, the newest first, by status where that is asked for."""
    cluster = cluster_of(call)
    service = service_of(call, cluster)
    wanted = call.params.get("status") or _STATUSES
    rows = [
        {
            "serviceDeploymentArn": deployment_arn(service, one),
            "serviceArn": service.arn,
            "clusterArn": cluster.arn,
            "startedAt": one.created_at,
            "createdAt": one.created_at,
            "targetServiceRevisionArn": revision_arn(service, one),
            "status": _status(service, one),
            "statusReason": one.reason,
            **({"finishedAt": one.finished_at} if one.finished_at else {}),
        }
        for one in (*service.deployments, *service.past)
        if _status(service, one) in wanted
    ]
    found, more = page(
        call, f"deployments/{service.arn}", rows, default=page_size(call, default=20)
    )
    return {"serviceDeployments": found} | more


@ecs.operation("DescribeServiceRevisions")
def describe_service_revisions(call: Call) -> Document:
    """What a deployment keeps to, with the digests its tags were resolved to; at most twenty."""
    arns = call.params["serviceRevisionArns"]
    at_most("Service revision ARNs", arns, 20)
    known = {
        revision_arn(service, one): each for each in _every(call) for _, service, one in [each]
    }
    return {
        "serviceRevisions": [_revision(*known[arn]) for arn in arns if arn in known],
        "failures": [missing(arn) for arn in arns if arn not in known],
    }


@ecs.operation("DescribeServiceDeployments")
def describe_service_deployments(call: Call) -> Document:
    """Deployments by ARN, at most twenty."""
    arns = call.params["serviceDeploymentArns"]
    at_most("Service deployment ARNs", arns, 20)
    known = {
        deployment_arn(service, one): each for each in _every(call) for _, service, one in [each]
    }
    return {
        "serviceDeployments": [_told(*known[arn]) for arn in arns if arn in known],
        "failures": [missing(arn) for arn in arns if arn not in known],
    }


def _status(service: Service, one: Deployment) -> str:
    """Its state in the words of these operations."""
    known = {"COMPLETED": "SUCCESSFUL", "IN_PROGRESS": "IN_PROGRESS"}
    return known.get(one.rollout, "ROLLBACK_SUCCESSFUL" if service.rollback else "STOPPED")


def _every(call: Call) -> list[tuple[Cluster, Service, Deployment]]:
    return [
        (cluster, service, one)
        for cluster in call.workloads.clusters.values()
        for service in cluster.services.values()
        for one in (*service.deployments, *service.past)
    ]


def _revision(cluster: Cluster, service: Service, one: Deployment) -> Document:
    images = []
    for container in one.definition.containers:
        told = {"containerName": container["name"], "image": container["image"]}
        digest = one.digests.get(container["name"])
        images.append(told | ({"imageDigest": digest} if digest else {}))
    return {
        "serviceRevisionArn": revision_arn(service, one),
        "serviceArn": service.arn,
        "clusterArn": cluster.arn,
        "taskDefinition": one.definition.arn,
        "launchType": service.launch_type,
        "platformVersion": "1.4.0",
        "platformFamily": "Linux",
        "loadBalancers": [],
        "serviceRegistries": [],
        "containerImages": images,
        "guardDutyEnabled": False,
        "createdAt": one.created_at,
    }


def _told(cluster: Cluster, service: Service, one: Deployment) -> Document:
    mine = [task for task in cluster.of(service) if task.deployment == one.id]
    answer = {
        "serviceDeploymentArn": deployment_arn(service, one),
        "serviceArn": service.arn,
        "clusterArn": cluster.arn,
        "createdAt": one.created_at,
        "startedAt": one.created_at,
        "updatedAt": one.updated_at,
        "sourceServiceRevisions": [],
        "targetServiceRevision": {
            "arn": revision_arn(service, one),
            "requestedTaskCount": one.desired,
            "runningTaskCount": sum(task.status == "RUNNING" for task in mine),
            "pendingTaskCount": sum(task.status == "PENDING" for task in mine),
        },
        "status": _status(service, one),
        "statusReason": one.reason,
        "deploymentConfiguration": configuration(service),
        "deploymentCircuitBreaker": {
            "status": "MONITORING" if service.breaker else "DISABLED",
            "failureCount": one.failed,
            "threshold": 3,
        },
    }
    return answer | ({"finishedAt": one.finished_at} if one.finished_at else {})
