"""What the shop runs: where the incident is seen first.

The API's service was deployed two weeks ago by the tag `stable`, when that meant the release with
the bad OpenSSL; the tag has moved on since, the tasks have not. One service cannot start, because
its tag was never pushed, another because production does not let development pull. All of it is
made when somebody first looks, since tasks hold digests and so need images.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from ecrtui.sandbox.registry import Registry
from ecrtui.sandbox.seed import bundles
from ecrtui.sandbox.seed.places import DEV, MAIN, PROD, REPLICA
from ecrtui.sandbox.seed.policies import pull_by
from ecrtui.sandbox.seed.story import NOW, Release, Service, moment
from ecrtui.sandbox.workloads.kinds import Task
from ecrtui.sandbox.workloads.others import OutsideUse, Project, WebService
from ecrtui.sandbox.workloads.pulling import CannotPull
from ecrtui.sandbox.workloads.state import Workloads
from ecrtui.sandbox.world import World

_CLUSTER = "shop"
_SIDECAR = "platform/otel-collector"


@dataclass(frozen=True)
class Runs:
    """A service of ECS: which repository's image, by which tag, of which release (counted from
    the newest), since when, how often."""

    repository: str
    tag: str = ""
    """As the definition names it; '' for the release's own, `digest` for its digest."""
    back: int = 0
    since: datetime | None = None
    count: int = 2
    revision: int = 7
    name: str = ""
    sidecar: bool = False
    before: str = ""
    """The release of the revision before, which is still active."""


_MAIN = (
    Runs(
        "shop/api",
        "stable",
        since=moment("11-10 09:41"),
        count=4,
        revision=41,
        sidecar=True,
        before="2.13.1",
    ),
    Runs("shop/api", name="api-canary", since=moment("11-23 10:30"), count=1, revision=12),
    Runs("shop/web", count=3, since=moment("11-17 16:02"), revision=38, before="2.14.0"),
    Runs("shop/checkout", "latest", count=3, revision=29, sidecar=True),
    Runs("shop/orders", "digest", count=2, revision=51),
    Runs("shop/payments", count=2, revision=33),
    Runs("shop/gateway", back=1, count=3, revision=18, sidecar=True),
    Runs("shop/auth", count=2, revision=22),
    Runs("shop/catalog", back=2, count=2),
    Runs("shop/search", back=1, count=2),
    Runs("shop/users", count=2),
    Runs("shop/notifications", count=1),
    Runs("shop/worker", "latest", count=2, revision=46),
    Runs("shop/mailer", count=1),
    Runs("shop/fraud", back=3, count=1),
    Runs("shop/inventory", count=1),
    Runs("shop/pricing", count=1),
)
_REPLICA = (
    Runs("shop/api", back=2, since=moment("11-17 14:40"), count=2, revision=17, sidecar=True),
    Runs("shop/web", since=moment("11-17 16:10"), count=2),
    Runs("shop/checkout", "latest", count=1),
    Runs("shop/payments", back=4, count=1),
    Runs("shop/search", back=5, count=1),
)
_STABLE = "2.14.0"
"""What `stable` meant when the API was deployed."""


def plan_workloads(world: World, services: list[Service]) -> None:
    """Have all of it made at the first look."""
    known = {service.name: service for service in services}
    world.registry(PROD, REPLICA).get(_SIDECAR).policy = pull_by(DEV)
    world.plan_workloads(PROD, MAIN, partial(_fill_main, services=known))
    world.plan_workloads(PROD, REPLICA, partial(_fill_replica, services=known))
    world.plan_workloads(DEV, MAIN, partial(_fill_dev, services=known))
    world.plan_workloads(DEV, REPLICA, partial(_fill_pods, services=known))


def _fill_main(workloads: Workloads, *, services: dict[str, Service]) -> None:
    for one in _MAIN:
        _run(workloads, services[one.repository], one)
    _cannot_start(workloads, "shop/recommendations", "v1.9.0-hotfix", "recommendations")
    _jobs(workloads, services["data/etl"])
    _functions(workloads, services)
    _builds(workloads)
    bundles.add_backoffice(workloads, services)


