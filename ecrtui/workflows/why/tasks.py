"""What ECS itself says of tasks that name the image, and what these tasks want."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timezone
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from ecrtui.errors import EcrtuiError, RegionNotEnabled, UnknownOperation
from ecrtui.model.check import Check
from ecrtui.model.folding import is_index
from ecrtui.model.image import LATEST
from ecrtui.model.policy import Caller
from ecrtui.model.pull_failures import explain
from ecrtui.model.workloads import Container, Service, Task
from ecrtui.workflows.contents import stored_manifest
from ecrtui.workflows.usage.ecs import name_of
from ecrtui.workflows.usage.naming import Named, names
from ecrtui.workflows.why.known import Known, failed, passed, unreadable

if TYPE_CHECKING:
    from ecrtui.aws.ecs import Ecs

_DEFINITIONS = 5
"""Task definitions looked at for their platform and role, the newest first."""
_EVENTS = 20
_STEADY = "has reached a steady state"


class _Tried(NamedTuple):
    """A task that names the image."""

    task: Task
    container: Container


def tasks(known: Known) -> Iterator[Check]:
    """Tasks that stopped, and services' events, explained; nothing where none names the image."""
    from ecrtui.aws.ecs import Ecs

    regions = dict.fromkeys([known.registry.region, *known.services.options.regions])
    for profile, region in product(known.profiles, regions):
        try:
            ecs = Ecs.of(known.services.sessions, profile, region)
            for cluster in ecs.clusters():
                yield from _of_cluster(known, ecs, cluster)
        except (RegionNotEnabled, UnknownOperation):
            continue
        except EcrtuiError as problem:
            yield unreadable("tasks", problem, f"ECS of {profile or 'default'} in {region}")


def _of_cluster(known: Known, ecs: Ecs, cluster: str) -> Iterator[Check]:
    running = list(_naming(known, ecs.tasks(cluster)))
    stopped = list(_naming(known, ecs.stopped(cluster)))
    yield from _note_definitions(known, ecs, [*running, *stopped])
    together: dict[str, list[_Tried]] = defaultdict(list)
    for one in stopped:
        together[one.task.group].append(one)
    explained = set[str]()
    for group, tried in together.items():
        check = _stopped(group, cluster, tried, running)
        if check is not None:
            explained.add(group)
            yield check
    if not explained and running:
        yield _well(known, cluster, running)
    for service in ecs.services(cluster):
        if f"service:{service.service_name}" not in explained:  # else its tasks tell it
            yield from _event(known, service)


def _well(known: Known, cluster: str, running: list[_Tried]) -> Check:
    """Tasks that run, and by which digest, where the tag has left it."""
    count = len(running)
    told = f"{count} started by it in {name_of(cluster)}, and none failed to pull it of late"
    here = _digests(known)
    others = {one.container.image_digest for one in running} - {"", *here}
    fix = ""
    if here and others:
        behind = sum(one.container.image_digest in others for one in running)
        told += f"; {behind} of them run {', '.join(sorted(others))}, not what the tag names now"
        fix = f"ecrtui roll makes a service run another image; ecrtui usage {known.name} lists all."
    return passed("tasks", told, ", ".join(dict.fromkeys(one.task.group for one in running)), fix)


def _digests(known: Known) -> set[str]:
    """What a task may say that it runs of the image: also of an index's images, which ECS may name
    instead; nothing where those are not known."""
    image = known.image
    if image is None:
        return set()
    manifest = stored_manifest(known.services, image.image_digest)
    if is_index(image) and manifest is None:
        return set()
    children = manifest.manifests if manifest is not None else ()
    return {image.image_digest, *(child.digest for child in children)}


def _stopped(group: str, cluster: str, tried: list[_Tried], running: list[_Tried]) -> Check | None:
    """What the last task of a group that failed to pull says; None where none did."""
    for one in sorted(tried, key=lambda one: -(one.task.stopped_at or 0.0)):
        text = one.container.reason or one.task.stopped_reason
        explained = explain(text) if text else None
        if explained is None or not explained.pulling:
            continue
        at = one.task.stopped_at or 0.0
        about = f"{group} in {name_of(cluster)}"
        later = [other for other in running if other.task.group == group]
        if any((other.task.started_at or 0.0) > at for other in later):
            return passed("tasks", f"it failed until {_utc(at)}: {explained.cause}", about)
        return failed(
            "tasks",
            f"{explained.cause}, {_utc(at)}: {explained.meaning} ECS says: {text}",
            explained.fix,
            about,
        )
    return None


def _event(known: Known, service: Service) -> Iterator[Check]:
    """The last thing that a service said of the image, unless it went well since."""
    named = _named(known)
    for event in service.events[:_EVENTS]:
        if _STEADY in event.message:
            return
        explained = explain(event.message)
        if explained is not None and explained.image and names(named, explained.image):
            yield failed(
                "tasks",
                f"{explained.cause}, {_utc(event.created_at or 0.0)}: {explained.meaning} "
                f"ECS says: {event.message}",
                explained.fix,
                f"service {service.service_name}",
            )
            return


def _naming(known: Known, found: Iterator[Task]) -> Iterator[_Tried]:
    named = _named(known)
    for task in found:
        for container in task.containers:
            if names(named, container.image) and _is_meant(known, container):
                yield _Tried(task, container)


def _named(known: Known) -> Named:
    row = known.repository
    return Named(
        name=known.name,
        uri=row.repository_uri if row else "",
        account=known.registry.account,
        region=known.registry.region,
    )


def _is_meant(known: Known, container: Container) -> bool:
    """Whether a container's reference is the one asked about, or names the same image."""
    image_id, row = known.target.image_id, known.image
    path, _, digest = container.image.partition("@")
    tag = path.rpartition("/")[2].partition(":")[2] or ("" if digest else LATEST)
    wanted = image_id.image_tag or ("" if image_id.image_digest else LATEST)
    tags = {wanted, *(row.image_tags if row is not None else ())} - {""}
    digests = {image_id.image_digest, row.image_digest if row is not None else ""} - {""}
    return tag in tags or bool(digests & {digest, container.image_digest})


def _note_definitions(known: Known, ecs: Ecs, tried: list[_Tried]) -> Iterator[Check]:
    """Keep what platforms and roles the tasks' definitions name; tell those not to be read."""
    newest = sorted(tried, key=lambda one: -(one.task.started_at or one.task.stopped_at or 0.0))
    arns = [one.task.task_definition_arn for one in newest if one.task.task_definition_arn]
    for arn in list(dict.fromkeys(arns))[:_DEFINITIONS]:
        try:
            definition = ecs.definition(arn)
        except EcrtuiError as problem:
            yield unreadable("tasks", problem, name_of(arn))
            continue
        on_fargate = "FARGATE" in definition.requires_compatibilities
        if definition.runtime_platform is not None:
            known.platforms.append((definition.runtime_platform.platform, name_of(arn)))
        elif on_fargate:
            known.platforms.append(("linux/amd64", name_of(arn)))
        role = definition.execution_role_arn
        if role and role not in {caller.arn for caller in known.roles}:
            known.roles.append(Caller.of(role))


def _utc(moment: float) -> str:
    return datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
