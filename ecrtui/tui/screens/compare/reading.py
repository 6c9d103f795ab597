"""The reading of a comparison: what is known at once, the rest as layers are read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from textual.timer import Timer

from ecrtui.compare.comparison import Comparison
from ecrtui.compare.tree import Tree, tree_of_difference
from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.model.details import ImageDetails
from ecrtui.model.manifest import Descriptor, Manifest
from ecrtui.model.places import Outside
from ecrtui.render.progress import part_of, progress
from ecrtui.render.sizes import size
from ecrtui.render.summary import platform, summary
from ecrtui.tui import background
from ecrtui.tui.screens.text import TextScreen
from ecrtui.tui.session import Session
from ecrtui.tui.sides import target_of
from ecrtui.tui.spot import Spot

if TYPE_CHECKING:
    from ecrtui.workflows.progress import Fetching, Progress

_LOOK = 0.25
"""Seconds between two looks at how far the reading is."""
STILL_READ = "It is still being read."


class Compared(NamedTuple):
    """A comparison with what is drawn of it, made beside the screen."""

    found: Comparison
    tree: Tree | None
    """Of the files, once they are known."""


class ReadingScreen(TextScreen):
    """Two images, read as far as it takes; turned round, or with times, without reading more."""

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self.found: Comparison | None = None
        self.files: Tree | None = None
        self.file_times = False
        self.fetching: Fetching | None = None
        """How far the reading of layers is."""
        self.fetched = {"bytes": 0, "requests": 0}
        """What came over the network for it."""
        self._seconds = 0.0
        """How long that took."""
        self._sure = False
        self._began = 0.0
        self._before = (0, 0)
        self._progress: Progress | None = None
        self._looking: Timer | None = None

    # Reading

    def reload(self) -> None:
        """Read it (again); what is stored comes at once."""
        from ecrtui.workflows.compare import both, compare_images
        from ecrtui.workflows.progress import Progress

        self._stop()
        told = self._progress = Progress()
        services, platform_ = self.session.services, self.spot.platform
        before, after = target_of(self.spot.against or self.spot), target_of(self.spot)
        times, sure = self.file_times, self._sure

        def fuller() -> Iterator[Compared]:
            one, other = both(services, before, after, platforms=(platform_, platform_))
            values = compare_images(services, one, other, mtime=times, deep=sure, note=told.note)
            yield from map(_prepared, values)

        self._began = time.monotonic()
        self._before = (services.traffic.bytes, services.traffic.requests)
        self.start_reading()
        self._looking = self.set_interval(_LOOK, self._look)
        background.read(
            self,
            "compare",
            fuller,
            deliver=self._take,
            done=self.finish_reading,
            caller=self.caller,
        )

    def _take(self, values: list[Compared]) -> None:
        self.found, self.files = values[-1]
        self._look()

    def _look(self) -> None:
        """See how far the reading is."""
        self.fetching = self._progress.so_far() if self._progress is not None else None
        traffic, (bytes_, requests) = self.session.services.traffic, self._before
        self.fetched = {"bytes": traffic.bytes - bytes_, "requests": traffic.requests - requests}
        self._seconds = time.monotonic() - self._began
        self.show()

    def finish_reading(self, problem: EcrtuiError | None) -> None:
        """All is known that will be."""
        self._look()
        if self._looking is not None:
            self._looking.stop()
        super().finish_reading(problem)

    def on_unmount(self) -> None:
        """Nobody waits any more."""
        self._stop()

    def _stop(self) -> None:
        """Let what reads layers end at its next chunk; whole layers stay in the store."""
        if self._progress is not None:
            self._progress.give_up()
        if self._looking is not None:
            self._looking.stop()

    @property
    def reading_files(self) -> bool:
        """Whether layers are being read, while the rest is known."""
        return self.found is not None and self.found.files is None and not self.idle

    def stop_reading(self) -> None:
        """Stop; whole layers that were read are kept."""
        self._stop()
        self.workers.cancel_group(self, "compare")
        TextScreen.finish_reading(self, None)
        self.say(f"Stopped. Layers read so far are kept; {self.key_of('refresh')} reads on.")

    # What is said of it

    def known(self) -> bool:
        """Whether both manifests and configurations are known."""
        return self.found is not None

    def waiting(self) -> str:
        """The manifests are on their way."""
        before = self.spot.against.name if self.spot.against is not None else ""
        return f"Reading the manifests of {before} and {self.spot.name} ..."

    def reading_layers(self) -> str:
        """How far the reading of layers is; where they were not read, the key that does it."""
        if self.idle:
            unread = self.found is not None and self.found.files is None
            return f"not read: {self.key_of('refresh')} reads on" if unread else ""
        so_far = self.fetching
        if so_far is None or not so_far.total:
            return "reading ..."
        told = progress(so_far.bytes, so_far.total, so_far.rate, so_far.left)
        count = len(so_far.layers)
        return f"reading {count} layer{'' if count == 1 else 's'}: {told}"

    def remarks(self) -> str:
        """For which platform, what came over the network, and whether it counted as a pull."""
        found = self.found
        if found is None:
            return ""
        sides = (found.before, found.after)
        one, other = map(platform, sides)
        whole = sum({one.digest: one.size for side in sides for one in _parts(side)}.values())
        in_ecr = [side for side in sides if not isinstance(side.home, Outside)]
        pulls = sum(1 for side in in_ecr if not side.from_cache)
        came = self.fetched["bytes"]  # attached documents come on top of what the two are made of
        took = f", {self._seconds:.1f} s" if self.idle else ""
        parts = (
            one if one == other else f"{one} → {other}",
            "times count" if self.file_times else "",
            ("no pull", "counted as a pull", "counted as pulls")[pulls] if in_ecr else "",
            f"{part_of(came, whole) if came <= whole else size(came)} fetched{took}",
        )
        return " · ".join(part for part in parts if part)

    # What commands ask for

    def platforms(self) -> list[str]:
        """Those that either image has, where it is an index."""
        found = self.found
        manifests = (found.before.manifest, found.after.manifest) if found is not None else ()
        children = [child for one in manifests if one is not None for child in one.platforms]
        return list(dict.fromkeys(str(child.platform) for child in children if child.platform))

    def look_at(self, platform: str) -> None:
        """Compare another platform of both; its manifests are read when they are not stored."""
        self.spot = msgspec.structs.replace(self.spot, platform=platform)
        self.found = self.files = None
        self.reload()

    def why_no_platform(self) -> str:
        """An index must be among them."""
        if self.found is None:
            return STILL_READ
        return "" if self.platforms() else "Neither of them is an index."

    def swap(self) -> None:
        """The other way round; nothing is read for it."""
        spot, other = self.spot, self.spot.against or self.spot
        one = msgspec.structs.replace(spot, kind=kinds.IMAGE, against=None, platform="")
        self.spot = msgspec.structs.replace(
            other, kind=kinds.COMPARE, against=one, platform=spot.platform
        )
        self._compare_again(swap=True)

    def switch_times(self) -> None:
        """Let times of files count, or no longer; nothing is read for it."""
        self.file_times = not self.file_times
        self._compare_again(swap=False)

    def _compare_again(self, *, swap: bool) -> None:
        """Compare anew what has been read, beside the screen."""
        found, times = self.found, self.file_times
        if found is None:
            return

        def make() -> Compared:
            from ecrtui.workflows.compare import again

            return _prepared(again(found, swap=swap, mtime=times))

        self.start_reading()
        background.ask(self, "compare", make, answer=self._turned, failed=self.finish_reading)

    def _turned(self, compared: Compared) -> None:
        self.found, self.files = compared
        TextScreen.finish_reading(self, None)

    def why_not_again(self) -> str:
        """All must have been read that will be."""
        if self.found is None or not self.idle:
            return STILL_READ
        return "" if self.found.files is not None else "The files were not read."

    def read_shared(self) -> None:
        """Read shared layers until nothing is unsure."""
        self._sure = True
        self.reload()

    def why_not_sure(self) -> str:
        """Something must be unsure."""
        if self.found is None or not self.idle:
            return STILL_READ
        unsure = self.found.unsure is not None
        return "" if unsure else "Nothing is unsure: all that matters was read."


def _prepared(found: Comparison) -> Compared:
    """With all that is summed up once and then drawn with every key."""
    summary(found)
    return Compared(found, tree_of_difference(found.files) if found.files is not None else None)


def _parts(details: ImageDetails) -> Iterator[Manifest | Descriptor]:
    """All that an image is made of, as a registry keeps it."""
    manifest = details.image_manifest
    if details.manifest is not None:
        yield details.manifest
    if manifest is not None:
        yield manifest
        yield from manifest.layers
        if manifest.config is not None:
            yield manifest.config
