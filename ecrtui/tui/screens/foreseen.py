"""Whom a policy that is being edited would take: tried by ECR, and simulated beside it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from ecrtui.errors import EcrtuiError
from ecrtui.model.foreseen import Foreseen
from ecrtui.render.foreseen import foreseen_lines
from ecrtui.render.lines import TextLine, note, problem_lines
from ecrtui.tui import background
from ecrtui.tui.keys import OffersKeys, TakesKeys, move
from ecrtui.tui.widgets.lines_view import LinesView
from ecrtui.tui.widgets.spans import Span, SpanBar
from ecrtui.workflows.callers import Caller
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.tui.session import Session
    from ecrtui.workflows.lifecycle.foresee import Foresight

_MARGINS = 3


class ForeseenScreen(TakesKeys, ModalScreen[None]):
    """Works it out, then shows it; Escape goes back to the editor, which is as it was."""

    DEFAULT_CSS = """
    ForeseenScreen { background: $background; }
    ForeseenScreen SpanBar { background: $surface; }
    """

    def __init__(self, session: Session, wanted: Foresight) -> None:
        super().__init__()
        self._session = session
        self._wanted = wanted
        self._watch = Watch()
        self._began = time.monotonic()
        self.found: Foreseen | None = None
        self.problem: EcrtuiError | None = None
        self._title = SpanBar(id="foreseen-title")
        self._lines = LinesView(id="lines")
        self._keys = SpanBar(id="foreseen-keys")

    def compose(self) -> ComposeResult:
        """A title, the lines, the keys."""
        with Vertical():
            yield self._title
            yield self._lines
            yield self._keys

    def on_mount(self) -> None:
        """Begin to work it out."""
        self.take_early_keys(cast(OffersKeys, self.app))
        self.set_interval(1.0, self._count)
        services, wanted, watch = self._session.services, self._wanted, self._watch

        def ask() -> Foreseen:
            from ecrtui.workflows.lifecycle.foresee import foresee

            return foresee(services, wanted, watch)

        background.ask(
            self,
            "foreseen",
            ask,
            answer=self._answered,
            failed=self._failed,
            caller=Caller(may_ask=True, watch=watch),
        )
        self.show()

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        background.aside(self._watch.stop)

    def on_resize(self) -> None:
        """Lines are broken anew."""
        self.show()

    def _answered(self, found: Foreseen) -> None:
        self.found = found
        self.show()

    def _failed(self, problem: EcrtuiError) -> None:
        self.problem = problem
        self.show()

    def _count(self) -> None:
        if self.found is None and self.problem is None:
            self.show()

    def show(self) -> None:
        """Say what is known."""
        self._title.show([Span(f" What it would do in {self._wanted.repository} ", "title")], [])
        self._lines.show(self._content(max(20, self.size.width - _MARGINS)))
        self._keys.show([Span("esc back to the policy   y copy", "dim")])

    def _content(self, columns: int) -> list[TextLine]:
        if self.problem is not None:
            return problem_lines(self.problem, columns)
        if self.found is not None:
            return foreseen_lines(self.found, self._session.times, columns)
        parts = self._watch.so_far().parts
        seconds = int(time.monotonic() - self._began)
        told = f"{parts[0].note}, {seconds} s" if parts else f"{seconds} s"
        return [note(f"Nothing is changed by it ... {told}", "busy")]

    def take_key(self, event: events.Key) -> bool:
        """Escape and Enter go back, the others scroll."""
        if event.key in ("escape", "enter"):
            self.dismiss(None)
        elif event.key == "y":
            self.app.copy_to_clipboard("\n".join(line.text for line in self._lines.all))
            self.notify("Copied", markup=False)
        else:
            return move(self._lines, event.key)
        return True
