"""The explorer's own colours: calm, and legible for everybody; Textual's themes are there too."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.theme import Theme

DEFAULT = "ecrtui-dark"

_THEMES = (
    Theme(
        name=DEFAULT,
        primary="#5f9fd8",
        secondary="#8fb4d8",
        accent="#6fb6c9",
        warning="#d9a94e",
        error="#e07a70",
        success="#7fb685",
        foreground="#d5dae1",
        background="#12161c",
        surface="#1a2028",
        panel="#262e38",
        dark=True,
    ),
    Theme(
        name="ecrtui-light",
        primary="#2468a8",
        secondary="#41709c",
        accent="#1f7588",
        warning="#8a5a00",
        error="#b3362b",
        success="#2f7a3b",
        foreground="#20262e",
        background="#fbfbf9",
        surface="#f0f1ef",
        panel="#dcdfe0",
        dark=False,
    ),
)


def register(app: App[Any]) -> None:
    """Make them available."""
    for theme in _THEMES:
        app.register_theme(theme)
