"""The keys of a question, each of which can be clicked."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events

from ecrtui.tui.keys import TakesKeys
from ecrtui.tui.widgets.spans import Span, SpanBar


class KeyLine(SpanBar):
    """One line; what is hidden cannot be clicked."""

    DEFAULT_CSS = "KeyLine { height: 1; background: $surface; color: $text-muted; }"

    def __init__(self) -> None:
        super().__init__()
        self.add_class("keys")

    def offer(self, keys: Sequence[tuple[str, str, str]]) -> None:
        """Show keys: what Textual calls each, what its cap says, what it does."""
        self.show(
            [Span(f"{cap} {deed}   ", "dim", f"screen.press('{key}')") for key, cap, deed in keys]
        )


class PressedByMouse(TakesKeys):
    """A screen whose keys a click presses."""

    def action_press(self, key: str) -> None:
        """As if it had been typed."""
        self.take_key(events.Key(key, None))
