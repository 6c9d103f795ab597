"""The reading of an image's layers: when a tab needs their files, and no more than once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.timer import Timer

from ecrtui.errors import EcrtuiError, GivenUp
from ecrtui.model.details import ImageDetails
from ecrtui.model.manifest import Layer
from ecrtui.render.columns import Cell
from ecrtui.render.progress import progress
from ecrtui.render.sizes import size
from ecrtui.tui import background, states
from ecrtui.tui.screens.text import TextScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot

if TYPE_CHECKING:
    from ecrtui.workflows.image_files import ImageFiles
    from ecrtui.workflows.progress import Fetching, Progress

UNASKED = 500_000_000
"""Bytes of layers that are read without asking: a minute's worth on a fair line."""
_LOOK = 0.25
"""Seconds between two looks at how far the reading is."""
LAYERS, FILES = "layers", "files"
"""The tabs with a tree: beside the layers, and alone for the whole image."""


class LayersRead(TextScreen):
    """Subclasses say of which image, which tab is seen, and draw what comes."""

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self.details: ImageDetails | None = None
        self.found: ImageFiles | None = None
        """The files as far as they are known."""
        self.fetching: Fetching | None = None
        self.files_problem: EcrtuiError | None = None
        self.missing: tuple[Layer, ...] | None = None
        """Layers that are not stored; None while nobody looked."""
        self._asked: tuple[Layer, ...] = ()
        """The layers that `missing` is of."""
        self._progress: Progress | None = None
        self._looking: Timer | None = None

    @property
    def tree_tab(self) -> str:
        """LAYERS or FILES when that is the tab one is at, else ''."""
        raise NotImplementedError

    def files_came(self) -> None:
        """`found` is fuller; draw it."""
        raise NotImplementedError

    def on_unmount(self) -> None:
        """Nobody waits any more; what has been read stays in the store."""
        self._stop()
        if self.found is not None and self.found.waste is not None:
            gc.unfreeze()

    @property
    def reading_files(self) -> bool:
        """Whether layers are being read."""
        return self._looking is not None

    def look_inside(self) -> None:
        """One is at a tab that shows files: read them, or say that it would take long."""
        details = self.details
        if details is None or details.image_manifest is None or self._asked == details.layers:
            return
        self._asked, services = details.layers, self.session.services
        self._stop()
        self.found, self.missing, self.files_problem = None, None, None

        def ask() -> tuple[Layer, ...]:
            from ecrtui.workflows.image_files import unread

            return unread(services, details)

        def answer(missing: tuple[Layer, ...]) -> None:
            self.missing = missing
            if sum(layer.size for layer in missing) <= UNASKED:
                self.read_files()
            else:
                self.show()

        background.ask(self, "unread", ask, answer=answer, failed=self._files_read)

    def read_files(self) -> None:
        """Read the layers; what is stored comes at once."""
        from ecrtui.workflows.progress import Progress

        details, services = self.details, self.session.services
        if details is None:
            return
        self._stop()
        told = self._progress = Progress()

        def fuller() -> Iterator[ImageFiles]:
            from ecrtui.workflows.image_files import image_files

            return image_files(services, details, told.note)

        self.files_problem = None
        self._looking = self.set_interval(_LOOK, self._look)
        background.read(self, "files", fuller, deliver=self._take_files, done=self._files_read)
        self.show()

    def why_not_read(self) -> str:
        """There must be layers that were not read."""
        if not self.tree_tab:
            return "Only the Layers and Files tabs read layers."
        looking = self.missing is None and self.files_problem is None
        if self.reading_files or looking:
            return "They are being read."
        whole = self.found is not None and self.found.uses
        return "All layers have been read." if whole else ""

    def _take_files(self, values: list[ImageFiles]) -> None:
        self.found = values[-1]
        if self.found.waste is not None:
            self._stop()  # that is the last there is to know
            gc.freeze()  # to look through all of it for garbage would keep a key waiting
        self.files_came()
        self._look()

    def _look(self) -> None:
        self.fetching = self._progress.so_far() if self._progress is not None else None
        self.show()

    def _files_read(self, problem: EcrtuiError | None) -> None:
        self._stop()
        self.files_problem = problem if not isinstance(problem, GivenUp) else None
        self.show()

    def stop_reading(self) -> None:
        """Stop; the layers that are known stay, in the store and on the screen."""
        self._stop()
        self.workers.cancel_group(self, "files")
        key = self.key_of("read-layers")
        self.say(f"Stopped. Layers read so far are kept; {key} reads on.")
        self.show()

    def _stop(self) -> None:
        """Let what reads layers end at its next chunk."""
        if self._progress is not None:
            self._progress.give_up()
        if self._looking is not None:
            self._looking.stop()
        self._progress, self._looking, self.fetching = None, None, None

    def why_no_files(self, columns: int) -> list[Cell]:
        """What stands in place of files that have not been read, and the key that reads them."""
        key = self.key_of("read-layers")
        if self.files_problem is not None:
            return states.problem(self.files_problem, key, columns)
        if self.missing is None or self.reading_files:
            return [Cell("Reading the files ...", "dim")]
        count, missing = len(self.missing), sum(layer.size for layer in self.missing)
        if not count:
            return [Cell("Looking into the layers was stopped."), Cell(f"{key} goes on.", "dim")]
        verb = "layer has" if count == 1 else "layers have"
        return [
            Cell(f"{size(missing)} in {count} {verb} not been read."),
            Cell(f"{key} reads them: that is no pull, and what was read is kept.", "dim"),
        ]

    def reading_remark(self) -> str:
        """How far the reading of layers is, or why it ended early; '' when all is known."""
        if not self.reading_files:
            return self._rest()
        so_far = self.fetching
        if so_far is None or not so_far.total:
            return "reading layers ..."
        total = max(so_far.total, sum(layer.size for layer in self.missing or ()))
        left = (total - so_far.bytes) / so_far.rate if so_far.rate else None
        told = progress(so_far.bytes, total, so_far.rate, left)
        known = len(self.found.read) if self.found is not None else 0
        return f"{known} of {len(self._asked)} layers: {told}"

    def _rest(self) -> str:
        found, key = self.found, self.key_of("read-layers")
        if self.files_problem is not None and found is not None:
            return f"{self.files_problem.title}: {key} tries again"
        if found is not None and not found.uses:
            return f"{len(found.read)} of {len(found.growth)} layers read, {key} reads on"
        return ""
