"""The line at the bottom that one types into: a filter, a place to go to, a tag to wait for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input, Static


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


class _Line(Input):
    """Textual's input, whose Tab takes the suggestion as a shell's does."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "cursor_right", show=False)]


def is_typing(event: events.Key) -> bool:
    """Whether a key is meant for a line rather than for a command."""
    return event.is_printable or event.key in ("enter", "escape", "backspace")


class Prompt(Widget):
    """A sign, an input, and a place for what is wrong with what was typed."""

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
        self._ahead: list[events.Key] = []
        self._ready = False

    def take(self, event: events.Key) -> None:
        """Use a key that went elsewhere, because it was pressed before this line could have it."""
        if self._ready:
            self._use(event)
        else:
            self._ahead.append(event)

    def compose(self) -> ComposeResult:
        """The sign, the input, the complaint."""
        yield Static(Content(self._question.sign), classes="sign")
        complete = self._question.complete
        suggester = _FirstCompletion(complete) if complete else None
        yield _Line(self._question.text, suggester=suggester, compact=True, select_on_focus=False)
        yield Static(classes="wrong")

    def on_mount(self) -> None:
        """Type at once."""
        line = self.query_one(Input)
        line.cursor_blink = False
        self.screen.set_focus(line)  # at once: focus() would let another key slip by
        self._ready = True
        for event in self._ahead:
            self._use(event)

    def _use(self, event: events.Key) -> None:
        line = self.query_one(Input)
        if event.key == "enter":
            self._question.finished(line.value)
        elif event.key == "escape":
            self._question.finished(None)
        elif event.key == "backspace":
            line.action_delete_left()
        elif event.character is not None and event.is_printable:
            line.insert_text_at_cursor(event.character)

    def complain(self, sentence: str) -> None:
        """Say what is wrong; '' takes it back."""
        self.query_one(".wrong", Static).update(Content(sentence))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass the text on."""
        event.stop()
        self._question.changed(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter keeps the text."""
        event.stop()
        self._question.finished(event.value)

    def on_key(self, event: events.Key) -> None:
        """Escape gives up; up and down go back to the list."""
        if event.key == "escape":
            event.stop()
            event.prevent_default()
            self._question.finished(None)
        elif self._question.live and event.key in ("down", "up"):
            event.stop()
            self._question.finished(self.query_one(Input).value)
