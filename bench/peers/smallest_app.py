"""The smallest Textual app that shows something."""

from textual.app import App, ComposeResult
from textual.widgets import Label


class Smallest(App[None]):
    """One label."""

    def compose(self) -> ComposeResult:
        """The label."""
        yield Label("it is there")


if __name__ == "__main__":
    Smallest().run()
