"""An image into an engine, beside docker pull."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from bench.figures import Figure, against, interleaved, require
from bench.places import LAYERS, NAME, Places, placed
from bench.programs import ecrtui, measured
from bench.scale import WHOLE, Scale
from tests.engines import Docker, running

_FILE = 17 * 1024
"""Bytes of each file, as in the large image that docs/performance.md begins with."""


def run(scale: Scale) -> list[Figure]:
    """The same image by us and by docker, removed in between."""
    if shutil.which("dockerd") is None or os.geteuid() != 0:
        return []
    shrink = 1 if scale == WHOLE else 10
    with tempfile.TemporaryDirectory(prefix="ecrtui-bench-") as name:
        sizes = [(size << 20) // shrink for size in LAYERS]
        with placed(Path(name), sizes, file_size=_FILE) as places, running() as docker:
            docker.login(places.sandbox, places.password)
            return _measured(places, docker, min(scale.rounds, 3))


def _measured(places: Places, docker: Docker, rounds: int) -> list[Figure]:
    image = f"{places.sandbox}/{NAME}:v1"
    environment = places.environment | docker.environment
    own = {"HOME": places.environment["HOME"]}

    def timed(command: list[str]) -> float:
        took, _ = measured(command, environment | own)
        told = docker.run("image", "inspect", "--format", "{{.RepoDigests}}", image)
        require(places.image.digest in told, f"{command}: another image came: {told}")
        docker.run("image", "rm", "--force", image)
        docker.run("image", "prune", "--all", "--force")
        return took

    took = interleaved(
        {
            "ours": lambda: timed(ecrtui("pull", f"{NAME}:v1")),
            "theirs": lambda: timed([docker.cli, "pull", image]),
        },
        rounds,
    )
    what = f"pull of {places.image.size >> 20:,} MB into docker"
    return [against(what, took["ours"], "docker pull", took["theirs"], most=1.05)]
