"""A list to choose from, filtered as one types: help, every command, regions, themes, copies."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from ecrtui.config.offered import key_label
from ecrtui.errors import EcrtuiError
from ecrtui.model.filtering import FilterError, parse_filter
from ecrtui.render.columns import Cell, Column, plain
from ecrtui.render.text import safe
from ecrtui.tui.keys import OffersKeys, TakesKeys, move
from ecrtui.tui.screens.place import PlaceScreen
from ecrtui.tui.widgets.prompt import Prompt, Question
from ecrtui.tui.widgets.resource_table import ResourceTable
from ecrtui.tui.widgets.spans import FrameEdge, Span


class Choice(NamedTuple):
    """One line: what it is, what is to be said of it, and what choosing it gives."""

    title: str
    detail: str
    value: Any
    key: str = ""
    """What a later choice must share to take its place; '' where each is for itself."""


def pick(
    screen: PlaceScreen,
    title: str,
    choices: Sequence[Choice],
    chosen: Callable[[Choice], None],
) -> Picker:
    """Let the person choose on top of a screen; `chosen` is called unless they give up.

    More choices may be added while it is open.
    """

    def answered(choice: Choice | None) -> None:
        if choice is not None:
            chosen(choice)

    picker = Picker(title, choices, ascii_only=screen.session.ascii)
    screen.app.push_screen(picker, answered)
    return picker


_MOVES = frozenset({"up", "down", "pageup", "pagedown"})
"""Of the keys that move, those that neither type nor edit."""
_TOGETHER = "\0"


class Picker(TakesKeys, ModalScreen["Choice | None"]):
    """The list and the line above it."""

    ALSO = ""
    """What another key does here."""

    def __init__(self, title: str, choices: Sequence[Choice], *, ascii_only: bool) -> None:
        super().__init__()
        self._title = title
        self._table: ResourceTable[Choice] = ResourceTable(
            [
                Column("title", "", lambda row: plain(row.title), lambda row: row.title, widest=44),
                Column(
                    "detail",
                    "",
                    lambda row: Cell(row.detail, "dim"),
                    lambda row: row.detail,
                    flexible=True,
                ),
            ],
            lambda row: row.key or f"{row.title}{_TOGETHER}{row.detail}",
            id="choices",
        )
        self._prompt = Prompt(Question(">", self._finished, self._narrow))
        self._table.data.append(choices)
        self._table.can_focus = False
        corners, line = ("++", "-") if ascii_only else ("┌┐", "─")
        self._problem: EcrtuiError | None = None
        choose = key_label("enter", ascii_only=ascii_only)
        self._keys = [Span(f" {self.ALSO}{choose} choose  esc close ", "dim")]
        self._top = FrameEdge().draw_as(corners, line)
        corners = "++" if ascii_only else "└┘"
        self._bottom = FrameEdge().draw_as(corners, line)

    def compose(self) -> ComposeResult:
        """The frame with a line to type in and the choices."""
        with Vertical(id="dialog"):
            yield self._top
            yield self._prompt
            yield self._table
            yield self._bottom

    def on_mount(self) -> None:
        """Say what this is."""
        self._top.show([Span(f" {self._title} ", "title")])
        self._show_end()
        self.take_early_keys(cast(OffersKeys, self.app))

    def add(self, choices: Sequence[Choice]) -> None:
        """More to choose from, or the same with more to be said of it."""
        self._table.append_rows(choices)

    def finish(self, problem: EcrtuiError | None) -> None:
        """No more will come; say why when it should have."""
        self._problem = problem
        self._show_end()

    def _show_end(self) -> None:
        problem = self._problem
        told, lines = [], [Cell("Nothing matches.", "dim")]
        if problem is not None:
            told = [Span(f" {safe(problem.title)} ", "bad")]
            lines = [Cell(problem.title, "bad"), Cell(problem.hint, "dim")]
        self._bottom.show(told, self._keys)
        self._table.empty_text = lines
        self._table.changed()

    def _narrow(self, text: str) -> None:
        with contextlib.suppress(FilterError):
            self._table.set_filter(parse_filter(text, []))
            self._table.move_to(0)

    def _finished(self, text: str | None) -> None:
        self.dismiss(self._chosen() if text is not None else None)

    def _chosen(self) -> Choice | None:
        return self._table.current

    def take_key(self, event: events.Key) -> bool:
        """The cursor moves while one types."""
        return self._prompt.offer(event) or (event.key in _MOVES and move(self._table, event.key))

    def on_resource_table_opened(self) -> None:
        """A double click chooses."""
        self.dismiss(self._chosen())
