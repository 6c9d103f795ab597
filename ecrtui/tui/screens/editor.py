"""A text to change on a screen of its own, looked through as one types: policies, rules, tags.

What is wrong is said below the text, with where it is; nothing that was typed is lost by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import TextArea

from ecrtui.render.lines import TextLine, note, problem_lines
from ecrtui.render.text import safe
from ecrtui.tui import background
from ecrtui.tui.keys import OffersKeys, TakesKeys
from ecrtui.tui.widgets.lines_view import LinesView
from ecrtui.tui.widgets.spans import FrameEdge, Span

_PAUSE = 0.3
"""Seconds without a key after which the text is looked through."""
_SAID = 0.45
"""Of the height, at most, for what is said of the text."""
_INDENT = "  "
_EDITED: dict[str, tuple[str, bool]] = {
    key: (bound.action.partition("(")[0], "(True)" in bound.action)
    for bound in TextArea.BINDINGS
    if isinstance(bound, Binding)
    for key in bound.key.split(",")
    if key not in ("ctrl+z", "ctrl+a")  # the explorer's own, and a terminal multiplexer's
} | {"ctrl+underscore": ("undo", False)}
"""Textual's own keys of a text: called here, so that each acts before the next one is read."""
_FOREIGN = re.compile(r"[^\n\t -~]")


class Said(NamedTuple):
    """What is to be said of a text."""

    lines: Sequence[TextLine] = ()
    wrong: bool = False
    """Whether it cannot be used as it is."""


class Editing(NamedTuple):
    """What is edited."""

    title: str
    text: str
    check: Callable[[str, int], Said]
    """Looks through a text, for so many columns; in a thread. May raise an EcrtuiError."""
    deed: str = "plan it"
    read_only: bool = False


