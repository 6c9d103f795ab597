"""`ecrtui delete IMAGE...`: images, tags alone, or a repository."""

from __future__ import annotations

import argparse
from functools import partial

from ecrtui.errors import UsageError
from ecrtui.headless import pruning
from ecrtui.headless.carrying import carry_out
from ecrtui.headless.output import Output
from ecrtui.model.places import Registry
from ecrtui.workflows import untag
from ecrtui.workflows.locate import Target, locate
from ecrtui.workflows.prune import PrunePlan, PruneRequest
from ecrtui.workflows.services import Services


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Show what would go with what, ask, do it, say what was saved."""
    targets = [locate(services, text) for text in options.images]
    if options.untag:
        return _untag(services, options, output, targets)
    if options.repository:
        return _repository(services, options, output, targets)
    registry, repository = _one_place(targets)
    request = PruneRequest(
        registry=registry,
        repository=repository,
        images=tuple(target.image_id for target in targets),
        include=tuple(options.include),
        not_in=tuple(options.not_in),
        archive=options.archive,
        read_manifests=options.read_manifests,
        undoable=not options.no_undo,
    )
    return pruning.carry(services, options, output, request)


def _one_place(targets: list[Target]) -> tuple[Registry, str]:
    """Where all of them are; raises UsageError for several places, and for a repository."""
    for target in targets:
        if not str(target.image_id):
            raise UsageError(
                str(target),
                title="That is a repository, not an image",
                hint=f"Write {target}:TAG. To delete the repository: "
                f"ecrtui delete --repository {target}",
            )
    places = {(target.registry, target.repository) for target in targets}
    if len(places) > 1:
        raise UsageError(
            ", ".join(sorted({target.repository for target in targets})),
            title="Images of one repository at a time",
            hint="What shares layers and what an index lists is told apart within one.",
        )
    return places.pop()


def _untag(
    services: Services, options: argparse.Namespace, output: Output, targets: list[Target]
) -> int:
    registry, repository = _one_place(targets)
    tags = tuple(dict.fromkeys(target.image_id.image_tag for target in targets))
    plan = untag.plan(services, Target(registry, repository), tags)
    if isinstance(plan, PrunePlan):
        return pruning.carry(services, options, output, plan.request)
    return carry_out(services, options, output, plan, partial(untag.run, services, plan))


def _repository(
    services: Services, options: argparse.Namespace, output: Output, targets: list[Target]
) -> int:
    if len(targets) > 1 or str(targets[0].image_id):
        raise UsageError(
            " ".join(options.images),
            title="Name one repository",
            hint="ecrtui delete --repository REPO",
        )
    (target,) = targets
    if options.with_images and options.with_images != target.repository:
        raise UsageError(
            options.with_images,
            title="That is not the repository's name",
            hint=f"To delete its images too write: --with-images {target.repository}",
        )
    request = PruneRequest(
        registry=target.registry,
        repository=target.repository,
        with_repository=True,
        with_images=bool(options.with_images),
        include=tuple(options.include),
        not_in=tuple(options.not_in),
        read_manifests=options.read_manifests,
        undoable=not options.no_undo,
    )
    return pruning.carry(services, options, output, request)
