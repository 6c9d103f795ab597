"""What only something outside ecrtui mends: what to run, then once more."""

from __future__ import annotations

from typing import cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from ecrtui.config.offered import key_label
from ecrtui.errors import EcrtuiError
from ecrtui.render.signing_in import command_of
from ecrtui.render.text import safe
from ecrtui.tui.keys import OffersKeys
from ecrtui.tui.screens.renewal.key_line import KeyLine, PressedByMouse


class TryAgain(PressedByMouse, ModalScreen[bool]):
    """True for once more, False when the person gives up."""

    DEFAULT_CSS = """
    TryAgain .command { color: $text-accent; margin-top: 1; }
    TryAgain .hint { margin-top: 1; }
    """

    def __init__(self, title: str, problem: EcrtuiError, hint: str, *, ascii_only: bool) -> None:
        super().__init__()
        self._title = title
        self._problem = problem
        self._hint = hint
        self._command = command_of(hint)
        self._keys = KeyLine()
        self._enter = key_label("enter", ascii_only=ascii_only)

    def compose(self) -> ComposeResult:
        """What failed, what to run, the keys."""
        with Vertical(id="question"):
            yield Static(Content(safe(self._title)), id="wrong")
            if self._problem.detail:
                yield Static(Content(safe(self._problem.detail)))
            if self._command:
                yield Static(Content("Run this in another terminal:"), classes="hint")
                yield Static(Content(safe(self._command)), classes="command")
            elif self._hint:
                yield Static(Content(safe(self._hint)), classes="hint")
            yield self._keys

    def on_mount(self) -> None:
        """Keys may come."""
        copies = [("y", "y", "copy the command")] if self._command else []
        again, back = ("enter", self._enter, "try again"), ("escape", "esc", "give up")
        self._keys.offer([again, *copies, back])
        self.take_early_keys(cast(OffersKeys, self.app))

    def take_key(self, event: events.Key) -> bool:
        """Nothing but these."""
        if event.key == "enter":
            self.dismiss(True)
        elif event.key == "escape":
            self.dismiss(False)
        elif event.key == "y" and self._command:
            self.app.copy_to_clipboard(self._command)
            self.notify(safe(self._command), title="Copied", markup=False)
        else:
            return False
        return True
