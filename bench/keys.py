"""Bytes sent to the terminal for a key: what a slow line pays."""

from __future__ import annotations

from bench.explore import READ, REPOSITORIES, explorer
from bench.figures import Figure, require
from bench.scale import Scale
from bench.watch import Watched
from bench.world import fresh_home, world
from tests.terminal.explorer import DOWN, ENTER, TAB, shows

_PAGE_DOWN = "\x1b[6~"
_KEYS = {"cursor down": DOWN, "page down": _PAGE_DOWN, "`/`": "/", "letter in the filter": "9"}


def run(scale: Scale) -> list[Figure]:
    """On a list of images, and between an image's tabs. The same each time: no rounds."""
    del scale
    figures: list[Figure] = []
    with world("scale:1,1000") as environment:
        for size in ((80, 24), (120, 40)):
            with fresh_home(environment) as home, explorer(home, size) as opened:
                sent = _sent(opened)
            across, down = size
            figures += [
                Figure(f"bytes for a key at {across}x{down}: {name}", count, unit="bytes")
                for name, count in sent.items()
            ]
    return figures


def _sent(opened: Watched) -> dict[str, int]:
    opened.wait(READ, "the registries")
    opened.type(ENTER)
    opened.wait(REPOSITORIES, "the repositories")
    opened.type(ENTER)
    opened.wait(shows("build-0000999", " ago ┘"), "the images")
    opened.settle()
    sent = {name: opened.answer(key)[1] for name, key in _KEYS.items()}
    require(shows(" · 9 ┐")(opened.lines), "the filter is not what was typed")
    opened.answer(ENTER)
    opened.type(ENTER)
    opened.wait(shows("Overview"), "an image")
    opened.settle()
    return sent | {"next tab": opened.answer(TAB)[1]}
