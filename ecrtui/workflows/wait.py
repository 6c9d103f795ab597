"""Waiting for a tag or a digest to appear, without ever pulling."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from ecrtui.errors import NotFound
from ecrtui.model.image import Image
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services

INTERVAL = 5.0
"""Seconds between looks: a build takes minutes, and the API has better to do."""


def wait_for(
    services: Services,
    target: Target,
    *,
    timeout: float = 0.0,
    interval: float = INTERVAL,
    pause: Callable[[float], object] | None = None,
) -> Iterator[Image | None]:
    """None for every look that found nothing, then the image's row and the end.

    `timeout` in seconds, 0 for none; past it NotFound is raised. A repository that does not exist
    is an error at once: waiting would not make it. `pause` sleeps; an event's `wait` makes it
    end early.
    """
    pause = pause or threading.Event().wait
    reader = services.reader(target.registry)
    end = time.monotonic() + timeout if timeout else None
    while True:
        found = reader.describe(target.repository, [target.image_id])
        if found:
            yield found[0]
            return
        yield None
        if end is not None and time.monotonic() + interval > end:
            raise NotFound(
                f"{target} after {timeout:g} s",
                title="It did not appear in time",
                hint="Wait longer with --timeout, or look at the build that should push it.",
            )
        pause(interval)
