"""Two indexes compared platform by platform: which platforms there are, and who has them."""

from __future__ import annotations

import msgspec

from ecrtui.model.details import ImageDetails
from ecrtui.model.manifest import ManifestKind
from ecrtui.oci.platforms import normal
from ecrtui.workflows.inspect import inspect
from ecrtui.workflows.locate import Target
from ecrtui.workflows.look_inside import image_at
from ecrtui.workflows.services import Services


class OnPlatform(msgspec.Struct, frozen=True):
    """One platform, and which of two images are there for it."""

    platform: str
    before: bool
    after: bool


def platforms_of_both(services: Services, before: Target, after: Target) -> list[OnPlatform]:
    """Each platform that either image has, those of the first in its order before all others.

    Raises what keeps a manifest from being read. COUNTS AS A PULL when it was not stored.
    """
    one, other = _platforms(services, before), _platforms(services, after)
    both = dict.fromkeys([*one, *other])
    return [OnPlatform(platform, platform in one, platform in other) for platform in both]


def _platforms(services: Services, target: Target) -> list[str]:
    """An index's platforms, or the one that an image is for."""
    details = None
    for details in inspect(services, target):
        if details.manifest is not None or details.problems:
            break
    if isinstance(details, ImageDetails):
        for _, problem in details.problems:
            raise problem
        manifest = details.manifest
        if manifest is not None and manifest.kind is ManifestKind.INDEX:
            named = [child.platform for child in manifest.platforms if child.platform]
            return [str(normal(platform)) for platform in named]
    config = image_at(services, target).config
    return [str(normal(config.platform))] if config is not None else []
