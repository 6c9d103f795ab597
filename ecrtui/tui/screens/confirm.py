"""A question before something that has a price; the careful answer is the one Enter gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from ecrtui.tui.keys import OffersKeys, TakesKeys


class Confirm(TakesKeys, ModalScreen[bool]):
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
        self.set_focus(self.query_one("#cancel"))
        self.take_early_keys(cast(OffersKeys, self.app))

    def take_key(self, event: events.Key) -> bool:
        """Enter is the button's, Escape cancels; arrows move between the buttons."""
        if event.key == "enter":
            self.dismiss(self.focused is self.query_one("#yes"))
        elif event.key == "escape":
            self.dismiss(False)
        elif event.key in ("right", "l", "tab"):
            self.focus_next()
        elif event.key in ("left", "h", "shift+tab"):
            self.focus_previous()
        else:
            return False
        return True

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The answer."""
        self.dismiss(event.button.id == "yes")
