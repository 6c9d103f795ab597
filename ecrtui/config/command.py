"""What a command of the explorer is, and where it works."""

from __future__ import annotations

import msgspec

EVERYWHERE = "everywhere"
LISTS = "lists"
REGISTRIES = "registries"
REPOSITORIES = "repositories"
IMAGES = "images"
IMAGE = "image"
SETTINGS = "settings"
LIFECYCLE = "lifecycle"
SEARCH = "search"
AFFECTED = "affected"
USES = "uses"
TIME = "time"
WHY = "why"
COST = "cost"
ENGINE = "engine"
COMPARE = "compare"
CONTAINERS = "containers"
CONTAINER = "container"
TEXTS = "texts"
JOB = "job"
JOBS = "jobs"
JOURNAL = "journal"
CREDENTIALS = "credentials"
CREDENTIAL = "credential"
PRUNING = "pruning"
"""Where a command works: on every screen, on every list, or on one kind of screen."""


class Command(msgspec.Struct, frozen=True):
    """One command."""

    id: str
    """What keymap files call it; also the name of what does it."""
    name: str
    """A word or two, for the footer and the palette."""
    keys: tuple[str, ...]
    """Textual's names of its keys; the first one is shown. Empty: palette only."""
    help: str
    """One sentence for `?`."""
    where: tuple[str, ...] = (EVERYWHERE,)
    footer: int = 0
    """Its place in the footer, 1 first; 0 keeps it out. The first of a rank has the place."""
    wide: bool = False
    """Whether it has that place only where the screen is wide."""
    dangerous: bool = False
    """It changes a registry; with --read-only it does not exist."""
    elsewhere: bool = False
    """What it changes need not be what one stands in, so it exists where that is protected."""
