"""Amazon ECR's operations, by topic; importing a module registers what it answers."""

from __future__ import annotations

from ecrtui.sandbox.control.ecr import (
    backfills,
    deletions,
    images,
    lifecycle,
    policies,
    pulls,
    pushes,
    referrers,
    repositories,
    scanning,
    settings,
    upstreams,
)
from ecrtui.sandbox.control.ecr.base import ecr

__all__ = [
    "backfills",
    "deletions",
    "ecr",
    "images",
    "lifecycle",
    "policies",
    "pulls",
    "pushes",
    "referrers",
    "repositories",
    "scanning",
    "settings",
    "upstreams",
]
