"""Which image came before another one in a repository, to compare it with."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ecrtui.model.artifacts import ArtifactKind, kind_of
from ecrtui.model.folding import is_index
from ecrtui.model.image import Image

_RUNS = (ArtifactKind.IMAGE, ArtifactKind.INDEX)


def runs(image: Image) -> bool:
    """Whether a row is an image or an index, no signature, SBOM or chart, as far as it tells."""
    return kind_of(image.artifact_media_type, image.image_manifest_media_type) in _RUNS


def previous(
    images: Iterable[Image], image: Image, apart_from: Collection[str] = ()
) -> Image | None:
    """The tagged image pushed last before another; None when there is none.

    Artifacts, archived images (which cannot be read) and the digests in `apart_from` (its own
    children) do not count. Of an index the last index, of one platform's image the last image
    comes first; where there is none, the other kind does.
    """
    earlier = [
        one
        for one in images
        if one.image_tags
        and not one.archived
        and one.image_digest not in apart_from
        and runs(one)
        and _moment(one) < _moment(image)
    ]
    alike = [one for one in earlier if is_index(one) == is_index(image)]
    return max(alike or earlier, key=_moment, default=None)


def _moment(image: Image) -> tuple[float, str]:
    """When it was pushed; among those of one moment the digest decides."""
    return (image.image_pushed_at or 0.0, image.image_digest)
