"""One tag taken away from an image that has others; with its last tag an image goes itself."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ecrtui.errors import EcrtuiError, NotFound, RemoteError, UsageError
from ecrtui.model.image import Image, ImageId
from ecrtui.model.journal import Change, ChangeKind
from ecrtui.model.places import Home, Registry
from ecrtui.model.plan import Outcome, Plan
from ecrtui.workflows import prune, usage
from ecrtui.workflows.locate import Target
from ecrtui.workflows.prune import PrunePlan, PruneRequest
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

KIND = "untag"
replace = msgspec.structs.replace


class UntagPlan(Plan, frozen=True, kw_only=True):
    """Tags that vanish; their image keeps others."""

    registry: Registry
    repository: str
    tags: tuple[str, ...]

    @property
    def place(self) -> tuple[Home, str]:
        """Whose images it changes."""
        return self.registry, self.repository


def plan(services: Services, image: Target, tags: Sequence[str] = ()) -> UntagPlan | PrunePlan:
    """What would vanish: the tags alone, or the image where none would be left. Nothing is changed.

    `tags` are those to be taken away, else the one that the image is named by. Raises NotFound.
    """
    tags = tuple(tags) or (image.image_id.image_tag,)
    registry, name = image.registry, image.repository
    row = _row(services, registry, name, tags)
    left = sorted(set(row.image_tags) - set(tags))
    if not left:
        return _whole(services, registry, name, row)
    seen = usage.looked(services, registry, name)
    use = usage.standings(services, seen, [row]).get(row.image_digest)
    named = [one for one in (use.uses if use else ()) if one.tag in tags]
    warnings = [
        f"{one.kind.value} {one.name} names the tag {one.tag}: it cannot start it again then"
        for one in named
    ]
    if use is None or not (use.may_go or use.in_use):
        warnings.append("nobody could look everywhere whether something is started by it")
    return UntagPlan(
        kind=KIND,
        source="",
        target=f"{name}:{', '.join(tags)}",
        target_at=image.at,
        digest=row.image_digest,
        facts=(("stays", f"the image, as {', '.join(left)}"),),
        warnings=tuple(warnings),
        changes=True,
        production=services.settings.of(registry.profile).production,
        registry=registry,
        repository=name,
        tags=tags,
    )


def run(services: Services, plan: UntagPlan, watch: Watch) -> Outcome:
    """Take the tags away; raises EcrtuiError where the image is not as it was in the plan."""
    watch.expect(KIND, "untag")
    row = _row(services, plan.registry, plan.repository, plan.tags)
    if row.image_digest != plan.digest or not set(row.image_tags) - set(plan.tags):
        raise EcrtuiError(
            plan.target,
            title="The image's tags have changed since the plan was made",
            hint="Look at the plan again.",
        )
    ids = [ImageId(image_tag=tag) for tag in plan.tags]
    failures = services.writer(plan.registry).delete(plan.repository, ids)
    refused = {one.image_tag: one for one in failures if not one.gone}
    for tag in plan.tags:
        if tag not in refused:
            watch.changed(
                Change(
                    kind=ChangeKind.TAG_REMOVED,
                    home=plan.registry,
                    repository=plan.repository,
                    tag=tag,
                    before=plan.digest,
                    command=plan.kind,
                )
            )
    if refused:
        raise RemoteError("; ".join(f"{one.image_tag}: {one.reason}" for one in refused.values()))
    watch.finish(KIND)
    return Outcome(
        sentence=f"{plan.target} is gone, {plan.digest[:19]} stays",
        digest=plan.digest,
        changes=watch.changes,
    )


def _row(services: Services, registry: Registry, repository: str, tags: Sequence[str]) -> Image:
    """The one image that has the tags; raises NotFound."""
    if not all(tags):
        raise UsageError(repository, title="Which tag?", hint="Write repository:tag.")
    ids = [ImageId(image_tag=tag) for tag in tags]
    rows = services.reader(registry).describe(repository, ids)
    found = {row.image_digest: row for row in rows}
    if not found:
        raise NotFound(f"{repository} has no tag {', '.join(tags)}", title="No such tag")
    if len(found) > 1 or any(set(tags) - set(row.image_tags) for row in found.values()):
        raise UsageError(
            f"{repository}:{', '.join(tags)}", title="The tags are not all of one image"
        )
    return next(iter(found.values()))


def _whole(services: Services, registry: Registry, repository: str, row: Image) -> PrunePlan:
    request = PruneRequest(
        registry=registry, repository=repository, images=(ImageId(row.image_digest),)
    )
    made = prune.plan(services, request)
    last = f"it has no other tag than {', '.join(row.image_tags)}: the image goes with it"
    return replace(made, warnings=(last, *made.warnings))
