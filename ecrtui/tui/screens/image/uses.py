"""The Used by tab: where this image runs, what names it, and where nobody could look."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError
from ecrtui.model.places import Registry
from ecrtui.model.usage import ImageUse, Standing
from ecrtui.render.columns import Cell
from ecrtui.render.fields import Field
from ecrtui.render.lines import INDENT, TextLine, broken, note
from ecrtui.render.standing import STYLES
from ecrtui.render.usage import looked_text, summary
from ecrtui.render.use_rows import use_lines
from ecrtui.tui import navigation
from ecrtui.tui.screens.image.findings import WithFindings
from ecrtui.tui.screens.text import problem_text
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.uses import Uses, listed, rolled

if TYPE_CHECKING:
    from ecrtui.model.details import ImageDetails
    from ecrtui.tui.jobs import Job

USES = "uses"
"""The tab's id."""


class UsesView(NamedTuple):
    """What is known of an image's uses, drawn."""

    lines: list[TextLine]
    field: Field | None
    """For the overview; None while nothing is known."""


class WithUses(WithFindings):
    """Subclasses say which image, and show a tab."""

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self.uses = Uses(self, self.show)
        self._begins = ""

    def begin_at(self, name: str) -> None:
        """Which tab one comes to."""
        self._begins = name

    def on_mount(self) -> None:
        """Go to that tab."""
        if self._begins:
            self.show_tab(self._begins)

    def show_tab(self, name: str) -> None:
        """Go to a tab."""
        raise NotImplementedError

    # Reading

    def start_reading(self) -> None:
        """Who asks for it again asks what uses it, too."""
        self.uses.begin(self.caller)
        super().start_reading()

    def finish_reading(self, problem: EcrtuiError | None) -> None:
        """Ask what uses it, where that is asked without being told to."""
        super().finish_reading(problem)
        always = self.session.services.settings.uses == "always"
        if problem is None and (always or self.uses.seen is not None):
            self.look_for_uses()

    def look_for_uses(self, *, again: bool = False) -> None:
        """Ask what uses the repository. That is no pull."""
        details = self.details
        if details is not None and isinstance(details.home, Registry):
            self.uses.look(listed(self), again=again)

    def job_ended(self, job: Job) -> None:
        """It may have made something run another image."""
        super().job_ended(job)
        if rolled(job) and self.uses.seen is not None:
            self.look_for_uses(again=True)

    # Drawing

    def uses_content(self, columns: int, *, seen: bool) -> UsesView:
        """The tab's lines where it is `seen`, and the overview's."""
        details, known = self.details, self.uses.seen
        if details is None:
            return UsesView([], None)
        if seen and known is None and not self.uses.looking and self.uses.problem is None:
            self.call_later(self.look_for_uses)
        found = self.uses.stands.get(details.digest)
        field = None
        if found is not None:
            field = Field("Runs in", summary(found), STYLES[found.standing], tab=USES)
        return UsesView(self._lines(details, found, columns) if seen else [], field)

    def _lines(self, details: ImageDetails, found: ImageUse | None, columns: int) -> list[TextLine]:
        known, problem = self.uses.seen, self.uses.problem
        if problem is not None:
            return problem_text(problem, self.key_of("refresh"), columns)
        if known is None:
            return [note("Looking where it is used ...")]
        own = found.uses if found is not None else ()
        rows = [row for row in known.rows if row.use in own]
        maybe = found.maybe if found is not None else ()
        told = use_lines(rows, maybe, known.usage.unknown, self.session.times, columns)
        if not known.all_of_it:
            return [*told, TextLine(), note("Looking on ...")]
        where = f"Looked at {looked_text(known.usage)}."
        looked = broken((Cell(INDENT),), where, columns, style="dim")
        if rows or maybe:
            return [*told, TextLine(), *looked]
        nothing = "Nothing uses it that was looked at."
        if found is not None and found.standing is Standing.NOT_SEEN:
            nothing = "Nothing uses it."
        elif found is not None and found.unread:
            nothing = "Nothing uses it itself, but it may belong to an index that was not read."
        return [note(nothing), *told, TextLine(), *looked]

    def follow(self, leads: str) -> None:
        """From a use to all of the repository's, standing on it."""
        what, _, which = leads.partition(":")
        if what == USES:
            spot = Spot(kinds.USES, self.spot.registry, self.spot.repository)
            navigation.enter(self, spot, on=which)
        else:
            super().follow(leads)
