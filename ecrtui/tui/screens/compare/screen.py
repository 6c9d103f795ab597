"""Two images compared: what is known at once, the rest as it is read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual.timer import Timer

from ecrtui.compare.comparison import Comparison
from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.model.details import ImageDetails
from ecrtui.model.manifest import Descriptor, Manifest
from ecrtui.model.places import Outside
from ecrtui.render.copying import CopyChoice
from ecrtui.render.lines import TextLine, note
from ecrtui.render.progress import part_of, progress
from ecrtui.render.summary import platform, summary, summary_text, title
from ecrtui.tui import background
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.screens.compare import tabs
from ecrtui.tui.screens.text import TextScreen
from ecrtui.tui.session import Session
from ecrtui.tui.sides import target_of
from ecrtui.tui.spot import Spot
from ecrtui.tui.widgets.spans import Span

if TYPE_CHECKING:
    from ecrtui.workflows.progress import Fetching, Progress

_LOOK = 0.25
"""Seconds between two looks at how far the reading is."""
_KINDS = ("", "added", "removed", "modified")


class CompareScreen(TextScreen):
    """From an older image to a newer one, or the other way round."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.TEXTS, kinds.COMPARE)

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self.found: Comparison | None = None
        self.tab = tabs.TABS[0]
        self.change_kind = ""
        """Of changes those that are shown; '' shows all."""
        self.file_times = False
        self.unmasked = False
        self._sure = False
        self._progress: Progress | None = None
        self._fetching: Fetching | None = None
        self._looking: Timer | None = None
        self.fetched = {"bytes": 0, "requests": 0}
        """What came over the network for it."""
        self._seconds = 0.0
        """How long that took."""
        self._began = 0.0
        self._before = (0, 0)

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

        def fuller() -> Iterator[Comparison]:
            one, other = both(services, before, after, platform=platform_)
            for found in compare_images(
                services, one, other, mtime=times, deep=sure, note=told.note
            ):
                summary(found)  # what is summed up once is summed up here, beside the screen
                yield found

        self._began = time.monotonic()
        self._before = (services.traffic.bytes, services.traffic.requests)
        self.start_reading()
        self._looking = self.set_interval(_LOOK, self._look)
        background.read(self, "compare", fuller, deliver=self._take, done=self.finish_reading)

    def _take(self, values: list[Comparison]) -> None:
        self.found = values[-1]
        self._look()

    def _look(self) -> None:
        """See how far the reading is."""
        self._fetching = self._progress.so_far() if self._progress is not None else None
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

    # Drawing

    def known(self) -> bool:
        """Whether both manifests and configurations are known."""
        return self.found is not None

    def waiting(self) -> str:
        """The manifests are on their way."""
        return "Reading both manifests ..."

    def content(self, columns: int) -> list[TextLine]:
        """The lines of the tab one is at."""
        if self.found is None:
            return []
        read = self._fetching.layers if self._fetching is not None and not self.idle else {}
        view = tabs.View(self.found, columns, self._waiting(), read, self.unmasked)
        lines = self.tab.lines(view)
        if not self.change_kind:
            return lines
        kept = [line for line in lines if line.change == self.change_kind]
        return kept or [note(f"Nothing here was {self.change_kind}.")]

    def _waiting(self) -> str:
        """How far the reading of layers is; '' when nothing is read any more."""
        if self.idle:
            return ""
        so_far = self._fetching
        if so_far is None or not so_far.total:
            return "reading ..."
        told = progress(so_far.bytes, so_far.total, so_far.rate, so_far.left)
        count = len(so_far.layers)
        return f"reading {count} layer{'' if count == 1 else 's'}: {told}"

    def heading(self) -> list[Span]:
        """The tabs, each clickable, with how much is in them."""
        spans = []
        for number, tab in enumerate(tabs.TABS, 1):
            here, action = tab is self.tab, f"screen.do('{tab.id}')"
            count = tab.amount(self.found) if self.found is not None else ""
            spans.append(Span(f" {number}", "accent" if here else "dim", action))
            text = f" {tab.title}{' ' + count if count else ''} "
            spans.append(Span(text, "title" if here else "dim", action))
        if self.change_kind:
            spans.append(Span(f" {self.change_kind} only ", "warn"))
        return spans

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
        parts = (
            one if one == other else f"{one} → {other}",
            f"{part_of(self.fetched['bytes'], whole)} fetched, {self._seconds:.1f} s",
            ("no pull", "counted as a pull", "counted as pulls")[pulls] if in_ecr else "",
            "times count" if self.file_times else "",
        )
        return " · ".join(part for part in parts if part)

    # What commands ask for

    def show_tab(self, name: str) -> None:
        """Go to a tab; the search in the one before ends."""
        self.tab = tabs.tab_of(name)
        self.filter_text = ""
        self.lines.find("")
        self.lines.start()
        self.show()

    def next_tab(self, by: int) -> None:
        """Along the tabs."""
        self.show_tab(tabs.TABS[(tabs.TABS.index(self.tab) + by) % len(tabs.TABS)].id)

    def follow(self, leads: str) -> None:
        """To a tab."""
        what, _, which = leads.partition(":")
        if what == "tab":
            self.show_tab(which)

    def give_up(self) -> bool:
        """Escape shows all changes again before it leaves."""
        if super().give_up():
            return True
        if self.change_kind:
            self.change_kind = ""
            self.show()
            return True
        return False

    def next_change(self, by: int) -> None:
        """To the next change of the tab; from the summary to the first tab that has one."""
        if self.tab.id == "diff-summary":
            self.show_tab(next(tab.id for tab in tabs.TABS[1:] if self._changes(tab)))
        self.lines.to_change(by)

    def why_no_change(self) -> str:
        """Why there is none to go to."""
        if self.found is None:
            return "Nothing is known of it yet."
        wanted = tabs.TABS[1:] if self.tab.id == "diff-summary" else (self.tab,)
        return "" if any(map(self._changes, wanted)) else "Nothing differs here."

    def _changes(self, tab: tabs.Tab) -> bool:
        return self.found is not None and tab.amount(self.found).partition("/")[0] not in "0…"

    def switch_kind(self) -> None:
        """Only added, only removed, only modified, all."""
        self.change_kind = _KINDS[(_KINDS.index(self.change_kind) + 1) % len(_KINDS)]
        self.show()

    def why_no_kind(self) -> str:
        """The summary is of all kinds."""
        return "The summary tells of all kinds." if self.tab.id == "diff-summary" else ""

    def switch_mask(self) -> None:
        """Show what is behind the masks, or hide it again."""
        self.unmasked = not self.unmasked
        self.show()

    def why_no_unmask(self) -> str:
        """Masks are only in the config."""
        return "" if self.tab.id == "diff-config" else "Only the Config tab masks anything."

    def swap(self) -> None:
        """The other way round; nothing is read for it."""
        spot, other = self.spot, self.spot.against or self.spot
        one = msgspec.structs.replace(spot, kind=kinds.IMAGE, against=None, platform="")
        self._work(swap=True, times=self.file_times)
        self.spot = msgspec.structs.replace(
            other, kind=kinds.COMPARE, against=one, platform=spot.platform
        )

    def switch_times(self) -> None:
        """Let times of files count, or no longer; nothing is read for it."""
        self.file_times = not self.file_times
        self._work(swap=False, times=self.file_times)

    def _work(self, *, swap: bool, times: bool) -> None:
        """Compare anew what has been read, beside the screen."""
        found = self.found
        if found is None:
            return

        def make() -> Comparison:
            from ecrtui.workflows.compare import again

            turned = again(found, swap=swap, mtime=times)
            summary(turned)
            return turned

        background.ask(self, "again", make, answer=self._turned, failed=self.say_problem)

    def _turned(self, found: Comparison) -> None:
        self.found = found
        self.show()

    def why_not_again(self) -> str:
        """All must have been read that will be."""
        if self.found is None or not self.idle:
            return "It is still being read."
        return "" if self.found.files is not None else "The files could not be read."

    def read_shared(self) -> None:
        """Read shared layers until nothing is unsure."""
        self._sure = True
        self.reload()

    def why_not_sure(self) -> str:
        """Something must be unsure."""
        if self.found is None or not self.idle:
            return "It is still being read."
        return (
            "" if self.found.unsure is not None else "Nothing is unsure: all that matters was read."
        )

    # Copying

    def why_no_copy(self) -> str:
        """Something must be known of it."""
        return "" if self.found is not None else "Nothing is known of it yet."

    def copy_choices(self, use: Use) -> None:
        """The summary first where one sees it, else the line stood on."""
        found = self.found
        if found is None:
            return
        line = self.lines.current
        own = [CopyChoice("this line", line.copy)] if line is not None and line.copy else []
        whole = [CopyChoice("summary", summary_text(found))]
        first, then = (whole, own) if self.tab.id == "diff-summary" else (own, whole)
        use([*first, *then, CopyChoice("what is compared", title(found))])


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
