"""All that is known of a problem: what failed, what the other side said, how to mend it."""

from __future__ import annotations

from typing import cast

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from ecrtui.errors import EcrtuiError
from ecrtui.render.text import safe
from ecrtui.tui.keys import OffersKeys, TakesKeys


class Details(TakesKeys, ModalScreen[None]):
    """Any of Escape, Enter and q closes it; y copies it."""

    def __init__(self, problem: EcrtuiError) -> None:
        super().__init__()
        self._problem = problem

    def compose(self) -> ComposeResult:
        """Title, detail, hint, keys."""
        problem = self._problem
        with VerticalScroll(id="question"):
            yield Static(Content(safe(problem.title)), id="wrong")
            if problem.detail:
                yield Static(Content(safe(problem.detail)))
            if problem.hint:
                yield Static(Content(safe(problem.hint)), classes="hint")
            yield Static(Content("y copy   esc close"), classes="keys")

    def on_mount(self) -> None:
        """Keys may come."""
        self.take_early_keys(cast(OffersKeys, self.app))

    def take_key(self, event: events.Key) -> bool:
        """Close, or copy all of it; the others scroll."""
        if event.key in ("escape", "enter", "q"):
            self.dismiss(None)
        elif event.key == "y":
            self.app.copy_to_clipboard(f"{self._problem.sentence}\n{self._problem.hint}".strip())
            self.notify("Copied the problem", markup=False)
        else:
            return False
        return True
