"""What uses the images of a repository: asked when a plan is made, and again before they go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from ecrtui.model.image import Image
from ecrtui.model.places import Registry
from ecrtui.model.usage import ImageUse, Usage
from ecrtui.workflows import usage
from ecrtui.workflows.services import Services

Look: TypeAlias = Callable[
    [Services, Registry, str, Sequence[Image]], tuple[Usage, dict[str, ImageUse]]
]
"""All that was seen of a repository, and each image's part of it by digest."""


def look(
    services: Services, registry: Registry, repository: str, images: Sequence[Image]
) -> tuple[Usage, dict[str, ImageUse]]:
    """All places at hand; what was looked at within the last two minutes is not asked again."""
    seen = usage.looked(services, registry, repository)
    return seen, usage.standings(services, seen, images)
