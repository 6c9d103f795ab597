"""Repositories to be pruned, and what uses their images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ecrtui.model.image import Image
from ecrtui.model.places import Registry
from ecrtui.model.prune import Rules
from ecrtui.model.usage import ImageUse, Standing, Usage, Use, UseKind
from ecrtui.workflows import journal, prune
from ecrtui.workflows.prune import PruneOutcome, PrunePlan, PruneRequest
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch
from tests import worlds

HOME = Registry("main", worlds.REGION)
APP = "team/app"
IN_USE = ImageUse(
    standing=Standing.RUNNING,
    running=1,
    uses=(Use(kind=UseKind.ECS_SERVICE, name="checkout", image=f"{APP}:v1"),),
)
UNKNOWN = ImageUse(standing=Standing.UNKNOWN)
FREE = ImageUse(standing=Standing.NOT_SEEN)


class Looking:
    """What is seen of images, by digest; nothing of all others."""

    def __init__(self, uses: Mapping[str, ImageUse] | None = None) -> None:
        self.uses = dict(uses or {})

    def __call__(
        self, services: Services, registry: Registry, repository: str, images: Sequence[Image]
    ) -> tuple[Usage, dict[str, ImageUse]]:
        assert isinstance(services, Services)
        assert (registry, repository) == (HOME, APP)
        return Usage(), {row.image_digest: self.uses.get(row.image_digest, FREE) for row in images}


class Hurried(Watch):
    """Waits for nothing, and keeps how long it should have."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        super().pause(0)


def planned(
    services: Services, rules: Rules | None = None, look: Looking | None = None, **more: Any
) -> PrunePlan:
    """A plan for the repository APP."""
    request = PruneRequest(registry=HOME, repository=APP, rules=rules, **more)
    return prune.plan(services, request, look=look or Looking())


def carried(
    services: Services,
    plan: PrunePlan,
    look: Looking | None = None,
    watch: Watch | None = None,
) -> PruneOutcome:
    """The plan carried out and written down."""
    run = partial(prune.run, services, plan, look=look or Looking())
    outcome = journal.carry(services, plan, run, watch or Hurried())
    assert isinstance(outcome, PruneOutcome)
    return outcome