def _fill_replica(workloads: Workloads, *, services: dict[str, Service]) -> None:
    for one in _REPLICA:
        _run(workloads, services[one.repository], one)


def _fill_pods(workloads: Workloads, *, services: dict[str, Service]) -> None:
    """Development's cluster of EKS, which runs production's collector, as the replica allows.

    It is not in production, where everything that runs can be looked at: so that what nobody uses
    may go.
    """
    registry = workloads.world.registry(PROD, REPLICA)
    collector = registry.get(_SIDECAR)
    image = collector.images.by_tag(f"v{services[_SIDECAR].releases[-1].version}")
    if image is not None:
        kind = ("DAEMON_SET", "otel-collector")
        used = NOW.timestamp() - 240
        pods = OutsideUse("dev-k8s", collector.arn, image.digest, "observability", kind, 6, 0, used)
        workloads.eks.append(pods)


def _fill_dev(workloads: Workloads, *, services: dict[str, Service]) -> None:
    """Development runs production's API, as it may, and its own builds; not all it wants."""
    release = services["shop/api"].releases[-1]
    api = Runs("shop/api", f"v{release.version}", since=NOW - timedelta(hours=20), count=1)
    _run(workloads, services["shop/api"], api, account=PROD)
    _cannot_start(workloads, "shop/orders", "latest", "orders-preview", account=PROD)


def _run(workloads: Workloads, service: Service, one: Runs, *, account: str = "") -> None:
    """A service that has run since then, of what its tag meant then."""
    release = _release(service, one)
    registry = workloads.world.registry(account or workloads.account, workloads.region)
    image = registry.get(one.repository).images.by_tag(f"v{release.version}")
    if image is None:
        return  # somebody removed it before anybody looked
    written = one.tag or f"v{release.version}"
    reference = f"{_uri(registry, one.repository)}:{written}"
    if one.tag == "digest":
        reference = f"{_uri(registry, one.repository)}@{image.digest}"
    name = one.name or one.repository.rpartition("/")[2]
    since = one.since or release.pushed + timedelta(minutes=35)
    containers = [_container(name, reference)]
    digests = {name: image.digest}
    if one.sidecar:
        containers.append(_container("collector", f"{_uri(registry, _SIDECAR)}:latest", False))
    family = f"{_CLUSTER}-{name}"
    if one.before:
        old = _container(name, f"{_uri(registry, one.repository)}:v{one.before}")
        _define(workloads, family, one.revision - 1, [old], since - timedelta(days=20))
    definition = _define(workloads, family, one.revision, containers, since)
    cluster = workloads.add_cluster(_CLUSTER)
    at = since.timestamp() + 60
    made = workloads.add_service(cluster, name, definition, desired=one.count, at=at)
    made.created_at = moment("03-09 08:00").timestamp()
    workloads.steady(made, at, digests)


def _release(service: Service, one: Runs) -> Release:
    if one.tag == "stable":
        return next(each for each in service.releases if each.version == _STABLE)
    return service.releases[-1 - one.back]


def _define(
    workloads: Workloads,
    family: str,
    revision: int,
    containers: list[dict[str, Any]],
    since: datetime,
) -> Any:
    """A revision that is active; of those before it nothing is left but the number."""
    document = {
        "family": family,
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "512",
        "memory": "1024",
        "executionRoleArn": f"arn:aws:iam::{workloads.account}:role/ecsTaskExecutionRole",
        "taskRoleArn": f"arn:aws:iam::{workloads.account}:role/{family}",
        "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        "containerDefinitions": containers,
    }
    by = f"arn:aws:sts::{workloads.account}:assumed-role/ci-release/pipeline"
    return workloads.register(document, at=since.timestamp(), by=by, revision=revision)


def _container(name: str, image: str, essential: bool = True) -> dict[str, Any]:
    return {
        "name": name,
        "image": image,
        "essential": essential,
        "portMappings": [{"containerPort": 8080, "protocol": "tcp"}] if essential else [],
        "environment": [{"name": "LOG_LEVEL", "value": "info"}],
    }


