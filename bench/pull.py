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
from bench.world import fresh_home
from tests.engines import Docker, running

_FILE = 17 * 1024
"""Bytes of each file, as in the large image that docs/performance.md begins with."""


def run(scale: Scale) -> list[Figure]:
    """The same image by us, by docker, and read by us and loaded; removed in between."""
    if shutil.which("dockerd") is None or os.geteuid() != 0:
        return []
    shrink, rounds = (2, 3) if scale == WHOLE else (20, 1)
    with tempfile.TemporaryDirectory(prefix="ecrtui-bench-") as name:
        sizes = [(size << 20) // shrink for size in LAYERS]
        with placed(Path(name), sizes, file_size=_FILE) as places, running() as docker:
            docker.login(places.sandbox, places.password)
            return _measured(places, docker, rounds)


def _measured(places: Places, docker: Docker, rounds: int) -> list[Figure]:
    image, ours, digest = f"{places.sandbox}/{NAME}:v1", f"{NAME}:v1", places.image.digest
    environment = places.environment | docker.own

    def timed(command: list[str], told_digest: str) -> float:
        with fresh_home(environment) as home:
            took, _ = measured(command, home)
        told = docker.run("image", "inspect", "--format", "{{.Id}} {{.RepoDigests}}", image)
        require(told_digest in told, f"{command}: another image came: {told}")
        docker.run("image", "rm", "--force", image)
        docker.run("image", "prune", "--all", "--force")
        return took

    took = interleaved(
        {
            "ours": lambda: timed(ecrtui("pull", ours), digest),
            "load": lambda: timed(ecrtui("pull", "--load", ours), places.image.config),
            "theirs": lambda: timed([docker.cli, "pull", image], digest),
        },
        rounds,
    )
    what = f"pull of {places.image.size >> 20:,} MB into docker"
    return [
        against(what, took["ours"], "docker pull", took["theirs"], most=1.05),
        against(f"{what}: read by us and loaded", took["load"], "docker pull", took["theirs"]),
    ]
