"""What tags pointed to in the past, and who knows it."""

from __future__ import annotations

from enum import Enum

import msgspec


class Witness(str, Enum):
    """Who says so."""

    CLOUDTRAIL = "CloudTrail"
    SEEN = "seen by ecrtui"
    """It named the image when ecrtui looked; it may have named others between two looks."""
    JOURNAL = "changed by ecrtui"
    NOW = "now"


class TagMove(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A tag began to name an image, or to name nothing."""

    tag: str
    digest: str
    """'' when it named nothing from then on."""
    at: float
    """Epoch seconds, UTC."""
    witness: Witness
    by: str = ""
    """The principal, where CloudTrail tells."""
