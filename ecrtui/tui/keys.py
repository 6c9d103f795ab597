"""Keys in the order they were typed, whatever an earlier one of a burst brought to the screen.

Textual hands a key to the widget that has the focus when it is read, and asks bindings and
screens about it later, each in its own queue: of keys that come together one could overtake
another, or act on the screen that has just been left. Here the app itself offers each key to the
screen on top, which acts on it before the next one is read.
"""

from __future__ import annotations

from typing import Protocol

from textual.events import Key
from textual.message import Message

MOVES: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("up", "k"), ("lines", -1)),
    **dict.fromkeys(("down", "j"), ("lines", 1)),
    "pageup": ("pages", -1.0),
    "pagedown": ("pages", 1.0),
    "ctrl+u": ("pages", -0.5),
    "ctrl+d": ("pages", 0.5),
    **dict.fromkeys(("home", "g"), ("to", 0)),
    **dict.fromkeys(("end", "G"), ("to", -1)),
}
"""Keys that move the cursor of a list or a text: by lines, by pages, to a line (-1: the last)."""


class HasCursor(Protocol):
    """What keys move a cursor in."""

    def move(self, lines: int) -> None:
        """By lines."""

    def move_pages(self, pages: float) -> None:
        """By parts of what is seen."""

    def move_to(self, line: int) -> None:
        """To a line; -1 is the last."""


def move(target: HasCursor, key: str) -> bool:
    """Move a cursor; False when the key moves none."""
    how, amount = MOVES.get(key, ("", 0))
    if how == "lines":
        target.move(int(amount))
    elif how == "pages":
        target.move_pages(amount)
    elif how == "to":
        target.move_to(int(amount))
    return bool(how)


class OffersKeys(Protocol):
    """The app, as screens see it here."""

    def offer(self, event: Key) -> bool:
        """Offer a key to the screen on top; whether it took it."""

    def post_message(self, message: Message) -> bool:
        """Put a message at the end of the queue."""


class TakesKeys:
    """What is offered its keys one after the other: a screen by the app, a line by its screen."""

    _early: tuple[Key, ...] | None = ()
    """Keys that came before the widgets were there; None once they are."""

    def take_key(self, event: Key) -> bool:
        """Act on a key; False leaves it to the widget that has the focus."""
        raise NotImplementedError

    def offer(self, event: Key) -> bool:
        """Act on a key, or keep it until the widgets are there."""
        if self._early is None:
            return self.take_key(event)
        self._early = (*self._early, event)
        return True

    def take_early_keys(self, app: OffersKeys) -> None:
        """The widgets are there: hand on what was typed ahead, to the screen on top by then."""
        early, self._early = self._early or (), None
        for event in early:
            if not app.offer(event):
                app.post_message(event)
