"""What images store, for footprints: their blobs from manifests that were read before.

Nothing is read for it: reading a manifest counts as a pull.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from ecrtui.model.folding import is_index
from ecrtui.model.footprint import Stored
from ecrtui.model.image import Image
from ecrtui.model.manifest import Manifest
from ecrtui.workflows.contents import stored_manifest
from ecrtui.workflows.services import Services

_ELSEWHERE = ("foreign", "nondistributable")
"""Layers that are fetched from their vendor (OCI image specification); no registry holds them."""


def stored(
    services: Services, images: Iterable[Image], known: Container[str] | None = None
) -> list[Stored]:
    """What each image stores, in their order; one row for each digest.

    An index stores nothing but its own few kB: what it lists has rows of its own, and its size is
    that of the largest of them. `known` are the manifests that are kept, for whoever asks about
    very many images: the others are not looked for.
    """
    rows = {row.image_digest: row for row in images}
    return [_stored(services, row, known) for row in rows.values()]


def blobs_of(manifest: Manifest) -> dict[str, int]:
    """Bytes by digest that a manifest's image holds in its repository; empty for an index."""
    parts = [*([manifest.config] if manifest.config else []), *manifest.layers]
    return {
        part.digest: part.size
        for part in parts
        if not any(word in part.media_type for word in _ELSEWHERE)
    }


def _stored(services: Services, row: Image, known: Container[str] | None) -> Stored:
    size = row.image_size_in_bytes or 0
    if is_index(row):
        return Stored(row.image_digest, size, {})
    if known is not None and row.image_digest not in known:
        return Stored(row.image_digest, size)
    manifest = stored_manifest(services, row.image_digest)
    return Stored(row.image_digest, size, None if manifest is None else blobs_of(manifest))
