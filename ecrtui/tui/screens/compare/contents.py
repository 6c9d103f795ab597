"""The contents of one file in both images: read when it is opened, drawn as lines come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from textual.timer import Timer

from ecrtui.compare.contents import ContentsDifference
from ecrtui.errors import EcrtuiError
from ecrtui.render.changes import content_lines, file_lines
from ecrtui.render.contents import shown_lines
from ecrtui.render.lines import TextLine, note
from ecrtui.render.progress import progress
from ecrtui.render.syntax import Coloured
from ecrtui.tui import background, syntax
from ecrtui.tui.screens.compare import tabs
from ecrtui.tui.screens.text import problem_text

if TYPE_CHECKING:
    from ecrtui.tui.screens.compare.screen import CompareScreen
    from ecrtui.workflows.progress import Progress

_LOOK = 0.25
"""Seconds between two looks at how far the reading is."""
_PAGE = 500
"""Lines made at a time, beside the screen."""
_MOST = 50_000
"""Lines shown of one file; who needs more looks at the whole with a tool for it."""

_Page = tuple[list[TextLine], int]
"""Lines, and how many are masked."""


class OpenedFile:
    """The file that is looked into; the screen draws its lines."""

    def __init__(self, screen: CompareScreen) -> None:
        self._screen = screen
        self.path = ""
        self.lines: list[TextLine] = []
        self._found: ContentsDifference | None = None
        self._colours: list[Coloured] = []
        """Of both sides, when they are known."""
        self._masked = 0
        self._progress: Progress | None = None
        self._looking: Timer | None = None

    def open(self, path: str) -> None:
        """Read a file of both images, and show how it differs."""
        from ecrtui.workflows.compare_contents import compare_file
        from ecrtui.workflows.progress import Progress

        screen, compared = self._screen, self._screen.found
        if compared is None:
            return
        self.close()
        for group in ("content lines", syntax.GROUP):  # of the file before
            screen.workers.cancel_group(screen, group)
        told = self._progress = Progress()
        services = screen.session.services
        self.path, self._found, self._colours, self._masked = path, None, [], 0
        self.lines = [note("Reading it ...")]
        self._looking = screen.set_interval(_LOOK, self._look)
        screen.show_tab(tabs.CONTENTS.id)
        background.ask(
            screen,
            "contents",
            lambda: compare_file(services, compared, path, told.note),
            answer=self._take,
            failed=self._failed,
        )

    def close(self) -> None:
        """Nobody waits for it any more."""
        if self._progress is not None:
            self._progress.give_up()
        if self._looking is not None:
            self._looking.stop()

    def forget(self) -> None:
        """Other images are compared now, or the other way round."""
        self.close()
        for group in ("contents", "content lines", syntax.GROUP):
            self._screen.workers.cancel_group(self._screen, group)
        self.path, self.lines, self._found, self._colours, self._masked = "", [], None, [], 0

    def _look(self) -> None:
        so_far = self._progress.so_far() if self._progress is not None else None
        if so_far is not None and so_far.total:
            told = progress(so_far.bytes, so_far.total, so_far.rate, so_far.left)
            self.lines = [note(f"Reading the layers it is in: {told} at most ...")]
            self._screen.show()

    def _take(self, found: ContentsDifference) -> None:
        self.close()
        self._found = found
        self.draw()
        text = found.text
        if text is not None:
            sides = text.before.lines, text.after.lines
            syntax.ask(self._screen, self.path, lambda: sides, self._colour)

    def _failed(self, problem: EcrtuiError) -> None:
        self.close()
        screen = self._screen
        self.lines = problem_text(problem, "Enter on the file", screen.size.width)
        screen.show()

    def draw(self) -> None:
        """Make the lines anew, beside the screen: of a large file they come page by page."""
        found, screen = self._found, self._screen
        if found is None:
            return
        self.lines, self._masked = self._facts(screen.columns), 0
        background.read(
            screen,
            "content lines",
            self._pages(found),
            deliver=self._more,
            done=lambda _: screen.show(),
        )

    def _pages(self, found: ContentsDifference) -> Callable[[], Iterator[_Page]]:
        """What makes the lines as they are to be now."""
        columns, unmasked, colours = self._screen.columns, self._screen.unmasked, self._colours

        def pages() -> Iterator[_Page]:
            shown = islice(shown_lines(found, unmasked=unmasked), _MOST + 1)
            while page := list(islice(shown, _PAGE)):
                drawn = [one for line in page for one in content_lines(line, columns, colours)]
                yield drawn, sum(line.masked for line in page)

        return pages

    def _colour(self, colours: list[Coloured]) -> None:
        """The same lines in colours, at once: page by page they would take the cursor along."""
        found, screen = self._found, self._screen
        if found is None:
            return
        self._colours = colours
        pages = self._pages(found)

        def answer(all_: list[_Page]) -> None:
            self.lines, self._masked = self._facts(screen.columns), 0
            self._more(all_)

        background.ask(
            screen,
            "content lines",
            lambda: list(pages()),
            answer=answer,
            failed=screen.say_problem,
        )

    def _facts(self, columns: int) -> list[TextLine]:
        """What changed of the file besides what is in it."""
        compared = self._screen.found
        files = compared.files if compared is not None else None
        if files is None:
            return []
        try:
            return file_lines(files.row(self.path), columns, files.moved.get(self.path, ""))
        except KeyError:  # times do not count any more
            return []

    def _more(self, pages: list[_Page]) -> None:
        for lines, masked in pages:
            self.lines += lines
            self._masked += masked
        if len(self.lines) > _MOST:
            self.lines = [*self.lines[:_MOST], note(f"Only {_MOST:,} lines are shown.", "warn")]
        self._screen.show()

    def remarks(self) -> str:
        """Which file, how many lines changed, how many of them are masked."""
        text = self._found.text if self._found is not None else None
        counted = f"+{text.added:,} -{text.removed:,} lines" if text is not None else ""
        key = self._screen.key_of("unmask")
        masked = f"{self._masked:,} masked: {key} shows them" if self._masked else ""
        return " · ".join(part for part in (self.path, counted, masked) if part)
