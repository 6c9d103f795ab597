"""The lines of a form: a text, one of some choices, yes or no.

A form hands each key to the line one is on; what a line does not use is Textual's editing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input, Static

from ecrtui.render.text import safe

Completions = Callable[[str], Sequence[str]]


class Option(NamedTuple):
    """One of several: what it is called, what is to be said of it, what it stands for."""

    title: str
    value: Any
    detail: str = ""


class FormField(Widget):
    """A label, what stands there, and a remark beside it."""

    DEFAULT_CSS = """
    FormField { height: 1; layout: horizontal; }
    FormField .label { width: 13; color: $text-muted; }
    FormField.-here .label { color: $text-accent; }
    FormField .value { width: 1fr; height: 1; }
    FormField .remark {
        width: auto; max-width: 50%; color: $text-muted; margin-left: 1;
    }
    FormField Input { width: 1fr; height: 1; border: none; padding: 0; background: transparent; }
    FormField Input:focus { border: none; background-tint: transparent; }
    """

    CHOSEN = False
    """Whether arrows choose on it."""

    class Changed(Message):
        """A person changed it."""

        def __init__(self, field: FormField) -> None:
            self.field = field
            super().__init__()

    class Clicked(Message):
        """A person clicked on it."""

        def __init__(self, field: FormField) -> None:
            self.field = field
            super().__init__()

    class Asked(Message):
        """A person wants to see all there is to choose from."""

        def __init__(self, field: Choice) -> None:
            self.field = field
            super().__init__()

    def __init__(self, name: str, label: str) -> None:
        super().__init__(id=f"field-{name}")
        self.called = name
        self.label = label
        self._remark = Static(classes="remark", markup=False)
        self._said = ""

    @property
    def value(self) -> Any:
        """What was typed or chosen."""
        raise NotImplementedError

    def take_key(self, event: events.Key) -> bool:
        """Use a key; False leaves it to the line's own editing, or to nobody."""
        raise NotImplementedError

    def typed_in(self) -> Widget | None:
        """What gets the keys that nobody uses."""
        return None

    def come(self) -> None:
        """One is on this line now."""
        self.set_class(True, "-here")

    def leave(self) -> None:
        """One is on another."""
        self.set_class(False, "-here")

    def remark(self, text: str) -> None:
        """Say something beside it; '' says nothing."""
        if text != self._said:
            self._said = text
            self._remark.update(Content(safe(text)))

    def on_click(self) -> None:
        """The mouse chooses the line."""
        self.post_message(self.Clicked(self))


class _First(Suggester):
    """Suggests the first text that begins as the one typed."""

    def __init__(self, complete: Completions) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        return next(iter(self._complete(value)), None)


class Words(FormField):
    """A text to type; the right arrow takes what is suggested."""

    def __init__(
        self,
        name: str,
        label: str,
        text: str = "",
        complete: Completions | None = None,
        *,
        example: str = "",
    ) -> None:
        super().__init__(name, label)
        self._complete = complete
        suggester = _First(complete) if complete else None
        self._line = Input(text, example, suggester=suggester, compact=True, select_on_focus=False)
        self._told = text

    def compose(self) -> ComposeResult:
        """Label, input, remark."""
        yield Static(Content(self.label), classes="label")
        yield self._line
        yield self._remark

    def on_mount(self) -> None:
        """Nothing blinks."""
        self._line.cursor_blink = False

    @property
    def value(self) -> str:
        """Without blanks around it."""
        return self._line.value.strip()

    def put(self, text: str) -> None:
        """Have another text stand there, as the form itself proposes it."""
        self._line.value = self._told = text
        self._line.action_end()

    def typed_in(self) -> Widget:
        """The input."""
        return self._line

    def take_key(self, event: events.Key) -> bool:
        """What prints, and what takes away; at its end the right arrow takes the suggestion."""
        line = self._line
        if event.key == "backspace":
            line.action_delete_left()
        elif event.key == "right" and line.cursor_position >= len(line.value):
            self._take_suggestion()
        elif event.is_printable and event.character is not None:
            line.replace(event.character, *line.selection)
        else:
            return False
        self._tell()
        return True

    def _take_suggestion(self) -> None:
        """It may not have been drawn yet."""
        found = self._complete(self._line.value) if self._complete else ()
        if found:
            self._line.value = found[0]
            self._line.action_end()

    def _tell(self) -> None:
        if self._line.value != self._told:
            self._told = self._line.value
            self.typed()
            self.post_message(self.Changed(self))

    def typed(self) -> None:
        """Another text stands there."""

    def suggest_again(self) -> None:
        """More is known to complete it with than when it was typed."""
        suggester = self._line.suggester
        if suggester is not None and self._line.value:
            self.run_worker(
                suggester._get_suggestion(self._line, self._line.value), exit_on_error=False
            )

    def on_input_changed(self, event: Input.Changed) -> None:
        """A paste and the line's own editing are told of here."""
        event.stop()
        self._tell()


