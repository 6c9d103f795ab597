"""Repositories to be pruned: plans made and carried out."""

from __future__ import annotations

from functools import partial
from typing import Any

from ecrtui.model.places import Registry
from ecrtui.model.prune import Rules
from ecrtui.sandbox.registry import Repository
from ecrtui.workflows import journal, prune, undo, usage
from ecrtui.workflows.prune import PruneOutcome, PrunePlan, PruneRequest
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch
from tests import worlds

HOME = Registry("main", worlds.REGION)
APP = "team/app"


class Hurried(Watch):
    """Waits for nothing, and keeps how long it should have."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        super().pause(0)


def planned(
    services: Services, rules: Rules | None = None, repository: str = APP, **more: Any
) -> PrunePlan:
    """A plan for a repository, with what uses its images as it is now."""
    usage.forget(services)
    request = PruneRequest(registry=HOME, repository=repository, rules=rules, **more)
    return prune.plan(services, request)


def carried(services: Services, plan: PrunePlan, watch: Watch | None = None) -> PruneOutcome:
    """The plan carried out and written down."""
    run = partial(prune.run, services, plan)
    outcome = journal.carry(services, plan, run, watch or Hurried())
    assert isinstance(outcome, PruneOutcome)
    return outcome


def put_back(services: Services) -> None:
    """The last deed taken back whole."""
    entries = journal.read(services).entries
    deed = next(one for one in reversed(entries) if one.change.count)
    plan = undo.plan(services, deed.change)
    journal.carry(services, plan, partial(undo.run, services, plan), Hurried())


def there(repository: Repository) -> dict[str, frozenset[str]]:
    """The tags of every image by its digest."""
    return {image.digest: frozenset(image.tags) for image in repository.images}
