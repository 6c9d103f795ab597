"""What ECS has: clusters, services with their deployments, tasks, task definitions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]
STOPPED = "STOPPED"
RUNNING = "RUNNING"


@dataclass
class TaskDefinition:
    """One revision of a family. `document` is what RegisterTaskDefinition was given."""

    family: str
    revision: int
    arn: str
    document: Document
    registered_at: float
    registered_by: str
    status: str = "ACTIVE"
    deregistered_at: float | None = None
    tags: list[Document] = field(default_factory=list)

    @property
    def containers(self) -> list[Document]:
        """Its container definitions."""
        found: list[Document] = self.document["containerDefinitions"]
        return found

    @property
    def platform(self) -> tuple[str, str]:
        """OS and architecture in OCI's words, which its images must be for."""
        runtime = self.document.get("runtimePlatform", {})
        system = str(runtime.get("operatingSystemFamily", "LINUX"))
        machine = {"ARM64": "arm64"}.get(runtime.get("cpuArchitecture", ""), "amd64")
        return "windows" if system.startswith("WINDOWS") else "linux", machine


@dataclass
class Container:
    """A container of a task; `digest` is what its image's reference meant when it started."""

    id: str
    name: str
    image: str
    digest: str = ""
    chosen: str = ""
    """The platform's image of it, where `digest` is an index."""
    reason: str = ""
    exit_code: int | None = None


@dataclass
class Task:
    """A task, for an hour after its end too. `deployment` is of the service that started it."""

    id: str
    arn: str
    definition: TaskDefinition
    containers: list[Container]
    created_at: float
    group: str
    started_by: str = ""
    deployment: str = ""
    status: str = "PENDING"
    started_at: float | None = None
    stopped_at: float | None = None
    stop_code: str = ""
    stopped_reason: str = ""
    launch_type: str = "FARGATE"

    def stop(self, now: float, code: str, reason: str) -> None:
        """End it, as of now, with ECS's code and words."""
        self.status, self.stopped_at = STOPPED, now
        self.stop_code, self.stopped_reason = code, reason


@dataclass
class Deployment:
    """One of a service's deployments. `digests` are the images' by container: ECS resolves tags
    once for each deployment ("version consistency")."""

    id: str
    definition: TaskDefinition
    desired: int
    created_at: float
    updated_at: float
    status: str = "PRIMARY"
    rollout: str = "IN_PROGRESS"
    reason: str = ""
    failed: int = 0
    finished_at: float | None = None
    digests: dict[str, str] = field(default_factory=dict)


@dataclass
class Service:
    """A service that keeps so many tasks running; the newest event and deployment come first."""

    name: str
    arn: str
    cluster: str
    desired: int
    created_at: float
    deployments: list[Deployment] = field(default_factory=list)
    past: list[Deployment] = field(default_factory=list)
    """Deployments that are over, the newest first."""
    events: list[Document] = field(default_factory=list)
    breaker: bool = True
    """Whether the deployment circuit breaker is on,"""
    rollback: bool = True
    """and whether it goes back to what ran before."""
    minimum: int = 100
    maximum: int = 200
    controller: str = "ECS"
    launch_type: str = "FARGATE"
    next_tick: float | None = None
    """When the scheduler looks again; None while it has nothing to do."""
    tags: list[Document] = field(default_factory=list)

    @property
    def primary(self) -> Deployment:
        """The deployment that it is to have."""
        return self.deployments[0]


@dataclass
class Cluster:
    """A cluster: services and tasks by name and by id."""

    name: str
    arn: str
    status: str = "ACTIVE"
    services: dict[str, Service] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)

    def running(self, service: Service | None = None) -> list[Task]:
        """The tasks that run, of a service or of all."""
        return [task for task in self.of(service) if task.status == RUNNING]

    def of(self, service: Service | None) -> list[Task]:
        """The tasks of a service, or all, whatever their state."""
        wanted = None if service is None else f"service:{service.name}"
        return [task for task in self.tasks.values() if wanted in (None, task.group)]
