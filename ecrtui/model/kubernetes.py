"""What Kubernetes says of what it runs: the members that ecrtui reads of `kubectl get -o json`.

Keys are the API's own. All texts are foreign.
"""

from __future__ import annotations

from datetime import datetime

import msgspec


class Running(msgspec.Struct, frozen=True, rename="camel"):
    """A container that runs (ContainerStateRunning)."""

    started_at: datetime | None = None


class State(msgspec.Struct, frozen=True, rename="camel"):
    """How a container is (ContainerState)."""

    running: Running | None = None


class ContainerStatus(msgspec.Struct, frozen=True, rename="camel"):
    """What became of a container (ContainerStatus)."""

    name: str = ""
    image: str = ""
    """By any of the names that the node has for it, not always the one that was written."""
    image_id: str = msgspec.field(default="", name="imageID")
    """`repository@sha256:...` as it was pulled; with a word before it from Docker; of an image
    that no registry gave, the digest of its config alone."""
    state: State = State()


class Container(msgspec.Struct, frozen=True, rename="camel"):
    """A container as it is asked for."""

    name: str = ""
    image: str = ""


class PodSpec(msgspec.Struct, frozen=True, rename="camel"):
    """What a pod is to be."""

    containers: tuple[Container, ...] = ()
    init_containers: tuple[Container, ...] = ()
    ephemeral_containers: tuple[Container, ...] = ()

    @property
    def all(self) -> tuple[Container, ...]:
        """Every container of it."""
        return (*self.containers, *self.init_containers, *self.ephemeral_containers)


class PodStatus(msgspec.Struct, frozen=True, rename="camel"):
    """How a pod is."""

    phase: str = ""
    container_statuses: tuple[ContainerStatus, ...] = ()
    init_container_statuses: tuple[ContainerStatus, ...] = ()
    ephemeral_container_statuses: tuple[ContainerStatus, ...] = ()

    @property
    def all(self) -> tuple[ContainerStatus, ...]:
        """Of every container."""
        return (
            *self.container_statuses,
            *self.init_container_statuses,
            *self.ephemeral_container_statuses,
        )


class Template(msgspec.Struct, frozen=True, rename="camel"):
    """What pods are made of."""

    spec: PodSpec = PodSpec()


class JobSpec(msgspec.Struct, frozen=True, rename="camel"):
    """What a job does."""

    template: Template | None = None


class JobTemplate(msgspec.Struct, frozen=True, rename="camel"):
    """What jobs are made of."""

    spec: JobSpec = JobSpec()


class Spec(PodSpec, frozen=True, rename="camel"):
    """Of a pod, of what makes pods, or of what makes jobs."""

    template: Template | None = None
    job_template: JobTemplate | None = None

    @property
    def made(self) -> PodSpec | None:
        """The pods it makes; None for a pod itself."""
        template = self.template
        if self.job_template is not None:
            template = self.job_template.spec.template
        return template.spec if template is not None else None


class Owner(msgspec.Struct, frozen=True, rename="camel"):
    """What made it."""

    kind: str = ""
    name: str = ""


class Metadata(msgspec.Struct, frozen=True, rename="camel"):
    """What every object says of itself."""

    name: str = ""
    namespace: str = ""
    labels: dict[str, str] = {}
    owner_references: tuple[Owner, ...] = ()


class Object(msgspec.Struct, frozen=True, rename="camel"):
    """A pod, or what makes pods."""

    kind: str = ""
    metadata: Metadata = Metadata()
    spec: Spec = Spec()
    status: PodStatus = PodStatus()


class Listed(msgspec.Struct, frozen=True, rename="camel"):
    """What `kubectl get -o json` prints."""

    kind: str = ""
    items: tuple[Object, ...] | None = None
