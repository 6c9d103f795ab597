"""What images take up together: layers and configs that several share count once.

ECR bills compressed bytes, and a layer once per repository (ECR pricing; each repository stores its
own). Where a manifest is not known, an image's own size bounds it from above: what it shares is
not known then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec


class Footprint(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Bytes, and how sure they are."""

    bytes: int = 0
    """As billed, of images whose blobs are known."""
    bound: int = 0
    """At most so many more, of images whose manifests were not read."""
    unread: int = 0
    """How many those are."""

    @property
    def most(self) -> int:
        """An upper bound of it all."""
        return self.bytes + self.bound


class Stored(msgspec.Struct, frozen=True):
    """What one image stores: its blobs by digest where its manifest is known, else its size."""

    digest: str
    size: int = 0
    """imageSizeInBytes."""
    blobs: Mapping[str, int] | None = None
    """Bytes by digest; None where its manifest is not known; empty for an index."""


def footprint(images: Iterable[Stored]) -> Footprint:
    """What they take up together."""
    blobs: dict[str, int] = {}
    bound = unread = 0
    for image in images:
        if image.blobs is None:
            bound, unread = bound + image.size, unread + 1
        else:
            blobs.update(image.blobs)
    return Footprint(bytes=sum(blobs.values()), bound=bound, unread=unread)


def freed(gone: Iterable[Stored], kept: Iterable[Stored]) -> Footprint:
    """What is free when some go: blobs that none of the kept ones holds.

    `bytes` is what is surely freed. While a kept image is unread its layers may be those of one
    that goes, so everything is only a bound then.
    """
    staying = list(kept)
    held = {digest for image in staying for digest in image.blobs or ()}
    going = [
        image
        if image.blobs is None
        else Stored(
            image.digest,
            image.size,
            {digest: size for digest, size in image.blobs.items() if digest not in held},
        )
        for image in gone
    ]
    found = footprint(going)
    unread = sum(image.blobs is None for image in staying)
    if unread:
        return Footprint(bound=found.most, unread=found.unread + unread)
    return found
