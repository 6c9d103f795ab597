"""Tasks: listed by what they are of, described with the digests they run, and stopped."""

from __future__ import annotations

from ecrtui.sandbox.control.ecs.base import at_most, cluster_of, ecs, missing, page_size, short
from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document
from ecrtui.sandbox.refusal import Refusal, invalid_parameter
from ecrtui.sandbox.workloads import rolling
from ecrtui.sandbox.workloads.kinds import Cluster, Container, Task


@ecs.operation("ListTasks")
def list_tasks(call: Call) -> Document:
    """The ARNs of tasks that are to run, or of those that stopped within the last hour."""
    cluster, asked = cluster_of(call), call.params
    call.workloads.forget(call.now)
    if "serviceName" in asked and short(asked["serviceName"]) not in cluster.services:
        raise Refusal("ServiceNotFoundException", "Service not found.")
    stopped = asked.get("desiredStatus", "RUNNING") == "STOPPED"
    arns = [
        task.arn
        for task in cluster.tasks.values()
        if (_desired(task) == "STOPPED") == stopped and _matches(task, asked)
    ]
    if asked.get("desiredStatus") == "PENDING":
        arns = []  # "Although you can filter results based on PENDING, this doesn't return any"
    about = f"tasks/{cluster.name}/{sorted(asked.items() - _paging(asked))}"
    found, more = page(call, about, arns, default=page_size(call))
    return {"taskArns": found} | more


def _paging(asked: Document) -> set[tuple[str, object]]:
    return {(name, asked[name]) for name in ("nextToken", "maxResults") if name in asked}


def _matches(task: Task, asked: Document) -> bool:
    service = asked.get("serviceName")
    return (
        (service is None or task.group == f"service:{short(service)}")
        and asked.get("family") in (None, task.definition.family)
        and asked.get("startedBy") in (None, task.started_by)
        and asked.get("launchType") in (None, task.launch_type)
        and "containerInstance" not in asked
    )


@ecs.operation("DescribeTasks")
def describe_tasks(call: Call) -> Document:
    """Tasks by id or ARN, at most a hundred."""
    cluster, names = cluster_of(call), call.params["tasks"]
    at_most("Tasks", names, 100)
    call.workloads.forget(call.now)
    found, failures = [], []
    for name in names:
        task = cluster.tasks.get(short(name))
        if task is not None:
            found.append(_told(cluster, task))
        else:
            arn = call.workloads.arn(f"task/{cluster.name}/{short(name)}")
            failures.append(missing(arn))
    return {"tasks": found, "failures": failures}


@ecs.operation("StopTask")
def stop_task(call: Call) -> Document:
    """Stop a task; a service of which it was starts another."""
    cluster = cluster_of(call)
    task = cluster.tasks.get(short(call.params["task"]))
    if task is None:
        raise invalid_parameter("The referenced task was not found.")
    if task.stopped_at is None:
        task.stop(call.now, "UserInitiated", call.params.get("reason", "Task stopped by user"))
        service = cluster.services.get(task.group.removeprefix("service:"))
        if service is not None and task.deployment:
            rolling.wake(call.workloads, service, call.now)
    return {"task": _told(cluster, task)}


def _desired(task: Task) -> str:
    return "RUNNING" if task.status in ("RUNNING", "PENDING") else "STOPPED"


def _told(cluster: Cluster, task: Task) -> Document:
    document = task.definition.document
    answer = {
        "taskArn": task.arn,
        "taskDefinitionArn": task.definition.arn,
        "clusterArn": cluster.arn,
        "attachments": [],
        "attributes": [],
        "containers": [_container(task, each) for each in task.containers],
        "cpu": document.get("cpu", "256"),
        "memory": document.get("memory", "512"),
        "createdAt": task.created_at,
        "desiredStatus": _desired(task),
        "lastStatus": task.status,
        "group": task.group,
        "healthStatus": "UNKNOWN",
        "launchType": task.launch_type,
        "overrides": {"containerOverrides": []},
        "platformVersion": "1.4.0",
        "platformFamily": "Linux",
        "tags": [],
        "version": 3,
    }
    told = {
        "startedAt": task.started_at,
        "stoppedAt": task.stopped_at,
        "stoppingAt": task.stopped_at,
        "startedBy": task.started_by,
        "stopCode": task.stop_code,
        "stoppedReason": task.stopped_reason,
    }
    return answer | {name: value for name, value in told.items() if value}


def _container(task: Task, one: Container) -> Document:
    arn = task.arn.replace(":task/", ":container/") + f"/{one.id}"
    answer = {
        "containerArn": arn,
        "taskArn": task.arn,
        "name": one.name,
        "image": one.image,
        "lastStatus": "STOPPED" if task.status == "STOPPED" else task.status,
        "networkInterfaces": [],
        "healthStatus": "UNKNOWN",
        "cpu": "0",
    }
    told = {"imageDigest": one.digest, "reason": one.reason, "runtimeId": one.id[:8]}
    answer |= {name: value for name, value in told.items() if value}
    return answer | ({} if one.exit_code is None else {"exitCode": one.exit_code})
