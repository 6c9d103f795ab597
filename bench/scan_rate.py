"""How often findings are asked for by themselves: calls a second, counted at the other end."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.figures import Figure, require
from bench.scale import WHOLE, Scale
from ecrtui.config.locations import Locations
from ecrtui.config.settings import Settings
from ecrtui.model.places import Registry
from ecrtui.sandbox.faults import Damage, Faults, Occasion
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.findings import counts
from ecrtui.workflows.scans import BY_ITSELF, ON_PURPOSE
from ecrtui.workflows.services import Options, Services
from tests import worlds


class _Counting(Faults):
    """No faults; the moment of each call for findings."""

    def __init__(self) -> None:
        super().__init__()
        self.moments: list[float] = []

    def before(self, occasion: Occasion, *more: Any) -> Damage:
        """Note the moment."""
        if occasion.operation == "DescribeImageScanFindings":
            self.moments.append(perf_counter())
        return super().before(occasion, *more)


def run(scale: Scale) -> list[Figure]:
    """A list's rows in sight, and a search that somebody waits for; each from an idle start."""
    images = 41 if scale == WHOLE else 13
    return [
        _measured("findings of rows in sight, calls a second", BY_ITSELF, images),
        _measured("a search for a CVE by ECR's scans, calls a second", ON_PURPOSE, images),
    ]


def _measured(what: str, rate: float, images: int) -> Figure:
    world, faults = worlds.empty_world(), _Counting()
    repository = worlds.add_repository(world, "bench/scans")
    digests = []
    for number in range(images):
        image = worlds.add_image(repository, content=bytes([number]))
        worlds.add_scan(image, ("CVE-2026-1", "HIGH", "ssl"))
        digests.append(image.digest)
    with Sandbox(world, faults=faults) as sandbox, tempfile.TemporaryDirectory() as home:
        os.environ.update(sandbox.env)
        services = Services(Options(), Settings(), Locations.under(Path(home)))
        place = Registry("main", worlds.REGION)
        found = dict(counts(services, place, repository.name, digests, rate=rate))
        again = dict(counts(services, place, repository.name, digests, rate=rate))
        services.close()
    require(all(one.counts == {"HIGH": 1} for one in found.values()), "counts are wrong")
    require(found.keys() == set(digests) == again.keys(), "an image is missing")
    require(len(faults.moments) == images, "an image was asked for twice")
    require(all(image.last_pull is None for image in repository.images), "it counted as a pull")
    took = faults.moments[-1] - faults.moments[0]
    return Figure(what, (images - 1) / took, "/s", most=rate * 1.02)
