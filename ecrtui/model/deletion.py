"""What a registry says of images that were to be deleted and are still there."""

from __future__ import annotations

import msgspec

AT_ONCE = 100
"""The most ids that one BatchDeleteImage takes (service model)."""


class DeleteFailure(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One id that BatchDeleteImage did not delete, in the API's words."""

    image_digest: str = ""
    image_tag: str = ""
    code: str
    """ImageFailureCode: ImageNotFound, ImageReferencedByManifestList ..."""
    reason: str = ""

    @property
    def gone(self) -> bool:
        """Whether there was nothing to delete: what was wanted is so."""
        return self.code in _GONE

    @property
    def held(self) -> bool:
        """Whether an index that lists it keeps it."""
        return self.code == "ImageReferencedByManifestList"


_GONE = ("ImageNotFound",)
