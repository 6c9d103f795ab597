"""The line at the bottom that one types into: a filter, a place to go to, a tag to wait for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input, Static

from ecrtui.tui.keys import OffersKeys, TakesKeys


def _nothing(_: str) -> None:
    """For questions that only want the end."""


class Question(NamedTuple):
    """What is asked: Enter hands the text to `finished`, Escape hands None."""

    sign: str
    finished: Callable[[str | None], None]
    changed: Callable[[str], None] = _nothing
    complete: Callable[[str], Sequence[str]] | None = None
    text: str = ""
    live: bool = False
    """Whether up and down keep the text and go back to the list."""


class _FirstCompletion(Suggester):
    """Suggests the first line that begins as the one typed."""

    def __init__(self, complete: Callable[[str], Sequence[str]]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        return next(iter(self._complete(value)), None)


_KEYS = ("enter", "escape", "backspace", "tab")
"""Keys of every line besides those that print; the rest is Textual's editing."""


class Prompt(TakesKeys, Widget):
    """A sign, an input, and a place for what is wrong with what was typed.

    The screen hands it the keys (`offer`), so that each acts before the next one is read.
    """

    DEFAULT_CSS = """
    Prompt { height: 1; layout: horizontal; }
    Prompt .sign { width: auto; color: $accent; padding: 0 1; }
    Prompt .wrong { width: auto; max-width: 60%; color: $warning; padding: 0 1; }
    Prompt Input { width: 1fr; height: 1; border: none; padding: 0; background: transparent; }
    Prompt Input:focus { border: none; background-tint: transparent; }
    """

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question
        self._keys = (*_KEYS, "up", "down") if question.live else _KEYS
        self._told = question.text
        self._wrong = ""
        suggester = _FirstCompletion(question.complete) if question.complete else None
        self._line = Input(question.text, suggester=suggester, compact=True, select_on_focus=False)

    def take_key(self, event: events.Key) -> bool:
        """Use a key; False leaves it to the line's own editing."""
        if not (event.is_printable or event.key in self._keys):
            return False
        if event.key == "escape":
            self._question.finished(None)
        elif event.key in ("enter", "up", "down"):
            self._question.finished(self._line.value)
        else:
            self._edit(event)
            self._tell()
        return True

    def compose(self) -> ComposeResult:
        """The sign, the input, the complaint."""
        yield Static(Content(self._question.sign), classes="sign")
        yield self._line
        yield Static(classes="wrong")

    def on_mount(self) -> None:
        """Type at once."""
        self._line.cursor_blink = False
        self.screen.set_focus(self._line)  # at once: focus() would let another key slip by
        self.take_early_keys(cast(OffersKeys, self.app))

    def _edit(self, event: events.Key) -> None:
        line = self._line
        if event.key == "backspace":
            line.action_delete_left()
        elif event.key == "tab":
            self._complete()
        elif event.character is not None:
            line.replace(event.character, *line.selection)

    def _complete(self) -> None:
        """Take what the suggestion says, which may not have been drawn yet."""
        complete = self._question.complete
        completions = complete(self._line.value) if complete else ()
        if completions:
            self._line.value = completions[0]
            self._line.action_end()

    def _tell(self) -> None:
        """Pass the text on, once: before the next key, not when Textual says that it changed."""
        if self._line.value != self._told:
            self._told = self._line.value
            self._question.changed(self._told)

    def complain(self, sentence: str) -> None:
        """Say what is wrong; '' takes it back."""
        if sentence != self._wrong:  # an update lays the whole screen out anew
            self._wrong = sentence
            for place in self.query(".wrong").results(Static):  # none when the app is leaving
                place.update(Content(sentence))

    def on_input_changed(self, event: Input.Changed) -> None:
        """A paste and the line's own editing are told of here."""
        event.stop()
        self._tell()
