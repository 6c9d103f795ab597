"""What runs images in AWS, as its services describe it: the members that ecrtui reads.

Keys are the APIs' own; times are epoch seconds, UTC. All texts are foreign.
"""

from __future__ import annotations

import msgspec


class Container(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """A container of a task (ECS, Container), or of its definition, which has no digest."""

    name: str = ""
    image: str = ""
    image_digest: str = ""
    last_status: str = ""
    reason: str = ""
    """Why it was not started, where that is so."""


class Task(msgspec.Struct, frozen=True, rename="camel"):
    """A task that is wanted (ECS, Task)."""

    task_arn: str
    cluster_arn: str = ""
    group: str = ""
    """`service:NAME` for one of a service, `family:NAME` by default for others."""
    last_status: str = ""
    task_definition_arn: str = ""
    started_at: float | None = None
    stopped_at: float | None = None
    stopped_reason: str = ""
    containers: tuple[Container, ...] = ()


class RuntimePlatform(msgspec.Struct, frozen=True, rename="camel"):
    """What a task definition's tasks run on (ECS, RuntimePlatform)."""

    cpu_architecture: str = ""
    """X86_64, which '' means too, or ARM64."""
    operating_system_family: str = ""
    """LINUX, which '' means too, or WINDOWS_SERVER_2022_CORE ..."""

    @property
    def platform(self) -> str:
        """As OCI writes it."""
        system = "windows" if self.operating_system_family.startswith("WINDOWS") else "linux"
        return f"{system}/{'arm64' if self.cpu_architecture == 'ARM64' else 'amd64'}"


class TaskDefinition(msgspec.Struct, frozen=True, rename="camel"):
    """A task definition: who pulls for it, and for what platform."""

    task_definition_arn: str = ""
    execution_role_arn: str = ""
    runtime_platform: RuntimePlatform | None = None
    """None where it says nothing: on EC2 it is the instance's then, on Fargate linux/amd64."""
    requires_compatibilities: tuple[str, ...] = ()
    container_definitions: tuple[Container, ...] = ()


class Deployment(msgspec.Struct, frozen=True, rename="camel"):
    """A service's deployment (ECS, Deployment), or a task set, which has the same of it."""

    id: str = ""
    status: str = ""
    """PRIMARY, ACTIVE, INACTIVE."""
    task_definition: str = ""
    desired_count: int = 0
    pending_count: int = 0
    running_count: int = 0
    failed_tasks: int = 0
    rollout_state: str = ""
    """COMPLETED, FAILED, IN_PROGRESS; '' with another deployment controller."""
    rollout_state_reason: str = ""


class RevisionSummary(msgspec.Struct, frozen=True, rename="camel"):
    """A revision that a service runs at present (ECS, ServiceCurrentRevisionSummary)."""

    arn: str = ""


class ServiceEvent(msgspec.Struct, frozen=True, rename="camel"):
    """What ECS says of a service."""

    id: str = ""
    created_at: float | None = None
    message: str = ""


class DeploymentController(msgspec.Struct, frozen=True, rename="camel"):
    """Who carries out a service's deployments."""

    type: str = "ECS"
    """ECS, CODE_DEPLOY, EXTERNAL."""


class CircuitBreaker(msgspec.Struct, frozen=True, rename="camel"):
    """Whether ECS gives a deployment up whose tasks fail."""

    enable: bool = False
    rollback: bool = False


class DeploymentConfiguration(msgspec.Struct, frozen=True, rename="camel"):
    """How a service is deployed."""

    minimum_healthy_percent: int = 100
    maximum_percent: int = 200
    deployment_circuit_breaker: CircuitBreaker = CircuitBreaker()


class Service(msgspec.Struct, frozen=True, rename="camel"):
    """A service (ECS, Service)."""

    service_arn: str
    service_name: str = ""
    cluster_arn: str = ""
    status: str = ""
    """ACTIVE, DRAINING, INACTIVE."""
    desired_count: int = 0
    running_count: int = 0
    pending_count: int = 0
    task_definition: str = ""
    deployments: tuple[Deployment, ...] = ()
    task_sets: tuple[Deployment, ...] = ()
    events: tuple[ServiceEvent, ...] = ()
    """The newest first."""
    current_service_revisions: tuple[RevisionSummary, ...] = ()
    deployment_controller: DeploymentController = DeploymentController()
    deployment_configuration: DeploymentConfiguration = DeploymentConfiguration()


class ContainerImage(msgspec.Struct, frozen=True, rename="camel"):
    """What a container's reference resolved to in a service's revision (ECS, ContainerImage)."""

    container_name: str = ""
    image: str = ""
    image_digest: str = ""


class ServiceRevision(msgspec.Struct, frozen=True, rename="camel"):
    """A revision of a service: the images that each task of it is started by, whatever their tags
    name by then (ECS developer guide, container image resolution)."""

    service_revision_arn: str
    service_arn: str = ""
    cluster_arn: str = ""
    task_definition: str = ""
    container_images: tuple[ContainerImage, ...] = ()


class Function(msgspec.Struct, frozen=True, rename="pascal"):
    """A version of a function (Lambda, FunctionConfiguration)."""

    function_name: str
    function_arn: str = ""
    package_type: str = ""
    version: str = ""
    code_sha256: str = ""
    state: str = ""
    last_update_status: str = ""
    last_update_status_reason: str = ""


class FunctionCode(msgspec.Struct, frozen=True, rename="pascal"):
    """Where a function's code is (Lambda, FunctionCodeLocation)."""

    image_uri: str = ""
    resolved_image_uri: str = ""
