"""What a repository's lifecycle policies took, as far as CloudTrail tells: 90 days."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from ecrtui.model.foreseen import Taken
from ecrtui.model.places import Registry
from ecrtui.workflows.services import Services
from ecrtui.workflows.tag_history import trail_of


def taken(
    services: Services,
    registry: Registry,
    repository: str,
    *,
    pause: Callable[[float], object] = time.sleep,
) -> Iterator[tuple[Taken, ...]]:
    """The images, page by page, the newest first; a page has those of one repository of many.

    CloudTrail takes two calls a second. Raises NotAllowed, and for another account's registry.
    """
    from ecrtui.aws import cloudtrail

    calls, account = trail_of(services, registry)
    yield from cloudtrail.policy_deeds(calls, account, repository, pause=pause)
