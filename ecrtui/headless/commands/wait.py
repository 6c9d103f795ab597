"""`ecrtui wait IMAGE`: until it appears, then its row."""

from __future__ import annotations

import argparse

from ecrtui.errors import UsageError
from ecrtui.headless import narration, tables
from ecrtui.headless.documents import image
from ecrtui.headless.output import Output
from ecrtui.workflows.locate import locate
from ecrtui.workflows.services import Services
from ecrtui.workflows.wait import wait_for


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Print the image's row when it is there; raises NotFound past --timeout."""
    target = locate(services, options.image)
    if not target.image_id.image_tag and not target.image_id.image_digest:
        raise UsageError(options.image, title="Wait for which image?", hint="Write REPO:TAG.")
    waiting = wait_for(
        services, target, timeout=options.timeout, interval=max(options.interval, _SHORTEST)
    )
    said = False
    for found in waiting:
        if found is None and not said:
            narration.say(f"waiting for {target}")
            said = True
        elif found is not None and output.is_json:
            output.document(image(target.registry, found))
        elif found is not None:
            output.pages(tables.IMAGES, [[(target.registry, found)]])
    return 0


_SHORTEST = 0.1
"""Seconds between looks at least: the API throttles."""
