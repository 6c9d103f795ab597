"""What is pulled: the image of one platform, read from wherever it is."""

from __future__ import annotations

import msgspec

from ecrtui.errors import Archived, NotFound, UsageError
from ecrtui.model.details import ImageDetails
from ecrtui.model.image import ImageId
from ecrtui.model.manifest import Manifest, ManifestKind, Platform
from ecrtui.model.places import Outside
from ecrtui.model.reference import Transport
from ecrtui.workflows.inspect import inspect
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services


class Wanted(msgspec.Struct, frozen=True):
    """One image, and where it comes from."""

    target: Target
    """By its digest, so that a tag that moves meanwhile changes nothing."""
    digest: str
    """What the name stands for: of the index where it is one."""
    image: Manifest
    platform: str

    @property
    def bytes(self) -> int:
        """Of its layers and its config, each once."""
        config = (self.image.config,) if self.image.config is not None else ()
        return sum({one.digest: one.size for one in (*self.image.layers, *config)}.values())


def read(services: Services, target: Target, platform: str, own: Platform) -> Wanted:
    """The image that is meant, of the platform asked for, else of the engine's own.

    COUNTS AS A PULL where it was not read before. Raises Archived, NotFound, WhichPlatform,
    UsageError for what no engine takes.
    """
    if isinstance(target.home, Outside) and target.home.transport is Transport.DAEMON:
        raise UsageError(str(target), title="It is in the engine already")
    details: ImageDetails | None = None
    for details in inspect(services, target, platform, own=own):
        if details.image is not None and details.image.archived:
            raise Archived(str(target), hint=f"Restore it, which takes minutes: {_restore(target)}")
        problem = details.manifest_problem or details.contents_problem
        if details.image_manifest is not None:
            break  # its config may be denied to us and not to the engine
        if problem is not None:
            raise problem
    return _wanted(target, details)


def _restore(target: Target) -> str:
    return f"ecrtui restore {target}"


def _wanted(target: Target, details: ImageDetails | None) -> Wanted:
    image = details.image_manifest if details is not None else None
    if details is None or image is None:
        raise NotFound(str(target), title="There is no image in this index")
    if image.kind is not ManifestKind.IMAGE or image.config is None:
        raise UsageError(
            str(target),
            title="Engines take images alone, and that is none",
            hint="ecrtui export IMAGE oci:DIR keeps an artifact.",
        )
    pinned = ImageId(details.digest, target.image_id.image_tag)
    target = msgspec.structs.replace(target, image_id=pinned)
    return Wanted(target, details.digest, image, _platform(details))


def _platform(details: ImageDetails) -> str:
    """Of the config, which knows best, else of the index; '' when neither tells."""
    if details.config is not None and details.config.platform.os:
        return str(details.config.platform)
    chosen = details.chosen.platform if details.chosen is not None else None
    return str(chosen) if chosen is not None else ""
