"""What is known of an index's children without reading a manifest."""

from __future__ import annotations

from collections.abc import Sequence

from ecrtui.model.image import Image, ImageId
from ecrtui.model.places import Registry
from ecrtui.workflows.contents import stored_manifest
from ecrtui.workflows.services import Services

_BATCH = 100
"""imageIds in one DescribeImages (service model)."""


def child_rows(
    services: Services, registry: Registry, repository: str, digests: Sequence[str]
) -> dict[str, Image]:
    """DescribeImages rows of these digests, such as an index's children; those gone are left out.

    Raises what any reading raises.
    """
    wanted = [ImageId(image_digest=digest) for digest in digests]
    reader = services.reader(registry)
    found: dict[str, Image] = {}
    for start in range(0, len(wanted), _BATCH):
        rows = reader.describe(repository, wanted[start : start + _BATCH])
        found |= {row.image_digest: row for row in rows}
    return found


def stored_platforms(services: Services, digest: str) -> tuple[str, ...]:
    """The platforms of an index whose manifest was read before; none of anything else."""
    manifest = stored_manifest(services, digest)
    children = manifest.platforms if manifest is not None else ()
    return tuple(str(child.platform) for child in children if child.platform)
