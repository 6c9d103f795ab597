"""Looking for what uses a repository's images, for whichever screen wants to know it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.model.image import Image
from ecrtui.model.journal import ROLLS
from ecrtui.model.usage import ImageUse, Usage
from ecrtui.tui import background, navigation

if TYPE_CHECKING:
    from ecrtui.model.usage import Judged
    from ecrtui.tui.jobs import Job
    from ecrtui.tui.screens.images import ImagesScreen
    from ecrtui.tui.screens.place import PlaceScreen
    from ecrtui.workflows.callers import Caller
    from ecrtui.workflows.services import Services
    from ecrtui.workflows.usage.standing import Children

_EVERY = 0.5
"""Seconds between two tellings: to judge ten thousand images takes a while."""
GROUP = "uses"


class Seen:
    """What is known of a repository's uses at a moment."""

    def __init__(
        self,
        usage: Usage,
        stands: Mapping[str, ImageUse],
        rows: Sequence[Judged],
        *,
        all_of_it: bool,
    ) -> None:
        self.usage = usage
        self.stands = stands
        """By digest; until all is known only those in use."""
        self.rows = rows
        self.all_of_it = all_of_it


class Uses:
    """One screen's look; `came` is called when there is more to show."""

    def __init__(self, screen: PlaceScreen, came: Callable[[], None]) -> None:
        self._screen = screen
        self._came = came
        self.seen: Seen | None = None
        self.problem: EcrtuiError | None = None
        self.looking = False
        self._anew = False

    def begin(self, caller: Caller) -> None:
        """The screen is read: by a person's key, or by itself, which asks no place anew."""
        self._anew = self.seen is not None and caller is background.ASKED

    @property
    def stands(self) -> Mapping[str, ImageUse]:
        """How each image stands, by digest, as far as it is known."""
        return self.seen.stands if self.seen is not None else {}

    def look(self, images: Sequence[Image] | None, *, again: bool = False) -> None:
        """Ask, in the background; `images` is the repository's list, read where it is None.

        Places are asked anew `again`, and when a person asked for it; else answers serve a while.
        """
        again, self._anew = again or self._anew, False
        screen, services = self._screen, self._screen.session.services
        registry, name = screen.spot.registry, screen.spot.repository
        if registry is None:
            return
        self.looking, self.problem = True, None

        def make() -> Iterator[Seen]:
            from ecrtui.workflows import browse, usage

            if again:
                usage.forget(services)
            rows = images
            if rows is None:
                pages = browse.images(services, registry, name)
                rows = [image for page in pages for image in page.items]
            looked = usage.look(services, registry, name, kubectl=services.settings.kubectl)
            yield from paced(services, looked, rows)

        def done(problem: EcrtuiError | None) -> None:
            self.looking, self.problem = False, problem
            self._came()

        background.read(
            screen,
            GROUP,
            make,
            deliver=self._take,
            done=done,
            caller=background.ASKED if again else background.UNASKED,
        )

    def _take(self, found: list[Seen]) -> None:
        self.seen = found[-1]
        self._came()


def paced(services: Services, looked: Iterator[Usage], images: Sequence[Image]) -> Iterator[Seen]:
    """Usages judged, some times a second; the last one is all."""
    from ecrtui.workflows import usage

    told, last = time.monotonic(), Usage()
    children = usage.children_of(services, images)
    for last in looked:
        if time.monotonic() - told >= _EVERY:
            yield judged(last, images, children, all_of_it=False)
            told = time.monotonic()
    yield judged(last, images, children, all_of_it=True)


def judged(found: Usage, images: Sequence[Image], children: Children, *, all_of_it: bool) -> Seen:
    """How each image stands by a usage."""
    from ecrtui.workflows import usage

    stands = usage.of_images(found, images, children)
    if not all_of_it:  # who was not seen so far may be seen yet
        stands = {digest: one for digest, one in stands.items() if one.in_use}
    return Seen(found, stands, usage.judged(found, images, children), all_of_it=all_of_it)


def listed(screen: PlaceScreen) -> Sequence[Image] | None:
    """The repository's images, where their list lies below and is whole; None elsewhere."""
    for place in navigation.places_of(screen.app):
        here = (place.spot.kind, place.spot.registry, place.spot.repository)
        if here == (kinds.IMAGES, screen.spot.registry, screen.spot.repository) and place.idle:
            return cast("ImagesScreen", place).images
    return None


def rolled(job: Job) -> bool:
    """Whether a job made something run another image."""
    return any(change.kind in ROLLS for change in job.changes)
