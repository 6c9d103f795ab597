"""What an artifact holds, opened and explained: for the Contents tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrtui.errors import EcrtuiError
from ecrtui.model.details import ImageDetails
from ecrtui.render.lines import TextLine
from ecrtui.tui import background
from ecrtui.tui.screens.text import problem_text

if TYPE_CHECKING:
    from ecrtui.model.document import Document
    from ecrtui.tui.screens.image.screen import ImageScreen

_GROUP = "document"


class OpenedDocument:
    """The documents of one artifact; the screen draws their lines."""

    def __init__(self, screen: ImageScreen) -> None:
        self._screen = screen
        self._document: Document | None = None
        self._problem: EcrtuiError | None = None

    @property
    def known(self) -> bool:
        """Whether they were read."""
        return self._document is not None

    def forget(self) -> None:
        """The tag has moved: they are another artifact's."""
        self._screen.workers.cancel_group(self._screen, _GROUP)
        self._document = self._problem = None

    def read(self, details: ImageDetails) -> None:
        """Read them, in the background."""
        screen = self._screen
        services = screen.session.services

        def ask() -> Document:
            from ecrtui.workflows.documents import opened

            return opened(services, details)

        def answer(document: Document) -> None:
            self._document, self._problem = document, None
            screen.show()

        def failed(problem: EcrtuiError) -> None:
            self._problem = problem
            screen.show()

        background.ask(screen, _GROUP, ask, answer=answer, failed=failed)

    def lines(self, columns: int) -> list[TextLine] | None:
        """What they say, or why they could not be read; None while neither is known."""
        if self._problem is not None:
            return problem_text(self._problem, self._screen.key_of("refresh"), columns)
        if self._document is None:
            return None
        from ecrtui.render.documents import document_lines

        return document_lines(self._document, columns)
