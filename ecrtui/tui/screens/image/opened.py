"""One file of the image: what is known of it at once, its contents when they have been read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.timer import Timer

from ecrtui.compare.filesystem import FileSystem, flatten
from ecrtui.compare.growth import Growth
from ecrtui.compare.texts import text_of
from ecrtui.compare.tree import Mark
from ecrtui.errors import EcrtuiError
from ecrtui.model.contents import FileContents
from ecrtui.model.details import ImageDetails
from ecrtui.model.files import Entry, EntryKind
from ecrtui.render.ages import Times
from ecrtui.render.file_facts import contents_lines, fact_lines, hides
from ecrtui.render.lines import TextLine, note
from ecrtui.render.progress import progress
from ecrtui.render.syntax import Coloured
from ecrtui.tui import background, syntax
from ecrtui.tui.screens.text import problem_text

if TYPE_CHECKING:
    from ecrtui.tui.screens.image.screen import ImageScreen
    from ecrtui.workflows.progress import Progress

_LOOK = 0.25
"""Seconds between two looks at how far the reading is."""


class _Place(NamedTuple):
    """A file, and the layers it is looked at in."""

    details: ImageDetails
    growth: Growth
    entry: Entry
    layers: int
    """How many layers, from the lowest, have it so."""
    origin: int | None
    """The number, from 0, of the layer that it is from."""
    change: str
    """What the layer looked at did to it; '' for nothing."""

    def files(self) -> FileSystem:
        """What a container of these layers sees."""
        layers = self.growth.files.layers
        return self.growth.files if self.layers == len(layers) else flatten(layers[: self.layers])


class OpenedFile:
    """The file that is looked into; the screen draws its lines."""

    def __init__(self, screen: ImageScreen) -> None:
        self._screen = screen
        self._place: _Place | None = None
        self.found: FileContents | None = None
        """Its bytes, when they have been read."""
        self._contents: list[TextLine] = []
        self._colours: Coloured | None = None
        """Of its language, when they are known."""
        self._progress: Progress | None = None
        self._looking: Timer | None = None

    @property
    def path(self) -> str:
        """Of the file; '' while none was opened."""
        return self._place.entry.path if self._place is not None else ""

    def open(self, details: ImageDetails, growth: Growth, node: int, layer: int) -> None:
        """Show a file as of a layer, by its number from 1; one that is gone as it was before."""
        tree = growth.tree(layer - 1)
        entry, mark = tree.entry(node), tree.mark(node)
        if entry is None:
            return
        told = "" if mark is Mark.SAME else f"{mark.name.lower()} by layer {layer}"
        layers = layer - (mark is Mark.REMOVED)
        origin = growth.origin(node, layers - 1)
        self.close()
        for group in ("contents", syntax.GROUP):  # of the file before
            self._screen.workers.cancel_group(self._screen, group)
        self._place = _Place(details, growth, entry, layers, origin, told)
        self.found, self._contents, self._colours = None, [], None
        if entry.size or entry.kind is EntryKind.HARDLINK:  # which may lead to nothing
            self._read(self._place)

    def close(self) -> None:
        """Nobody waits for it any more."""
        if self._progress is not None:
            self._progress.give_up()
        if self._looking is not None:
            self._looking.stop()

    def _read(self, place: _Place) -> None:
        from ecrtui.workflows.file_contents import read_file
        from ecrtui.workflows.progress import Progress

        screen, told = self._screen, Progress()
        self._progress, services = told, screen.session.services
        self._contents = [TextLine(), note("Reading its contents ...")]
        self._looking = screen.set_interval(_LOOK, self._look)

        def ask() -> FileContents:
            path = place.entry.path
            return read_file(services, place.details, place.files(), path, told.note)

        background.ask(screen, "contents", ask, answer=self._take, failed=self._failed)

    def _look(self) -> None:
        so_far = self._progress.so_far() if self._progress is not None else None
        if so_far is not None and so_far.total:
            told = progress(so_far.bytes, so_far.total, so_far.rate, so_far.left)
            self._contents = [TextLine(), note(f"Reading the layer it is in: {told} at most ...")]
            self._screen.show()

    def _take(self, found: FileContents) -> None:
        self.close()
        self.found = found
        self.draw()

        def texts() -> list[list[str]]:
            text = text_of(found.data, cut=found.truncated)
            return [text.lines] if text is not None else []

        if len(found.data) <= syntax.LARGEST:
            syntax.ask(self._screen, self.path, texts, self._colour)

    def _colour(self, colours: list[Coloured]) -> None:
        self._colours = colours[0]
        self.draw()

    def _failed(self, problem: EcrtuiError) -> None:
        self.close()
        columns = self._screen.columns
        self._contents = [TextLine(), *problem_text(problem, "Enter on the file", columns)]
        self._screen.show()

    def draw(self) -> None:
        """Make the lines of the contents anew, beside the screen."""
        found, screen = self.found, self._screen
        if found is None:
            return
        columns, unmasked, colours = screen.columns, screen.unmasked, self._colours

        def ask() -> list[TextLine]:
            return list(contents_lines(found, columns, unmasked=unmasked, colours=colours))

        def answer(lines: list[TextLine]) -> None:
            self._contents = lines
            screen.show()

        background.ask(screen, "contents", ask, answer=answer, failed=screen.say_problem)

    def lines(self, times: Times, columns: int) -> list[TextLine]:
        """What is known of the file, then its contents."""
        place = self._place
        now = self._screen.details
        if place is None:
            return []
        if now is not None and now.layers and now.layers != place.details.layers:
            return [note(f"{place.entry.path} was opened in another image: open it in this one.")]
        layer = place.details.layers[place.origin] if place.origin is not None else None
        return [*fact_lines(place.entry, layer, times, columns, place.change), *self._contents]

    def remarks(self) -> str:
        """How many lines are masked."""
        count, key = hides(self._contents), self._screen.key_of("unmask")
        return f"{count:,} line{'' if count == 1 else 's'} masked: {key} shows" if count else ""
