"""Amazon ECS: clusters, services, tasks and task definitions; a service rolled to another one.

Sizes of batches and pages are the service model's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from ecrtui.aws import following
from ecrtui.aws.calls import Calls, required, values
from ecrtui.aws.definitions import Registrable, registrable
from ecrtui.aws.sessions import Sessions
from ecrtui.errors import NotFound, RemoteError
from ecrtui.model.workloads import Container, Service, ServiceRevision, Task, TaskDefinition

T = TypeVar("T")
_PAGE = 100
_TASKS = 100
_SERVICES = 10
_REVISIONS = 20
_GONE = "MISSING"
"""The reason of a failure: it was listed, and ended or was deleted since."""
_USED = "ecrtui usage REPO lists the services that use a repository's images, with their clusters."


class Ecs:
    """ECS of one account and region."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    @staticmethod
    def of(sessions: Sessions, profile: str, region: str) -> Ecs:
        """By the sessions' credentials."""
        return Ecs(sessions.calls("ecs", profile, region))

    def clusters(self) -> Iterator[str]:
        """The ARNs of all clusters."""
        return self._listed("ListClusters", "clusterArns")

    def tasks(self, cluster: str) -> Iterator[Task]:
        """All tasks of a cluster that are to run; one that ended meanwhile is left out."""
        arns = self._listed("ListTasks", "taskArns", cluster=cluster)
        for batch in _batches(arns, _TASKS):
            answer = self._calls.call("DescribeTasks", cluster=cluster, tasks=batch)
            yield from _described(answer, "tasks", Task)

    def stopped(self, cluster: str) -> Iterator[Task]:
        """The tasks of a cluster that stopped of late: ECS tells of them for about an hour."""
        arns = self._listed("ListTasks", "taskArns", cluster=cluster, desiredStatus="STOPPED")
        for batch in _batches(arns, _TASKS):
            answer = self._calls.call("DescribeTasks", cluster=cluster, tasks=batch)
            yield from values(answer.get("tasks", []), Task)

    def definition(self, arn: str) -> TaskDefinition:
        """One task definition."""
        answer = self._calls.call("DescribeTaskDefinition", taskDefinition=arn)
        return values([required(answer, "taskDefinition")], TaskDefinition)[0]

    def services(self, cluster: str) -> Iterator[Service]:
        """All services of a cluster."""
        arns = self._listed("ListServices", "serviceArns", cluster=cluster)
        for batch in _batches(arns, _SERVICES):
            answer = self._calls.call("DescribeServices", cluster=cluster, services=batch)
            yield from _described(answer, "services", Service)

    def service(self, cluster: str, name: str) -> Service:
        """One service; raises NotFound, also for one that was deleted of late."""
        try:
            answer = self._calls.call("DescribeServices", cluster=cluster, services=[name])
        except NotFound:  # ECS says no more than that a cluster was not found
            raise NotFound(
                f"{cluster} of {cluster}/{name}", title="No such cluster", hint=_USED
            ) from None
        for service in values(answer.get("services", []), Service):
            if service.status != "INACTIVE":
                return service
        raise NotFound(
            f"{cluster}/{name}",
            title="No such service",
            hint=_USED,
        )

    def revisions(self, arns: Sequence[str]) -> Iterator[ServiceRevision]:
        """Services' revisions, with the digests that their images resolved to."""
        for batch in _batches(arns, _REVISIONS):
            answer = self._calls.call("DescribeServiceRevisions", serviceRevisionArns=batch)
            yield from _described(answer, "serviceRevisions", ServiceRevision)

    def families(self) -> Iterator[str]:
        """All families that have an active task definition."""
        return self._listed("ListTaskDefinitionFamilies", "families", status="ACTIVE")

    def definitions(self) -> Iterator[str]:
        """The ARNs of all active task definitions, each family's newest first."""
        return self._listed(
            "ListTaskDefinitions", "taskDefinitionArns", status="ACTIVE", sort="DESC"
        )

    def containers(self, definition: str) -> tuple[Container, ...]:
        """The containers of a task definition, by its ARN or its family's newest."""
        answer = self._calls.call("DescribeTaskDefinition", taskDefinition=definition)
        return values(required(answer, "taskDefinition", "containerDefinitions"), Container)

    def registrable(self, definition: str) -> Registrable:
        """A task definition with its tags, so that it can be registered anew."""
        answer = self._calls.call(
            "DescribeTaskDefinition", taskDefinition=definition, include=["TAGS"]
        )
        found: dict[str, Any] = required(answer, "taskDefinition")
        return registrable(self._calls, found, answer.get("tags") or [])

    def register(self, parameters: dict[str, Any]) -> str:
        """Register a revision; its ARN."""
        answer = self._calls.call("RegisterTaskDefinition", **parameters)
        return str(required(answer, "taskDefinition", "taskDefinitionArn"))

    def update(self, cluster: str, service: str, definition: str) -> Service:
        """Have a service run another task definition."""
        answer = self._calls.call(
            "UpdateService", cluster=cluster, service=service, taskDefinition=definition
        )
        return values([required(answer, "service")], Service)[0]

    def _listed(self, operation: str, key: str, **parameters: Any) -> Iterator[str]:
        found = following.rows(self._calls, operation, key, maxResults=_PAGE, **parameters)
        return (str(arn) for arn in found)


def _described(answer: dict[str, Any], key: str, row: type[T]) -> tuple[T, ...]:
    """What was asked for, but for what is gone by now; raises RemoteError where ECS tells less
    for another reason (API reference, Failure), for who looks for uses must not miss one."""
    for failure in answer.get("failures") or ():
        if failure.get("reason") != _GONE:
            told = " ".join(str(failure.get(name, "")) for name in ("arn", "reason", "detail"))
            raise RemoteError(f"ECS does not tell of {told.strip()}")
    return values(answer.get(key, []), row)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
