"""`ecrtui prune REPO`: images of a repository that may go, by rules."""

from __future__ import annotations

import argparse

from ecrtui.errors import UsageError
from ecrtui.headless import pruning
from ecrtui.headless.output import Output
from ecrtui.model.prune import Rules
from ecrtui.workflows.locate import locate
from ecrtui.workflows.prune import PruneRequest
from ecrtui.workflows.services import Services


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Show what would go, ask, delete it, say what was saved."""
    target = locate(services, options.repository)
    if str(target.image_id):
        raise UsageError(
            options.repository,
            title="That is an image, not a repository",
            hint=f"Write {target.repository}, or: ecrtui delete {options.repository}",
        )
    request = PruneRequest(
        registry=target.registry,
        repository=target.repository,
        rules=Rules(
            untagged=options.untagged,
            tags=tuple(options.tags),
            keep=tuple(options.keep),
            older_than=options.older_than,
            newest=options.keep_newest,
            never_pulled=options.never_pulled,
            not_pulled_for=options.not_pulled_for,
            archived=options.archived,
        ),
        include=tuple(options.include),
        not_in=tuple(options.not_in),
        leave=tuple(options.leave),
        archive=options.archive,
        read_manifests=options.read_manifests,
        undoable=not options.no_undo,
    )
    return pruning.carry(services, options, output, request)
