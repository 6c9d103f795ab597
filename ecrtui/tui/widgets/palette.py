"""The styles that names in render stand for, in the theme in use."""

from __future__ import annotations

from functools import lru_cache

from rich.style import Style
from textual.widget import Widget

from ecrtui.render.syntax import KINDS

NAMES = ("dim", "warn", "bad", "good", "accent", "busy", "new", "title", "edge", *KINDS)
_WHOLE = ("cursor", "header", "blurred", "added", "removed")


@lru_cache(maxsize=512)
def combined(base: Style, over: Style) -> Style:
    """Two styles in one; adding rich styles is slow enough to remember."""
    return base + over


class Palette:
    """Named styles of one widget, found once for each theme."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[str, Style] = {}

    def clear(self) -> None:
        """Forget all: the theme has changed."""
        self._styles.clear()

    def style(self, name: str) -> Style:
        """The style of a component class such as `-warn`; an unknown name is plain."""
        found = self._styles.get(name)
        if found is None:
            if name in _WHOLE:
                found = self._widget.get_component_rich_style(f"-{name}")
            elif name in NAMES:
                found = self._partial(name)
            else:
                found = Style()
            self._styles[name] = found
        return found

    def _partial(self, name: str) -> Style:
        """Only what the style sets: a cell keeps its row's background.

        Textual's own partial styles have plain white for a colour that is to be a shade between
        text and background ("auto 60%"), so the colour is taken from the whole style.
        """
        partial = self._widget.get_component_rich_style(f"-{name}", partial=True)
        if partial.color is None:
            return partial
        return partial + Style(color=self._widget.get_component_rich_style(f"-{name}").color)