class EditorScreen(TakesKeys, ModalScreen["str | None"]):
    """Answers with the text, or None."""

    DEFAULT_CSS = """
    EditorScreen { background: $background; }
    EditorScreen TextArea { height: 1fr; border: none; padding: 0; background: $background; }
    EditorScreen TextArea:focus { border: none; }
    EditorScreen TextArea .text-area--gutter { color: $text-muted; }
    EditorScreen LinesView { height: 1; background: $surface; scrollbar-size-vertical: 1; }
    """

    def __init__(self, editing: Editing, typed: str | None, *, ascii_only: bool) -> None:
        super().__init__()
        self._editing = editing
        self.area = self.made_area(shown_whole(editing.text if typed is None else typed))
        self._said_view = LinesView(id="said")
        self._said_view.can_focus = False
        corners, line = ("++", "-") if ascii_only else ("┌┐", "─")
        self._top = FrameEdge().draw_as(corners, line)
        corners = "++" if ascii_only else "├┤"
        self._middle = FrameEdge().draw_as(corners, line)
        corners = "++" if ascii_only else "└┘"
        self._bottom = FrameEdge().draw_as(corners, line)
        self._later: Timer | None = None
        self._most = 1
        """Lines there is room for below the text."""
        self._asked_to_leave = False
        self.said = Said()
        """What was said last."""

    def made_area(self, text: str) -> TextArea:
        """What one types into."""
        return TextArea(
            text,
            soft_wrap=False,
            show_line_numbers=True,
            read_only=self._editing.read_only,
            id="text",
        )

    # Life

    def compose(self) -> ComposeResult:
        """The text, what is said of it, the keys."""
        with Vertical():
            yield self._top
            yield self.area
            yield self._middle
            yield self._said_view
            yield self._bottom

    def on_mount(self) -> None:
        """Type at once."""
        self.area.cursor_blink = False
        self.set_focus(self.area)
        self._top.show([Span(f" {safe(self._editing.title)} ", "title")])
        self._show_keys()
        self._check()
        self.take_early_keys(cast(OffersKeys, self.app))

    def on_resize(self) -> None:
        """Lines are broken anew."""
        self._check()

    @property
    def text(self) -> str:
        """What stands there."""
        return self.area.text

    @property
    def _changed(self) -> bool:
        return self.text != shown_whole(self._editing.text)

    # Keys

    def take_key(self, event: events.Key) -> bool:
        """Save, leave, and all that edits; each at once."""
        if event.key == "escape":
            self._leave()
            return True
        self._asked_to_leave = False
        if event.key == "ctrl+s":
            self._finish()
        elif event.key in ("alt+up", "alt+down"):
            self._said_view.move_pages(0.5 if event.key == "alt+down" else -0.5)
        elif not self._edit(event):
            return False
        return True

    def take_paste(self, text: str) -> bool:
        """What is pasted may hold anything: what a terminal would obey is made visible first."""
        if not self._editing.read_only:
            self._put(shown_whole(text.replace("\r\n", "\n").replace("\r", "\n")))
        return True

    def _edit(self, event: events.Key) -> bool:
        area = self.area
        if event.key in _EDITED:
            action, selecting = _EDITED[event.key]
            act = getattr(area, f"action_{action}")
            act(True) if selecting else act()
        elif self._editing.read_only:
            return event.is_printable
        elif event.key == "enter":
            self._put("\n" + self._indentation())
        elif event.key == "tab":
            self._put(_INDENT)
        elif event.is_printable and event.character is not None:
            self._put(event.character)
        else:
            return False
        self._look_soon()
        return True

    def _put(self, text: str) -> None:
        area = self.area
        area.replace(text, *area.selection, maintain_selection_offset=False)
        self._look_soon()

    def _indentation(self) -> str:
        """That of the line, and more after what opens."""
        row, column = self.area.cursor_location
        line = self.area.document.get_line(row)[:column]
        own = line[: len(line) - len(line.lstrip(" "))]
        return own + (_INDENT if line.rstrip().endswith(("{", "[")) else "")

    def _leave(self) -> None:
        """Escape; what was typed is not dropped by one key."""
        if self._changed and not self._asked_to_leave and not self._editing.read_only:
            self._asked_to_leave = True
            self._show_keys()
            return
        self.dismiss(None)

    def _finish(self) -> None:
        if self._editing.read_only:
            self._say([note("Nothing is changed here: read-only.", "warn")])
            return
        if self.said.wrong and self._later is None:
            self.app.bell()
            return
        self.dismiss(self.text)

    # What is said of it

    def _look_soon(self) -> None:
        if self._later is not None:
            self._later.stop()
        self._later = self.set_timer(_PAUSE, self._check)
        self._show_keys()

    def _check(self) -> None:
        self._later = None
        text, columns, check = self.text, max(20, self.size.width - 4), self._editing.check
        background.ask(
            self,
            "check",
            lambda: check(text, columns),
            answer=self._checked,
            failed=lambda problem: self._checked(
                Said([*problem_lines(problem, columns)], wrong=True)
            ),
        )

    def _checked(self, said: Said) -> None:
        self.said = said
        self._say(said.lines)
        self._show_keys()

    def _say(self, lines: Sequence[TextLine]) -> None:
        self._said_view.show(lines)
        self._most = max(1, int(self.size.height * _SAID))
        self._said_view.styles.height = max(1, min(len(lines), self._most))

    def _show_keys(self) -> None:
        style = "bad" if self.said.wrong else "dim"
        told = " not yet right " if self.said.wrong else " as it would be "
        self._middle.show([Span(told, style)])
        if self._asked_to_leave:
            self._bottom.show([Span(" esc again drops what was typed ", "warn")])
            return
        deed = "" if self._editing.read_only else f"ctrl+s {self._editing.deed}   "
        more = "   alt+down more" if len(self._said_view.all) > self._most else ""
        self._bottom.show([Span(f" {deed}esc {'close' if not deed else 'cancel'}{more} ", "dim")])


def shown_whole(text: str) -> str:
    """A text in which nothing is left that a terminal would obey, or that cannot be seen.

    JSON means the same afterwards: inside its texts such characters may be written as codes.
    """
    return _FOREIGN.sub(_as_code, text)


def _as_code(found: re.Match[str]) -> str:
    character = found[0]
    if safe(character) == character:
        return character
    code = ord(character)
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