class _Drawn(FormField):
    """A line that is chosen on, not typed into."""

    CHOSEN = True

    def __init__(self, name: str, label: str) -> None:
        super().__init__(name, label)
        self._shown = Static(classes="value", markup=False)

    def compose(self) -> ComposeResult:
        """Label, value, remark."""
        yield Static(Content(self.label), classes="label")
        yield self._shown
        yield self._remark

    def on_mount(self) -> None:
        """Draw it."""
        self.draw()

    def come(self) -> None:
        """Drawn so that one sees it."""
        super().come()
        self.draw()

    def leave(self) -> None:
        """Drawn as the others are."""
        super().leave()
        self.draw()

    def draw(self) -> None:
        """Show what is chosen."""
        raise NotImplementedError

    def told(self) -> None:
        """A person chose: draw it and tell."""
        self.draw()
        self.post_message(self.Changed(self))


class Choice(_Drawn):
    """One of several: arrows step through them, space shows them all."""

    def __init__(self, name: str, label: str, options: Sequence[Option], at: int = 0) -> None:
        super().__init__(name, label)
        self.options = list(options)
        self.at = min(max(at, 0), max(len(self.options) - 1, 0))

    @property
    def value(self) -> Any:
        """What the option stands for; None while there is none."""
        return self.options[self.at].value if self.options else None

    def put(self, at: int) -> None:
        """Choose by number, as a person does."""
        self.at = at
        self.told()

    def add(self, options: Sequence[Option]) -> None:
        """More to choose from; what is chosen stays."""
        known = {option.title for option in self.options}
        self.options += [option for option in options if option.title not in known]
        self.draw()

    def take_key(self, event: events.Key) -> bool:
        """Left, right, space."""
        if event.key in ("left", "right") and self.options:
            step = 1 if event.key == "right" else -1
            self.put((self.at + step) % len(self.options))
        elif event.key == "space":
            self.post_message(self.Asked(self))
        else:
            return False
        return True

    def draw(self) -> None:
        """The option, between arrows while one is on it."""
        option = self.options[self.at] if self.options else Option("", None)
        text = safe(option.title)
        if self.has_class("-here") and len(self.options) > 1:
            text = f"‹ {text} ›"
        self._shown.update(Content(text))
        self.remark(option.detail)


class Switch(_Drawn):
    """Yes or no, changed by space."""

    def __init__(self, name: str, label: str, text: str, *, on: bool = False) -> None:
        super().__init__(name, label)
        self._text = text
        self._on = on

    @property
    def value(self) -> bool:
        """Whether it is on."""
        return self._on

    def take_key(self, event: events.Key) -> bool:
        """Space, or an arrow."""
        if event.key not in ("space", "left", "right"):
            return False
        self._on = not self._on
        self.told()
        return True

    def draw(self) -> None:
        """The box and what it means."""
        self._shown.update(Content(f"[{'x' if self._on else ' '}] {self._text}"))
