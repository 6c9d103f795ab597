"""Images that have a vulnerability, and how far one has looked for them."""

from __future__ import annotations

import msgspec

from ecrtui.model.finding import Finding
from ecrtui.model.places import Registry

INSPECTOR, ECR = "Inspector", "ECR"
"""By whose word."""


class Affected(msgspec.Struct, frozen=True, kw_only=True):
    """One image that has it."""

    registry: Registry
    repository: str
    digest: str
    tags: tuple[str, ...] = ()
    """Of the image, or of the indexes it belongs to."""
    platform: str = ""
    """Of an index's part, where that is known."""
    findings: tuple[Finding, ...]
    """One for each package that brings it, the worst first."""
    source: str
    """INSPECTOR or ECR."""


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """How far the looking in one registry has come."""

    registry: Registry
    source: str
    done: int = 0
    total: int = 0
    """Images; both 0 for Inspector, which knows them all."""
    unknown: int = 0
    """Images without findings to look at: not scanned, archived ..."""
    ended: bool = False
    problem: Exception | None = None
    """The EcrtuiError that ended it, or that spoiled a repository of it."""
    where: str = ""
    """What the problem is about: a repository; '' for the registry."""
    why_not_inspector: str = ""
    """Why ECR's own findings are looked at, where Inspector could not be asked."""
