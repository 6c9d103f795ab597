"""One image, with everything that reading its manifest revealed."""

from __future__ import annotations

import msgspec

from ecrtui.model.image import Image, Referrer
from ecrtui.model.manifest import Descriptor, ImageConfig, Layer, Manifest
from ecrtui.model.places import Home


class ImageDetails(msgspec.Struct, frozen=True, rename="camel"):
    """What `inspect` answers: a row, its manifest, and for one platform its config and layers.

    Outside ECR there is no row. A part that could not be read is absent, and the EcrtuiError that
    kept it away stands in its `..._problem`; absent without a problem means not read yet, or not
    there.
    """

    reference: str
    home: Home
    repository: str
    """Its name there; '' in a folder or a file."""
    digest: str
    image: Image | None = None
    manifest: Manifest | None = None
    manifest_problem: Exception | None = None
    chosen: Descriptor | None = None
    """The platform child looked into when `manifest` is an index."""
    image_manifest: Manifest | None = None
    """The manifest of the platform looked into; `manifest` itself when it is no index."""
    config: ImageConfig | None = None
    layers: tuple[Layer, ...] = ()
    contents_problem: Exception | None = None
    """Why `image_manifest` or `config` is absent: platform, child or config cannot be read."""
    referrers: tuple[Referrer, ...] = ()
    referrers_listed: bool = False
    """Whether `referrers` are all there are."""
    referrers_problem: Exception | None = None
    raw_config: bytes = b""
    raw_manifest: bytes = b""
    from_cache: bool = False
    """True when every manifest here was stored before, so that nothing counted as a pull."""

    @property
    def compressed(self) -> bool:
        """Whether its layers are compressed where it is; an engine's are not."""
        return any(layer.digest != layer.diff_id for layer in self.layers)

    @property
    def problems(self) -> tuple[tuple[str, Exception], ...]:
        """What could not be read, each with its part's name."""
        parts = (
            ("manifest", self.manifest_problem),
            ("contents", self.contents_problem),
            ("referrers", self.referrers_problem),
        )
        return tuple((part, problem) for part, problem in parts if problem is not None)
