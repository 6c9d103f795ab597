"""A question before something that has a price; the careful answer is the one Enter gives."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static


class Confirm(ModalScreen[bool]):
    """Answers True for yes."""

    def __init__(self, title: str, lines: Sequence[str], yes: str) -> None:
        super().__init__()
        self._title = title
        self._lines = lines
        self._yes = yes

    def compose(self) -> ComposeResult:
        """The question, what it costs, two buttons; Cancel has the focus."""
        with Vertical(id="question"):
            yield Static(Content(self._title), id="asked")
            yield Static(Content("\n".join(self._lines)))
            with Horizontal(id="answers"):
                yield Button(Content("Cancel"), id="cancel", compact=True)
                yield Button(Content(self._yes), id="yes", compact=True)

    def on_mount(self) -> None:
        """Start on Cancel."""
        self.query_one("#cancel", Button).focus()

    def on_key(self, event: events.Key) -> None:
        """Escape cancels; arrows move between the buttons."""
        if event.key == "escape":
            event.stop()
            self.dismiss(False)
        elif event.key in ("left", "right", "h", "l"):
            event.stop()
            self.focus_next() if event.key in ("right", "l") else self.focus_previous()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The answer."""
        self.dismiss(event.button.id == "yes")
