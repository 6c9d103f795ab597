"""A service of ECS rolled back to the task definition, and to the digest, that ran before.

A task definition that names its image by a tag would start what the tag names by now. Where that is
another image than ran before, a revision is registered that names the digest.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from ecrtui.errors import EcrtuiError
from ecrtui.model.image import ImageId
from ecrtui.model.journal import Change
from ecrtui.model.places import Registry
from ecrtui.model.reference import account_and_region
from ecrtui.model.usage import split
from ecrtui.workflows.inspect import describe
from ecrtui.workflows.locate import Target
from ecrtui.workflows.rolling.deed import RollPlan, pinned
from ecrtui.workflows.rolling.service import ecs_of, how, refuse_other, short
from ecrtui.workflows.rolling.workload import Workload
from ecrtui.workflows.services import Services

if TYPE_CHECKING:
    from ecrtui.aws.ecs import Ecs

_DIGEST = 19
"""`sha256:` and twelve digits, as docker shows."""


def plan_back(services: Services, workload: Workload, change: Change) -> RollPlan:
    """What would run what ran before a change."""
    ecs = ecs_of(services, workload)
    service = ecs.service(workload.cluster, workload.name)
    refuse_other(service, workload)
    found = ecs.registrable(change.before)
    images = _moved(services, workload, change, _rolled(ecs, change, found.parameters))
    now, then = short(service.task_definition), short(change.before)
    registers = bool(images) and bool(change.ran)
    if registers:
        for container in images:
            container["image"] = pinned(container["image"], change.ran)
        then = f"{then} with {change.ran[:_DIGEST]}, as a new revision"
    warnings = []
    if service.task_definition != change.after:
        left = short(change.after)
        warnings.append(f"it has been rolled since: this change left it at {left}, it runs {now}")
    if images and not change.ran:
        told = images[0]["image"]
        warnings.append(f"{told} may name another image by now than ran before: nobody told which")
    same = service.task_definition == change.before
    return RollPlan(
        kind="roll",
        source=then,
        target=workload.called,
        target_at=workload.at,
        digest=change.ran,
        facts=(("task definition", f"{now} → {then}"), *how(service)),
        warnings=tuple(warnings),
        changes=True,
        production=services.settings.of(workload.profile).production,
        done_already=f"{workload.called} runs {then} already" if same else "",
        workload=workload,
        repository=change.repository,
        image=images[0]["image"] if registers else "",
        before=service.task_definition,
        parameters=found.parameters if registers else None,
        after="" if registers else change.before,
    )


def _rolled(ecs: Ecs, change: Change, before: dict[str, Any]) -> list[dict[str, Any]]:
    """The containers that the change gave another image: what ran tells of no other.

    Where the revision it left is no longer told, all of its repository's, if they are alike.
    """
    own: list[dict[str, Any]] = before.get("containerDefinitions", [])
    try:
        after = {one.name: one.image for one in ecs.containers(change.after)}
    except EcrtuiError:
        own = [one for one in own if _is_of(str(one.get("image", "")), change.repository)]
        return own if len({one.get("image") for one in own}) == 1 else []
    return [one for one in own if after.get(one.get("name", "")) != one.get("image")]


def _moved(
    services: Services, workload: Workload, change: Change, rolled: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Those whose tag names another image by now than ran before, or may do so."""
    found = []
    for container in rolled:
        image = str(container.get("image", ""))
        tag, digest = split(image)
        if digest or not _is_of(image, change.repository):
            continue
        if (
            not change.ran
            or _named(services, workload, change.repository, image, tag) != change.ran
        ):
            found.append(container)
    return found


def _is_of(image: str, repository: str) -> bool:
    path = image.partition("@")[0]
    head, slash, last = path.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}".endswith(f"/{repository}")


def _named(services: Services, workload: Workload, repository: str, image: str, tag: str) -> str:
    """What a tag names now; '' where nobody tells."""
    host = image.partition("/")[0]
    account, region = account_and_region(host) or (workload.account, workload.region)
    registry = Registry(workload.profile, region, account)
    with contextlib.suppress(EcrtuiError):
        target = Target(registry, repository, ImageId(image_tag=tag))
        return describe(services, target).image_digest
    return ""
