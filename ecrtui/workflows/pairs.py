"""Which image to compare another with.

Nothing here reads a manifest, so nothing counts as a pull.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from ecrtui.errors import NotFound
from ecrtui.model.image import Image, ImageId
from ecrtui.model.places import Outside
from ecrtui.model.previous import previous
from ecrtui.model.reference import Transport
from ecrtui.workflows import browse
from ecrtui.workflows.contents import stored_manifest
from ecrtui.workflows.inspect import describe
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services


class Known(NamedTuple):
    """A target with its row; outside ECR there is none."""

    target: Target
    image: Image | None


def known(services: Services, target: Target) -> Known:
    """A target pinned to its digest, so that a tag that moves does not change the comparison."""
    if isinstance(target.home, Outside):
        return Known(target, None)
    image = describe(services, target)
    pinned = msgspec.structs.replace(target.image_id, image_digest=image.image_digest)
    return Known(msgspec.structs.replace(target, image_id=pinned), image)


def in_engine(services: Services, one: Known) -> Known:
    """What the local engine holds under the name that the registry gives an image.

    By its tag, which may be another image there; that is what one wants to know.
    """
    target, image = one
    uri = browse.repository(services, target.registry, target.repository).repository_uri
    tags = (target.image_id.image_tag, *(image.image_tags if image is not None else ()))
    tag = next(filter(None, tags), "")
    image_id = ImageId(image_tag=tag) if tag else target.image_id
    return Known(Target(Outside(Transport.DAEMON), uri, image_id), None)


def before(services: Services, one: Known) -> Known:
    """The image of the same repository and kind that was pushed before.

    Raises NotFound, and UsageError for what is not in ECR.
    """
    target, image = one.target, one.image or describe(services, one.target)
    pages = browse.images(services, target.registry, target.repository)
    manifest = stored_manifest(services, image.image_digest)
    children = {child.digest for child in manifest.manifests} if manifest is not None else ()
    found = previous((row for page in pages for row in page.items), image, children)
    if found is None:
        raise NotFound(
            f"{target.repository} has no tagged image older than {one.target.image_id}",
            title="Nothing was pushed before it",
            hint="Compare it with an image of your choice.",
        )
    image_id = ImageId(found.image_digest, found.image_tags[0])
    return Known(msgspec.structs.replace(target, image_id=image_id), found)
