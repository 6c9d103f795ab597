"""A repository of a hundred thousand images in the explorer, by what a person sees and waits for."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from statistics import median
from time import perf_counter
from unittest.mock import patch

from bench.explore import READ, explorer, headed, leave_at_images
from bench.figures import Figure, against, require
from bench.scale import Scale
from bench.watch import Watched
from bench.world import REPOSITORY, world
from ecrtui.config.locations import Locations
from ecrtui.config.settings import Settings
from ecrtui.workflows import browse
from ecrtui.workflows.services import Options, Services
from tests.terminal.explorer import ENTER, ESCAPE, both, shows

_ROWS = shows("build-")
"""Some images are on the screen."""
Taken = dict[str, list[float]]


def run(scale: Scale) -> list[Figure]:
    """Opening, reading, and every key at full size."""
    taken: Taken = defaultdict(list)
    with world(f"scale:1,{scale.images}") as environment:
        leave_at_images(environment)
        for _ in range(scale.rounds):
            _reading_alone(environment, taken, scale.images)
            _in_explorer(environment, taken, scale.images)
    values = {name: median(found) for name, found in taken.items()}
    count = f"{scale.images:,} images in the explorer"
    return [
        against(f"{count}: first rows, from asking", values["first"], _PAGE, values["page"]),
        against(f"{count}: all rows, from asking", values["all"], _PAGES, values["pages"]),
        Figure(f"{count}: longest echo of a key while reading", max(taken["echo"]), most=0.05),
        Figure(f"{count}: letter in the filter", values["filter"], most=0.05),
        Figure(f"{count}: page down", values["scroll"], most=0.016),
        Figure(f"{count}: sort by another column", values["sort"], most=0.1),
        Figure(f"{count}: peak memory", values["memory"], unit="MB", most=200),
    ]


_PAGE, _PAGES = "one page's request alone", "the requests alone"


def _reading_alone(environment: Mapping[str, str], taken: Taken, images: int) -> None:
    """The same requests without a screen, in this process."""
    with patch.dict(os.environ, environment, clear=True):
        services = Services(Options(), Settings(), Locations.standard())
        pages = browse.images(services, services.home(), REPOSITORY)
        started = perf_counter()
        count = len(next(pages).items)
        taken["page"].append(perf_counter() - started)
        count += sum(len(page.items) for page in pages)
        taken["pages"].append(perf_counter() - started)
        services.close()
    require(count == images, f"{count} images, not {images}")


def _open_images(environment: Mapping[str, str]) -> tuple[Watched, float]:
    """The explorer as it is asked for the images, and the moment of asking."""
    opened = explorer(environment)
    opened.wait(READ, "the repositories")
    return opened, opened.type(ENTER)


def _in_explorer(environment: Mapping[str, str], taken: Taken, images: int) -> None:
    opened, asked = _open_images(environment)
    with opened:
        taken["first"].append(opened.wait(_ROWS, "an image") - asked)
        taken["all"].append(opened.wait(_all(images), "all images") - asked)
        opened.wait(READ, "the end of the reading")
        taken["memory"].append(opened.peak_megabytes)
        for _ in range(3):
            taken["scroll"].append(opened.answer(PAGE_DOWN)[0])
        opened.answer("/")
        for number in range(1, 4):
            taken["filter"].append(opened.answer("9")[0])
            require(_filtered(images, number)(opened.lines), "the filter shows something else")
        opened.answer(ESCAPE)
        opened.wait(_all(images), "all images again")
        for _ in range(3):
            before = opened.lines[1]
            taken["sort"].append(opened.answer("s")[0])
            require(opened.lines[1] != before, "the order is the same")


