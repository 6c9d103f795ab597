"""Amazon Inspector of images; importing a module registers what it answers."""

from __future__ import annotations

from ecrtui.sandbox.control.inspector import clusters, coverage, findings
from ecrtui.sandbox.control.inspector.base import inspector

__all__ = ["clusters", "coverage", "findings", "inspector"]
