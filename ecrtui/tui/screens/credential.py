"""One credential: all that is known of it, nothing secret."""

from __future__ import annotations

from typing import ClassVar

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError, NotFound
from ecrtui.model.credentials import WayIn
from ecrtui.render.copying import CopyChoice
from ecrtui.render.credentials import credential_sections
from ecrtui.render.lines import TextLine, section_lines
from ecrtui.tui import background
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.screens.text import TextScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.widgets.spans import Span


class CredentialScreen(TextScreen):
    """A place like any other."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.TEXTS, kinds.CREDENTIAL)

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self._row: WayIn | None = None

    def reload(self) -> None:
        """Look for it in the list again."""
        self.start_reading()
        background.ask(self, "credential", self._find, answer=self._found, failed=self._failed)

    def _find(self) -> WayIn:
        from ecrtui.workflows.credentials import at_hand

        for row in at_hand.listing(self.session.services):
            if row.name == self.spot.text and row.where == self.spot.label:
                return row
        raise NotFound(self.spot.text, title="No such credential")

    def _found(self, row: WayIn) -> None:
        self._row = row
        self.finish_reading(None)

    def _failed(self, problem: EcrtuiError) -> None:
        self._row = None
        self.finish_reading(problem)

    def known(self) -> bool:
        """Whether it has been found."""
        return self._row is not None

    def waiting(self) -> str:
        """Never for long."""
        return "Looking ..."

    def content(self, columns: int) -> list[TextLine]:
        """All that is known of it."""
        row = self._row
        return section_lines(credential_sections(row, self.session.times), columns) if row else []

    def heading(self) -> list[Span]:
        """What it is called."""
        return [Span(f" Credential {self.spot.text} ", "title")]

    def way_in(self) -> WayIn | None:
        """The one that commands mean."""
        return self._row

    def why_no_copy(self) -> str:
        """There must be one."""
        return "" if self.known() else "There is nothing to copy."

    def copy_choices(self, use: Use) -> None:
        """The line stood on, all of it."""
        line = self.lines.current
        own = [CopyChoice("this line", line.copy)] if line is not None and line.copy else []
        whole = CopyChoice("all of it", "\n".join(one.text for one in self.lines.all))
        use([*own, whole])
