"""Amazon ECS, as far as images go; importing a module registers what it answers."""

from __future__ import annotations

from ecrtui.sandbox.control.ecs import clusters, definitions, deployments, services, tasks
from ecrtui.sandbox.control.ecs.base import ecs

__all__ = ["clusters", "definitions", "deployments", "ecs", "services", "tasks"]
