"""The engine's own command, told which engine is meant: it alone can hand over a terminal."""

from __future__ import annotations

import os
import shutil

from ecrtui.engine.connection import Connection


def command(line: Connection) -> tuple[str, tuple[str, ...], dict[str, str]] | None:
    """Path, options that come first, and environment; None where no such command is here.

    Docker's command finds the engine by the same rules as we do, unless we found a socket by
    ourselves. Podman's is told by CONTAINER_HOST, and speaks to Podman alone.
    """
    environment = dict(os.environ)
    where = line.address
    if not where.source:
        environment["DOCKER_HOST"] = where.url
        environment.pop("DOCKER_CONTEXT", None)
    podman = shutil.which("podman")
    if _is_podman(line) and podman and where.tls is None:
        environment["CONTAINER_HOST"] = where.url
        return podman, ("--remote",), environment
    docker = shutil.which("docker")
    return (docker, (), environment) if docker else None


def _is_podman(line: Connection) -> bool:
    told = line.answered(line.client.version, "version")
    parts = told.get("Components") if isinstance(told, dict) else None
    first = parts[0] if isinstance(parts, list) and parts else {}
    return isinstance(first, dict) and "podman" in str(first.get("Name", "")).lower()
