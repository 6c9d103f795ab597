"""All that runs images, or may start them, in one account and region."""

from __future__ import annotations

import hashlib
import itertools
from typing import TYPE_CHECKING, Any

from ecrtui.sandbox.workloads.functions import Code, Function
from ecrtui.sandbox.workloads.kinds import (
    Cluster,
    Container,
    Deployment,
    Service,
    Task,
    TaskDefinition,
)
from ecrtui.sandbox.workloads.others import Application, OutsideUse, Project, WebService
from ecrtui.sandbox.workloads.pulling import (
    CannotPull,
    Pulled,
    platform_image,
    pull,
    repository_of,
    split,
)

if TYPE_CHECKING:
    from ecrtui.sandbox.world import World

EXECUTION_ROLE = "ecsTaskExecutionRole"
STOPPED_SECONDS = 3_600
"""How long a task that stopped is still told of (ECS developer guide, stopped tasks)."""
_EVENTS = 100
"""How many events a service keeps (API reference, Service)."""


class Workloads:
    """Clusters, task definitions, functions ... of one account in one region.

    `pace` is the seconds between two looks of the scheduler, and so of each step of a deployment.
    `troubles` are patterns of image references with what pulling comes to: `denied`, `timeout`.
    """

    def __init__(self, world: World, account: str, region: str) -> None:
        self.world = world
        self.account = account
        self.region = region
        self.pace = 1.0
        self.troubles: dict[str, str] = {}
        self.clusters: dict[str, Cluster] = {}
        self.families: dict[str, list[TaskDefinition]] = {}
        self.functions: dict[str, Function] = {}
        self.eks: list[OutsideUse] = []
        self.web_services: dict[str, WebService] = {}
        self.projects: dict[str, Project] = {}
        self.applications: dict[str, Application] = {}
        self._numbers = itertools.count(1)

    def arn(self, what: str, service: str = "ecs") -> str:
        """The ARN of something here: `cluster/NAME` ..."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{what}"

    def new_id(self, length: int = 32) -> str:
        """So many hex digits that are new here, and the same when a seed runs again."""
        text = f"{self.account}/{self.region}/{next(self._numbers)}"
        return hashlib.sha256(text.encode()).hexdigest()[:length]

    def new_uuid(self) -> str:
        """The same in the form of a UUID."""
        digits = self.new_id()
        digits = f"{digits[:12]}4{digits[13:16]}a{digits[17:]}"
        cuts = (0, 8, 12, 16, 20, 32)
        return "-".join(digits[a:b] for a, b in itertools.pairwise(cuts))

    def add_cluster(self, name: str) -> Cluster:
        """The cluster of this name, made if there is none."""
        arn = self.arn(f"cluster/{name}")
        return self.clusters.setdefault(name, Cluster(name, arn))

    def register(
        self, document: dict[str, Any], *, at: float, by: str, tags: Any = (), revision: int = 0
    ) -> TaskDefinition:
        """The next revision of a family, or one of a later number: those between are deleted."""
        family = document["family"]
        revisions = self.families.setdefault(family, [])
        number = revision or max((one.revision for one in revisions), default=0) + 1
        arn = self.arn(f"task-definition/{family}:{number}")
        made = TaskDefinition(family, number, arn, document, at, by, tags=list(tags))
        revisions.append(made)
        return made

    def definition(self, name: str) -> TaskDefinition | None:
        """A definition by ARN, by `FAMILY:REVISION`, or the newest active of a family."""
        short = name.rpartition("task-definition/")[2]
        family, colon, number = short.partition(":")
        for one in reversed(self.families.get(family, [])):
            if str(one.revision) == number or (not colon and one.status == "ACTIVE"):
                return one
        return None

    def add_service(
        self, cluster: Cluster, name: str, definition: TaskDefinition, *, desired: int, at: float
    ) -> Service:
        """A service that has not begun: give it to the scheduler, or tasks by `run`."""
        arn = self.arn(f"service/{cluster.name}/{name}")
        service = Service(name, arn, cluster.name, desired, at)
        service.deployments = [self.new_deployment(definition, desired, at)]
        cluster.services[name] = service
        return service

    def new_deployment(self, definition: TaskDefinition, desired: int, at: float) -> Deployment:
        """A deployment in progress."""
        number = str(int(self.new_id(16), 16) % 10**19).zfill(19)
        identity = f"ecs-svc/{number}"
        reason = f"ECS deployment {identity} in progress."
        return Deployment(identity, definition, desired, at, at, reason=reason)

    def new_task(
        self, cluster: Cluster, definition: TaskDefinition, *, at: float, group: str = ""
    ) -> Task:
        """A task that is to start, in its cluster."""
        identity = self.new_id()
        containers = [
            Container(self.new_uuid(), each["name"], each["image"])
            for each in definition.containers
        ]
        arn = self.arn(f"task/{cluster.name}/{identity}")
        task = Task(
            identity, arn, definition, containers, at, group or f"family:{definition.family}"
        )
        cluster.tasks[identity] = task
        return task

    def start(
        self,
        task: Task,
        at: float,
        digests: dict[str, str] | None = None,
        *,
        counts: bool = True,
    ) -> None:
        """Pull what a task is made of and run it, or stop it with the words of what was wrong.

        `digests` are what tags are held to mean, by container; what they mean now is added.
        ECR records it as a pull unless it does not count, as what a seed tells of the past.
        """
        known = {} if digests is None else digests
        for container in task.containers:
            held = known.get(container.name, "")
            try:
                pulled = self.pull(task.definition, container.image, held, at if counts else None)
            except CannotPull as failure:
                container.reason = failure.reason
                task.stop(at, "TaskFailedToStart", container.reason)
                return
            container.digest, container.chosen = pulled.digest, pulled.chosen
            known.setdefault(container.name, pulled.digest)
            if not pulled.runs:
                container.exit_code = 255
                task.stop(at, "EssentialContainerExited", "Essential container in task exited")
                return
        task.status, task.started_at = "RUNNING", at

    def steady(self, service: Service, at: float, digests: dict[str, str] | None = None) -> None:
        """Let a service have run since `at`, whatever its tags mean now.

        `digests` are its images', by container; without one it is what the reference means now.
        Raises CannotPull.
        """
        cluster, primary = self.clusters[service.cluster], service.primary
        primary.digests = dict(digests or {})
        for each in primary.definition.containers:
            if each["name"] not in primary.digests:
                pulled = self.pull(primary.definition, each["image"])
                primary.digests[each["name"]] = pulled.digest
        for _ in range(service.desired):
            group = f"service:{service.name}"
            task = self.new_task(cluster, primary.definition, at=at, group=group)
            task.deployment = task.started_by = primary.id
            task.status, task.started_at = "RUNNING", at + 20
            for container in task.containers:
                self._hold(primary, container)
        primary.rollout, primary.updated_at, primary.finished_at = "COMPLETED", at + 60, at + 60
        primary.reason = f"ECS deployment {primary.id} completed."
        self.tell(service, f"(deployment {primary.id}) deployment completed.", at + 60)
        self.tell(service, "has reached a steady state.", at + 60)

    def _hold(self, deployment: Deployment, container: Container) -> None:
        """Let a container be of the digest that its deployment keeps to."""
        container.digest = container.chosen = deployment.digests[container.name]
        _, repository = repository_of(self.world, split(container.image))
        image = None if repository is None else repository.images.by_digest(container.digest)
        if repository is not None and image is not None:
            chosen = platform_image(repository, image, deployment.definition.platform)
            container.chosen = image.digest if chosen is None else chosen.digest

    def add_function(
        self, name: str, image: str, digest: str, *, at: float, architecture: str = "x86_64"
    ) -> Function:
        """A function made of an image when it had this digest; of a zip where both are ''."""
        arn = self.arn(f"function:{name}", "lambda")
        role = f"arn:aws:iam::{self.account}:role/{name}"
        made = Function(name, arn, Code(image, digest, at), role, architecture)
        made.revision = self.new_uuid()
        self.functions[name] = made
        return made

    def pull(
        self, definition: TaskDefinition, image: str, held: str = "", at: float | None = None
    ) -> Pulled:
        """What pulling an image for a task brings, of the digest that its tag is held to mean.

        It counts as a pull only with a time. Raises CannotPull.
        """
        role = definition.document.get("executionRoleArn")
        return pull(
            self.world,
            f"{image}@{held}" if held and "@" not in image else image,
            account=self.account,
            platform=definition.platform,
            role=role or f"arn:aws:iam::{self.account}:role/{EXECUTION_ROLE}",
            troubles=self.troubles,
            at=at,
        )

    def tell(self, service: Service, words: str, at: float) -> None:
        """An event of a service, the newest first."""
        event = {
            "id": self.new_uuid(),
            "createdAt": at,
            "message": f"(service {service.name}) {words}",
        }
        service.events.insert(0, event)
        del service.events[_EVENTS:]

    def forget(self, now: float) -> None:
        """Tasks that stopped an hour ago are gone."""
        for cluster in self.clusters.values():
            for task in list(cluster.tasks.values()):
                if task.stopped_at is not None and now - task.stopped_at > STOPPED_SECONDS:
                    del cluster.tasks[task.id]
