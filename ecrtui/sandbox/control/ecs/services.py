"""Services: listed, described with their deployments and events, and updated."""

from __future__ import annotations

from ecrtui.sandbox.control.ecs.base import (
    at_most,
    cluster_of,
    definition_of,
    ecs,
    missing,
    page_size,
    service_of,
    short,
)
from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.refusal import Refusal, invalid_parameter
from ecrtui.sandbox.workloads import kinds, rolling

_KNOWN = {"cluster", "service", "taskDefinition", "desiredCount", "forceNewDeployment"}
_KNOWN |= {"deploymentConfiguration"}


@ecs.operation("ListServices")
def list_services(call: Call) -> Document:
    """The ARNs of a cluster's services, in pages of ten unless more are asked for."""
    cluster = cluster_of(call)
    wanted = call.params.get("launchType")
    arns = [
        service.arn
        for service in cluster.services.values()
        if wanted in (None, service.launch_type)
        and call.params.get("schedulingStrategy", "REPLICA") == "REPLICA"
    ]
    found, more = page(call, f"services/{cluster.name}", arns, default=page_size(call, default=10))
    return {"serviceArns": found} | more


@ecs.operation("DescribeServices")
def describe_services(call: Call) -> Document:
    """Services by name or ARN, at most ten."""
    cluster, names = cluster_of(call), call.params["services"]
    at_most("Services", names, 10)
    found, failures = [], []
    for name in names:
        service = cluster.services.get(short(name))
        if service is not None:
            found.append(told(cluster, service, tags="TAGS" in call.params.get("include", ())))
        else:
            arn = call.workloads.arn(f"service/{cluster.name}/{name}")
            failures.append(missing(name if name.startswith("arn:") else arn))
    return {"services": found, "failures": failures}


@ecs.operation("UpdateService")
def update_service(call: Call) -> Document:
    """Change what a service runs or how often, and begin a deployment where that needs one."""
    strange = call.params.keys() - _KNOWN
    if strange:
        raise Refusal(
            "UnknownOperationException",
            f"The sandbox does not imitate {', '.join(sorted(strange))} of ecs:UpdateService",
        )
    cluster = cluster_of(call)
    service = service_of(call, cluster)
    definition = service.primary.definition
    if "taskDefinition" in call.params:
        definition = definition_of(call, "TaskDefinition not found.")
        if definition.status != "ACTIVE":
            raise Refusal("ClientException", "TaskDefinition is inactive")
    changed = definition is not service.primary.definition
    forced = call.params.get("forceNewDeployment", False)
    if service.controller != "ECS" and (changed or forced):
        raise invalid_parameter(
            f"Unable to update task definition on services with a {service.controller} deployment "
            "controller. Use AWS CodeDeploy to trigger a new deployment."
        )
    _configure(service, call.params.get("deploymentConfiguration", {}))
    service.desired = call.params.get("desiredCount", service.desired)
    if changed or forced:
        rolling.deploy(call.workloads, service, definition, call.now)
    elif service.primary.desired != service.desired:
        service.primary.desired = service.desired
        rolling.wake(call.workloads, service, call.now)
    return {"service": told(cluster, service, tags=True)}


def _configure(service: kinds.Service, given: Document) -> None:
    service.minimum = given.get("minimumHealthyPercent", service.minimum)
    service.maximum = given.get("maximumPercent", service.maximum)
    if breaker := given.get("deploymentCircuitBreaker"):
        service.breaker, service.rollback = breaker["enable"], breaker["rollback"]


def told(cluster: kinds.Cluster, service: kinds.Service, *, tags: bool) -> Document:
    """A service's document; its tags only where they are asked for."""
    tasks = cluster.of(service)
    answer = {
        "serviceArn": service.arn,
        "serviceName": service.name,
        "clusterArn": cluster.arn,
        "loadBalancers": [],
        "serviceRegistries": [],
        "status": "ACTIVE",
        "desiredCount": service.desired,
        "runningCount": sum(task.status == "RUNNING" for task in tasks),
        "pendingCount": sum(task.status == "PENDING" for task in tasks),
        "launchType": service.launch_type,
        "platformVersion": "LATEST",
        "taskDefinition": service.primary.definition.arn,
        "deploymentConfiguration": configuration(service),
        "deployments": [_deployment(service, each, tasks) for each in service.deployments],
        "events": list(service.events),
        "currentServiceDeployment": deployment_arn(service, service.primary),
        "currentServiceRevisions": [
            {
                "arn": revision_arn(service, one),
                "requestedTaskCount": one.desired,
                "runningTaskCount": _count(tasks, one, "RUNNING"),
                "pendingTaskCount": _count(tasks, one, "PENDING"),
            }
            for one in service.deployments
        ],
        "createdAt": service.created_at,
        "placementConstraints": [],
        "placementStrategy": [],
        "schedulingStrategy": "REPLICA",
        "deploymentController": {"type": service.controller},
        "enableECSManagedTags": False,
        "propagateTags": "NONE",
        "enableExecuteCommand": False,
    }
    return answer | ({"tags": service.tags} if tags else {})


def configuration(service: kinds.Service) -> Document:
    """How a service is deployed."""
    return {
        "deploymentCircuitBreaker": {"enable": service.breaker, "rollback": service.rollback},
        "maximumPercent": service.maximum,
        "minimumHealthyPercent": service.minimum,
        "strategy": "ROLLING",
    }


def _deployment(service: kinds.Service, one: kinds.Deployment, tasks: list[kinds.Task]) -> Document:
    return {
        "id": one.id,
        "status": one.status,
        "taskDefinition": one.definition.arn,
        "desiredCount": one.desired,
        "pendingCount": _count(tasks, one, "PENDING"),
        "runningCount": _count(tasks, one, "RUNNING"),
        "failedTasks": one.failed,
        "createdAt": one.created_at,
        "updatedAt": one.updated_at,
        "launchType": service.launch_type,
        "platformVersion": "1.4.0",
        "platformFamily": "Linux",
        "rolloutState": one.rollout,
        "rolloutStateReason": one.reason,
    }


def _count(tasks: list[kinds.Task], one: kinds.Deployment, status: str) -> int:
    return sum(task.deployment == one.id and task.status == status for task in tasks)


def deployment_arn(service: kinds.Service, one: kinds.Deployment) -> str:
    """The ARN of a deployment among ListServiceDeployments'."""
    head = service.arn.replace(":service/", ":service-deployment/")
    return f"{head}/{one.id.removeprefix('ecs-svc/')}"


def revision_arn(service: kinds.Service, one: kinds.Deployment) -> str:
    """The ARN of the revision that a deployment brings."""
    head = service.arn.replace(":service/", ":service-revision/")
    return f"{head}/{one.id.removeprefix('ecs-svc/')}"
