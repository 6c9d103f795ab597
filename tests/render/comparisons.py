"""Comparisons of images that nobody pushed: two configurations, layers, files.

    found = comparison(ImageConfig(...), ImageConfig(...), [layer], [layer, other])

The layers are those of `tests.compare.layers`.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecrtui.compare.bites import config_bites, file_bites
from ecrtui.compare.comparison import Comparison
from ecrtui.compare.config import config_changes
from ecrtui.compare.files import difference
from ecrtui.compare.filesystem import flatten
from ecrtui.compare.layers import compared
from ecrtui.model.details import ImageDetails
from ecrtui.model.files import LayerIndex
from ecrtui.model.image import Image
from ecrtui.model.manifest import Descriptor, ImageConfig, Layer, Manifest, ManifestKind, Platform
from ecrtui.model.places import Registry
from tests.worlds import digest_of

AMD64 = Platform("linux", "amd64")
DIGEST = "sha256:" + "0123456789abcdef" * 4


def details(
    config: ImageConfig,
    layers: Sequence[LayerIndex] = (),
    *,
    reference: str = "team/app:v1",
    region: str = "eu-west-1",
    tags: tuple[str, ...] = (),
    pushed: float | None = None,
) -> ImageDetails:
    """An image as far as reading its manifest reveals it."""
    told = [
        Layer(number, one.diff_id, one.uncompressed_size, "", one.diff_id, f"RUN step {number}")
        for number, one in enumerate(layers, 1)
    ]
    described = tuple(Descriptor(one.digest, one.size) for one in told)
    digest = digest_of(repr((reference, described)).encode())
    manifest = Manifest(digest, "", ManifestKind.IMAGE, 1, layers=described)
    image = Image(DIGEST, image_tags=tags, image_pushed_at=pushed)
    return ImageDetails(
        reference,
        Registry("", region),
        reference.split(":")[0].split("@")[0],
        DIGEST,
        image,
        manifest=manifest,
        image_manifest=manifest,
        config=config,
        layers=tuple(told),
    )


def comparison(
    before: ImageConfig,
    after: ImageConfig,
    layers_before: Sequence[LayerIndex] = (),
    layers_after: Sequence[LayerIndex] = (),
) -> Comparison:
    """All of their difference but packages."""
    one = details(before, layers_before)
    other = details(after, layers_after, reference="team/app:v2")
    files = difference(flatten(layers_before), flatten(layers_after))
    return Comparison(
        one,
        other,
        config_changes(before, after),
        layers=compared(one.layers, other.layers),
        files=files,
        packages=(),
        bites=config_bites(before, after) + file_bites(files, before, after),
    )
