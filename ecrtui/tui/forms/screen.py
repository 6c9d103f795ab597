"""A form on top of a place: lines to type and to choose on, then Enter, or Escape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from ecrtui.config.offered import key_label
from ecrtui.render.text import safe
from ecrtui.tui.forms.fields import Choice, FormField
from ecrtui.tui.forms.parts import Platforms
from ecrtui.tui.forms.secret import Secret
from ecrtui.tui.keys import OffersKeys, TakesKeys

T = TypeVar("T")
_NEXT = frozenset({"tab", "down"})
_BEFORE = frozenset({"shift+tab", "up"})


class FormScreen(TakesKeys, ModalScreen["T | None"], Generic[T]):
    """Subclasses say which fields there are, and what is made of what stands in them."""

    DEFAULT_CSS = """
    FormScreen #asked { margin-bottom: 1; }
    FormScreen #told { height: auto; max-height: 5; margin-top: 1; }
    FormScreen #wrong { height: auto; max-height: 4; margin: 0; }
    FormScreen #form-keys { color: $text-muted; margin-top: 1; }
    """
    DEED = "go on"
    """What Enter does, in a word or two."""
    ALSO = ""
    """Another key of the form's own, and what it does."""

    def __init__(self, title: str, *, ascii_only: bool) -> None:
        super().__init__()
        self._title = title
        self._ascii = ascii_only
        self.fields: list[FormField] = []
        self._at = 0
        self._complained = 0.0
        """When something was complained of last, on the clock of messages."""
        self._told = Static(id="told", markup=False)
        self._wrong = Static(id="wrong", markup=False)
        self._keys = Static(id="form-keys", markup=False)

    # What a form says of itself

    def lines(self) -> Sequence[FormField]:
        """Its fields, from the top down."""
        raise NotImplementedError

    def made(self) -> T:
        """What was typed, as a value; raises UsageError for what cannot be understood."""
        raise NotImplementedError

    def changed(self, field: FormField) -> None:
        """A person changed something."""

    def start_at(self) -> str:
        """The name of the field one begins on."""
        return self.fields[0].called

    # Life

    def compose(self) -> ComposeResult:
        """The title, the fields, what is told of them, the keys."""
        self.fields = list(self.lines())
        with Vertical(id="question"):
            yield Static(Content(safe(self._title)), id="asked")
            yield from self.fields
            yield self._told
            yield self._wrong
            yield self._keys

    def on_mount(self) -> None:
        """Begin on the field that most likely changes."""
        self._told.display = self._wrong.display = False
        names = [field.called for field in self.fields]
        self.go_to(names.index(self.start_at()))
        self.take_early_keys(cast(OffersKeys, self.app))

    def field(self, name: str) -> FormField:
        """A field by its name."""
        return next(field for field in self.fields if field.called == name)

    @property
    def values(self) -> Mapping[str, Any]:
        """What stands in every field."""
        return {field.called: field.value for field in self.fields}

    def go_to(self, number: int) -> None:
        """To a field, round the ends; hidden ones are passed over."""
        step = 1 if number >= self._at else -1
        count = len(self.fields)
        number %= count
        while not self.fields[number].display:
            number = (number + step) % count
        self.fields[self._at].leave()
        self._at = number
        here = self.fields[number]
        here.come()
        self.set_focus(here.typed_in())
        self._show_keys(here)

    def _show_keys(self, here: FormField) -> None:
        enter = key_label("enter", ascii_only=self._ascii)
        arrows = "left/right" if self._ascii else "←→"
        own = f"{arrows} choose   " if here.CHOSEN else ""
        if isinstance(here, Choice):
            own += "space several   " if isinstance(here, Platforms) else "space all   "
        own += self.ALSO
        further = "tab next   " if len(self.fields) > 1 else ""
        self._keys.update(Content(f"{enter} {self.DEED}   {further}{own}esc cancel"))

    def tell(self, text: str) -> None:
        """Say below the fields what they come to; '' says nothing."""
        self._told.display = bool(text)
        self._told.update(_lines(text))

    def complain(self, text: str) -> None:
        """Say what is wrong; '' takes it back."""
        self._complained = Message().time
        self._wrong.display = bool(text)
        self._wrong.update(_lines(text))

    # Keys

    def take_key(self, event: events.Key) -> bool:
        """Enter and Escape are the form's, then the field's own, then from field to field."""
        if event.key == "escape":
            self.leave()
        elif event.key == "enter":
            self._submit()
        elif event.key in _NEXT:
            self.go_to(self._at + 1)
        elif event.key in _BEFORE:
            self.go_to(self._at - 1)
        else:
            return self.fields[self._at].take_key(event)
        return True

    def leave(self) -> None:
        """Escape."""
        self.dismiss(None)

    def take_paste(self, text: str) -> bool:
        """Use what is pasted; False leaves it to the line one types in."""
        here = self.fields[self._at]
        if not isinstance(here, Secret):
            return False
        here.take_paste(text)
        return True

    def _submit(self) -> None:
        from ecrtui.errors import UsageError

        try:
            made = self.made()
        except UsageError as problem:
            self.complain(problem.hint or problem.sentence)
        else:
            self.dismiss(made)

    # What fields say

    def on_form_field_changed(self, event: FormField.Changed) -> None:
        """What was wrong may no longer be; what was typed before that was said changes nothing."""
        if event.time > self._complained:
            self.complain("")
        self.changed(event.field)

    def on_form_field_clicked(self, event: FormField.Clicked) -> None:
        """The mouse goes to a field; on a choice it shows all."""
        self.go_to(self.fields.index(event.field))
        if isinstance(event.field, Choice):
            self._show_all(event.field)

    def on_form_field_asked(self, event: FormField.Asked) -> None:
        """Space shows all there is to choose from."""
        self._show_all(event.field)

    def _show_all(self, field: Choice) -> None:
        if isinstance(field, Platforms):
            self._show_platforms(field)
            return
        from ecrtui.tui.screens import picker

        def answered(choice: picker.Choice | None) -> None:
            if choice is not None:
                field.put(choice.value)

        choices = [
            picker.Choice(option.title, option.detail, number)
            for number, option in enumerate(field.options)
        ]
        self.app.push_screen(picker.Picker(field.label, choices, ascii_only=self._ascii), answered)

    def _show_platforms(self, field: Platforms) -> None:
        from ecrtui.tui.screens.marking import MarkingPicker
        from ecrtui.tui.screens.picker import Choice as Line

        def answered(choice: Line | None) -> None:
            if choice is not None:
                field.mark(choice.value)

        lines = [Line(option.title, option.detail, option.value) for option in field.options]
        self.app.push_screen(
            MarkingPicker(field.label, lines, field.value, ascii_only=self._ascii), answered
        )


def _lines(text: str) -> Content:
    """Foreign text that may have several lines."""
    return Content("\n".join(map(safe, text.split("\n"))))