def _cannot_start(
    workloads: Workloads, repository: str, tag: str, name: str, *, account: str = ""
) -> None:
    """A service that has never run: its deployment fails again and again."""
    registry = workloads.world.registry(account or workloads.account, workloads.region)
    image = f"{_uri(registry, repository)}:{tag}"
    begun = NOW - timedelta(minutes=50)
    definition = _define(workloads, f"{_CLUSTER}-{name}", 3, [_container(name, image)], begun)
    cluster = workloads.add_cluster(_CLUSTER)
    service = workloads.add_service(cluster, name, definition, desired=1, at=begun.timestamp() + 30)
    service.breaker = False
    for minutes in (48, 31, 9):
        at = (NOW - timedelta(minutes=minutes)).timestamp()
        task = workloads.new_task(cluster, definition, at=at, group=f"service:{name}")
        task.deployment = task.started_by = service.primary.id
        workloads.tell(service, f"has started 1 tasks: (task {task.id}).", at)
        _fail(workloads, task, at + 12)
        service.primary.failed += 1
        reason = f"was unable to place a task. Reason: {task.stopped_reason}."
        workloads.tell(service, reason, at + 13)


def _fail(workloads: Workloads, task: Task, at: float) -> None:
    """Stop a task with what comes of pulling its image."""
    (container,) = task.containers
    try:
        workloads.pull(task.definition, container.image)
    except CannotPull as failure:
        container.reason = failure.reason
    task.stop(at, "TaskFailedToStart", container.reason)


def _jobs(workloads: Workloads, service: Service) -> None:
    """A job that runs by itself, of a release before the last."""
    registry = _registry(workloads)
    release = service.releases[-2]
    image = f"{_uri(registry, service.name)}:v{release.version}"
    containers = [_container("etl", image)]
    definition = _define(workloads, "etl-nightly", 14, containers, release.pushed)
    cluster = workloads.add_cluster("batch")
    at = (NOW - timedelta(hours=3)).timestamp()
    task = workloads.new_task(cluster, definition, at=at)
    task.started_by = "events-rule/nightly"
    workloads.start(task, at + 25, counts=False)


def _functions(workloads: Workloads, services: dict[str, Service]) -> None:
    """One function of today's image, one of a tag that has moved on, one that is a zip."""
    for name, repository, tag, back in (
        ("thumbnails", "shop/image-resizer", "", 0),
        ("feed-export", "shop/feed-exporter", "latest", 1),
    ):
        release = services[repository].releases[-1 - back]
        registry = _registry(workloads)
        image = registry.get(repository).images.by_tag(f"v{release.version}")
        if image is not None:
            written = f"{_uri(registry, repository)}:{tag or f'v{release.version}'}"
            at = (release.pushed + timedelta(minutes=20)).timestamp()
            workloads.add_function(name, written, image.digest, at=at)
    workloads.add_function("clean-carts", "", "", at=moment("08-04 10:00").timestamp())


def _builds(workloads: Workloads) -> None:
    """The pipeline's own image, and a page that App Runner serves."""
    registry = _registry(workloads)
    at = moment("04-14 09:00").timestamp()
    image = f"{_uri(registry, 'platform/runner')}:latest"
    arn = workloads.arn("project/release", "codebuild")
    workloads.projects["release"] = Project("release", arn, image, at)
    identity = workloads.new_uuid()
    arn = workloads.arn(f"service/ab-dashboard/{identity.replace('-', '')}", "apprunner")
    page = WebService(
        "ab-dashboard", identity, arn, f"{_uri(registry, 'shop/ab-testing')}:latest", at
    )
    workloads.web_services[page.name] = page


def _registry(workloads: Workloads) -> Registry:
    return workloads.world.registry(workloads.account, workloads.region)


def _uri(registry: Registry, repository: str) -> str:
    return f"{registry.account}.dkr.ecr.{registry.region}.amazonaws.com/{repository}"
