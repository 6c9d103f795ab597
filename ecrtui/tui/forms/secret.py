"""A line for what nobody may read over a shoulder: not even its length is told."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from ecrtui.tui.forms.fields import FormField

_LARGEST = 1 << 14
_DOTS = 8


class Secret(FormField):
    """What is typed or pasted stands in memory alone, and in no widget's own value.

    Backspace takes the last character away, ctrl+u all of it.
    """

    DEFAULT_CSS = "Secret .value.-none { color: $text-muted; }"

    def __init__(self, name: str, label: str, empty: str = "", *, ascii_only: bool) -> None:
        super().__init__(name, label)
        self._empty = empty
        self._sign = "*" if ascii_only else "•"
        self._secret = ""
        self._shown = Static(classes="value", markup=False)

    def compose(self) -> ComposeResult:
        """Label, dots, remark."""
        yield Static(Content(self.label), classes="label")
        yield self._shown
        yield self._remark

    def on_mount(self) -> None:
        """Draw it."""
        self.draw()

    @property
    def value(self) -> str:
        """What was typed, as it was."""
        return self._secret

    def put(self, secret: str) -> None:
        """Have another secret stand there."""
        self._secret = secret[:_LARGEST]
        self.draw()

    def come(self) -> None:
        """Drawn so that one sees it."""
        super().come()
        self.draw()

    def leave(self) -> None:
        """Drawn as the others are."""
        super().leave()
        self.draw()

    def take_key(self, event: events.Key) -> bool:
        """What prints, and what takes away; no other key does anything here."""
        if event.key == "backspace":
            self._tell(self._secret[:-1])
        elif event.key == "ctrl+u":
            self._tell("")
        elif event.is_printable and event.character is not None:
            self._tell(self._secret + event.character)
        else:
            return False
        return True

    def take_paste(self, text: str) -> None:
        """Pasted text counts as typed; a secret has one line."""
        self._tell(self._secret + "".join(text.splitlines()))

    def _tell(self, secret: str) -> None:
        self.put(secret)
        self.post_message(self.Changed(self))

    def draw(self) -> None:
        """As many dots, however long it is."""
        text = self._sign * _DOTS if self._secret else self._empty
        here = self.has_class("-here") and bool(self._secret)
        self._shown.set_class(not self._secret, "-none")
        self._shown.update(Content(f"{text}▏" if here and self._sign == "•" else text))
