"""A hundred thousand images in the explorer, by what a person sees and waits for."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from statistics import median
from time import perf_counter
from unittest.mock import patch

from bench.explore import READ, REPOSITORIES, explorer, headed
from bench.figures import Figure, against, require
from bench.scale import Scale
from bench.watch import Watched
from bench.world import REPOSITORY, fresh_home, world
from ecrtui.config.locations import Locations
from ecrtui.config.settings import Settings
from ecrtui.workflows import browse
from ecrtui.workflows.services import Options, Services
from tests.terminal.explorer import ENTER, ESCAPE, QUIT, shows
from tests.terminal.program import Seen

PAGE_DOWN = "\x1b[6~"
_COLUMNS = 7
_ROWS = shows("build-")
"""Some images are on the screen."""
Taken = dict[str, list[float]]


def run(scale: Scale) -> list[Figure]:
    """Opening, reading, every kind of key at full size, and leaving."""
    taken: Taken = defaultdict(list)
    with world(f"scale:1,{scale.images}") as environment:
        for _ in range(min(scale.rounds, 5)):
            _reading_alone(environment, taken, scale.images)
            for use in (_in_explorer, _while_reading):
                with fresh_home(environment) as home:
                    use(home, taken, scale.images)
    values = {name: median(found) for name, found in taken.items()}
    what = f"{scale.images:,} images in the explorer"
    return [
        against(f"{what}: first rows, from asking", values["first"], _PAGE, values["page"]),
        against(f"{what}: all rows, from asking", values["all"], _PAGES, values["pages"]),
        Figure(f"{what}: key while reading, median", values["echo"], most=0.05),
        Figure(f"{what}: key while reading, longest", max(taken["echo"]), most=0.05),
        Figure(f"{what}: letter in the filter", values["filter"], most=0.05),
        Figure(f"{what}: page down", values["scroll"], most=0.016),
        Figure(f"{what}: sort by any column, median", values["sort"], most=0.1),
        Figure(f"{what}: peak memory", values["memory"], unit="MB", most=200),
        Figure(f"{what}: from ctrl+q to the end", values["quit"], most=0.3),
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
    """Open the images and use every kind of key on them."""
    opened, asked = _asked(environment)
    with opened:
        taken["first"].append(opened.wait(_ROWS, "an image") - asked)
        taken["all"].append(opened.wait(_all(images), "all images") - asked)
        if not READ(opened.lines):  # else it came with the last rows
            opened.wait(READ, "the end of the reading")
        taken["scroll"] += [opened.answer(PAGE_DOWN)[0] for _ in range(5)]
        opened.answer("/")
        for number in range(1, 4):
            taken["filter"].append(opened.answer("9")[0])
            require(f" · {'9' * number} ┐" in opened.lines[1], "the filter is not what was typed")
        opened.answer(ESCAPE)
        require(_all(images)(opened.lines), "the filter is not cleared")
        for _ in range(_COLUMNS):
            before = opened.lines[1]
            taken["sort"].append(opened.answer("s")[0])
            require(opened.lines[1] != before, "the order is the same")
        taken["memory"].append(opened.peak_megabytes)
        leaving = opened.type(QUIT)
        taken["quit"].append(opened.ended() - leaving)


def _while_reading(environment: Mapping[str, str], taken: Taken, images: int) -> None:
    """Type letters all the while pages come, and see how long each takes to be shown."""
    opened, _ = _asked(environment)
    with opened:
        opened.wait(_ROWS, "an image")
        opened.echo(":", lambda lines: lines[-2].startswith(" : "))
        typed = ""
        while not _all(images)(opened.lines):
            typed += "zq"[len(typed) % 2]
            taken["echo"].append(opened.echo(typed[-1], shows(f": {typed} ")))


def _asked(environment: Mapping[str, str]) -> tuple[Watched, float]:
    """The explorer as the images are asked for, and when that was."""
    opened = explorer(environment)
    opened.wait(READ, "the registries")
    opened.type(ENTER)
    opened.wait(REPOSITORIES, "the repositories")
    return opened, opened.type(ENTER)


def _all(images: int) -> Seen:
    return headed(f" {images:,} · ")
