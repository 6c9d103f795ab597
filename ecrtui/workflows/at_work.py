"""Which image a service of ECS or a function of Lambda runs: by digest, whatever tags name now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ecrtui.errors import NotFound, UsageError
from ecrtui.model.image import ImageId
from ecrtui.model.places import Registry
from ecrtui.model.reference import (
    Reference,
    Transport,
    account_and_region,
    is_public_host,
    parse,
)
from ecrtui.model.workloads import Container, Service
from ecrtui.workflows.services import Services

if TYPE_CHECKING:
    from ecrtui.aws.ecs import Ecs

_HUB = "docker.io"


class _Run(NamedTuple):
    """One container's image."""

    container: str
    image: str
    digest: str


def runs(services: Services, reference: Reference, here: Registry) -> tuple[Reference, ImageId]:
    """What runs there: its reference without tag, and its digest.

    Of a service while it is rolled, the image that most of its tasks run; of one that runs nothing,
    the image that it starts. Raises NotFound, UsageError where a container is to be chosen, and
    what asking raises.
    """
    if reference.transport is Transport.LAMBDA:
        run = _of_function(services, reference.name, here)
    else:
        run = _of_service(services, reference.name, here)
    digest = run.digest or run.image.partition("@")[2]
    if not digest:
        raise NotFound(
            f"{reference}: {run.image}",
            title="Nobody tells by which digest it runs",
            hint=f"Its tag may have moved since. To take what the tag names now: {run.image}",
        )
    return written(run.image), ImageId(digest)


def written(image: str) -> Reference:
    """A reference as task definitions write it: a bare name is Docker Hub's there.

    A host with a port may be a local endpoint of ECR.
    """
    name = image.partition("@")[0]
    head, slash, last = name.rpartition("/")
    name = head + slash + last.partition(":")[0]
    host, slash, rest = name.partition("/")
    if account_and_region(host) or is_public_host(host) or (slash and ":" in host):
        return parse(name)
    if slash and ("." in host or host == "localhost"):
        return parse(f"docker://{host}/{rest}")
    return parse(f"docker://{_HUB}/{name if slash else 'library/' + name}")


def _of_function(services: Services, name: str, here: Registry) -> _Run:
    from ecrtui.aws.lambda_functions import Functions

    functions = Functions.of(services.sessions, here.profile, here.region)
    name, _, version = name.partition(":")
    _, code = functions.code(name, version)
    if not code.image_uri:
        raise NotFound(
            f"lambda://{name}",
            title="This function is no image",
            hint="It is made of a zip archive.",
        )
    return _Run("", code.image_uri, code.resolved_image_uri.partition("@")[2])


def _of_service(services: Services, name: str, here: Registry) -> _Run:
    from ecrtui.aws.ecs import Ecs

    ecs = Ecs.of(services.sessions, here.profile, here.region)
    cluster, service, *containers = name.split("/")
    found = ecs.service(cluster, service)
    tasks = [task for task in ecs.tasks(cluster) if task.group == f"service:{service}"]
    running = [one for task in tasks for one in task.containers]
    known = _most(running) or _started(ecs, found)
    return _chosen(known, containers[0] if containers else "", f"{cluster}/{service}")


def _most(containers: Iterable[Container]) -> list[_Run]:
    """For each container the image that runs most often."""
    counts = Counter(_Run(one.name, one.image, one.image_digest) for one in containers)
    found: dict[str, _Run] = {}
    for run, _ in counts.most_common():
        found.setdefault(run.container, run)
    return list(found.values())


def _started(ecs: Ecs, service: Service) -> list[_Run]:
    """What the service's own revision would start."""
    revisions = ecs.revisions([one.arn for one in service.current_service_revisions if one.arn])
    return [
        _Run(one.container_name, one.image, one.image_digest)
        for revision in revisions
        if revision.task_definition == service.task_definition
        for one in revision.container_images
    ]


def _chosen(known: Sequence[_Run], container: str, service: str) -> _Run:
    """The container that was named, the only one, or the only one whose image is in ECR."""
    if not known:
        raise NotFound(
            f"ecs://{service}",
            title="The service runs nothing",
            hint="It has no task now, and ECS does not tell what it would start.",
        )
    if container:
        for run in known:
            if run.container == container:
                return run
    in_ecr = [run for run in known if written(run.image).transport is Transport.ECR]
    if not container and len(in_ecr or known) == 1:
        return (in_ecr or known)[0]
    names = ", ".join(f"ecs://{service}/{run.container}" for run in known)
    title = "It has no such container" if container else "Which container?"
    raise UsageError(f"ecs://{service}", title=title, hint=f"There are: {names}")
