"""Where engines usually listen on this machine, and what starts the one that belongs there."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import msgspec

_PODMAN = "systemctl --user start podman.socket"
_DOCKER = "sudo systemctl start docker"
_DESKTOP = "Start Docker Desktop."
_COLIMA = "colima start"
_SECONDS = 1.0


class Place(msgspec.Struct, frozen=True):
    """One usual place."""

    path: str
    """With {home} and {runtime} in it."""
    start: str
    """What a person does when nobody listens there."""


PLACES = (
    Place("/var/run/docker.sock", _DOCKER),
    Place("{runtime}/docker.sock", "systemctl --user start docker"),
    Place("{home}/.docker/run/docker.sock", _DESKTOP),
    Place("{home}/.docker/desktop/docker.sock", _DESKTOP),
    Place("{home}/.orbstack/run/docker.sock", "Start OrbStack."),
    Place("{home}/.colima/default/docker.sock", _COLIMA),
    Place("{home}/.config/colima/default/docker.sock", _COLIMA),
    Place("{home}/.rd/docker.sock", "Start Rancher Desktop."),
    Place("{home}/.lima/docker/sock/docker.sock", "limactl start docker"),
    Place("{runtime}/podman/podman.sock", _PODMAN),
    Place("{home}/.local/share/containers/podman/machine/podman.sock", "podman machine start"),
    Place("/run/podman/podman.sock", "sudo systemctl start podman.socket"),
)
"""The best known first (docs.docker.com, and each program's own documentation)."""


def usual() -> Iterator[tuple[Path, Place]]:
    """The places, as they are for this person."""
    runtime = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    home = str(Path.home())
    for place in PLACES:
        yield Path(place.path.format(runtime=runtime, home=home)), place


def start_of(path: str) -> str:
    """What starts the engine that listens there; '' for a place that is not a usual one."""
    wanted = os.path.realpath(path)
    return next((p.start for found, p in usual() if os.path.realpath(found) == wanted), "")


def answers(path: Path) -> bool:
    """Whether somebody listens there and lets us in."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
            asked.settimeout(_SECONDS)
            asked.connect(str(path))
    except OSError:
        return False
    return True
