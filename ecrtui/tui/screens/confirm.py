"""A question before something that has a price; the careful answer is the one Enter gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from ecrtui.tui.keys import OffersKeys, TakesKeys

T = TypeVar("T")


class AskScreen(TakesKeys, ModalScreen[T], Generic[T]):
    """A title, what it costs, and some answers: the first one is Escape's, and has the focus."""

    def __init__(
        self,
        title: str,
        lines: Sequence[str],
        answers: Sequence[tuple[str, T]],
        *,
        name: str = "",
    ) -> None:
        super().__init__(name=name)
        self._title = title
        self._lines = lines
        self._answers = answers
        self._buttons = [
            Button(Content(text), id=f"answer-{number}", compact=True)
            for number, (text, _) in enumerate(answers)
        ]

    def compose(self) -> ComposeResult:
        """The question, what it costs, the buttons."""
        with Vertical(id="question"):
            yield Static(Content(self._title), id="asked")
            yield Static(Content("\n".join(self._lines)))
            with Horizontal(id="answers"):
                yield from self._buttons

    def on_mount(self) -> None:
        """Start on the careful answer."""
        self.set_focus(self._buttons[0])
        self.take_early_keys(cast(OffersKeys, self.app))

    def take_key(self, event: events.Key) -> bool:
        """Enter is the button's, Escape the first one's; arrows move between the buttons."""
        if event.key == "enter":
            self._answer(self.focused)
        elif event.key == "escape":
            self._answer(self._buttons[0])
        elif event.key in ("right", "l", "tab"):
            self.focus_next()
        elif event.key in ("left", "h", "shift+tab"):
            self.focus_previous()
        else:
            return False
        return True

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The answer."""
        self._answer(event.button)

    def _answer(self, button: object) -> None:
        number = next((n for n, one in enumerate(self._buttons) if one is button), 0)
        self.dismiss(self._answers[number][1])


class Confirm(AskScreen[bool]):
    """Answers True for yes."""

    def __init__(self, title: str, lines: Sequence[str], yes: str) -> None:
        super().__init__(title, lines, (("Cancel", False), (yes, True)))
