"""One image, with everything that reading its manifest revealed."""

from __future__ import annotations

import msgspec

from ecrtui.model.image import Image, Referrer
from ecrtui.model.manifest import Descriptor, ImageConfig, Layer, Manifest
from ecrtui.model.places import Registry


class ImageDetails(msgspec.Struct, frozen=True, rename="camel"):
    """What `inspect` answers: a row, its manifest, and for one platform its config and layers."""

    reference: str
    registry: Registry
    repository: str
    digest: str
    image: Image | None
    manifest: Manifest
    chosen: Descriptor | None = None
    """The platform child looked into when `manifest` is an index."""
    image_manifest: Manifest | None = None
    """The manifest of the platform looked into; `manifest` itself when it is no index."""
    config: ImageConfig | None = None
    layers: tuple[Layer, ...] = ()
    referrers: tuple[Referrer, ...] = ()
    referrers_problem: Exception | None = None
    """The EcrtuiError that kept the referrers from being listed, or None."""
    raw_config: bytes = b""
    raw_manifest: bytes = b""
    from_cache: bool = False
    """True when no manifest was read from the registry, so nothing counted as a pull."""
