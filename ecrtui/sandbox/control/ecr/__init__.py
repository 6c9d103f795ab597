"""Amazon ECR's operations, by topic; importing a module registers what it answers."""

from __future__ import annotations

from ecrtui.sandbox.control.ecr import images, pulls, repositories
from ecrtui.sandbox.control.ecr.base import ecr

__all__ = ["ecr", "images", "pulls", "repositories"]
