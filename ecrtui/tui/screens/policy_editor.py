"""The editor of a lifecycle policy: JSON, judged as one types, with what may stand where one is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
from textual import events
from textual.widgets import TextArea

from ecrtui.errors import UsageError
from ecrtui.model.lifecycle import Checked, Level
from ecrtui.model.lifecycle_check import checked
from ecrtui.model.lifecycle_completion import Offer, offered
from ecrtui.model.lifecycle_templates import TEMPLATES, Template, lined, parsed, with_rule
from ecrtui.model.lifecycle_words import sentences
from ecrtui.render.columns import Cell
from ecrtui.render.lifecycle import problem_line
from ecrtui.render.lines import TextLine, broken, note
from ecrtui.render.text import fitted, safe
from ecrtui.tui.screens.editor import Editing, EditorScreen, Said, shown_whole
from ecrtui.tui.widgets.policy_text import PolicyText

if TYPE_CHECKING:
    from ecrtui.tui.screens.picker import Choice
    from ecrtui.tui.session import Session
    from ecrtui.workflows.lifecycle.foresee import Foresight

_OFFERED = 4
"""Lines of what may stand there that are seen at a time."""
_LABEL = 24
_STYLES = {Level.ERROR: "bad", Level.NOTE: "warn"}
_HINTS = "ctrl+t add a rule   ctrl+r preview   ctrl+g next problem   ctrl+f format"


class PolicyEditor(EditorScreen):
    """Answers the text to be put; None when it is left as it was."""

    area: PolicyText

    def __init__(
        self, session: Session, wanted: Foresight, text: str, typed: str | None = None
    ) -> None:
        read_only = session.read_only(wanted.registry.profile)
        title = f"Lifecycle policy of {wanted.repository}"
        self._session = session
        self._wanted = wanted
        self.possible = Offer(0, 0, ())
        self._chosen = 0
        editing = Editing(title, text, judged, deed="put it", read_only=read_only)
        super().__init__(editing, typed, ascii_only=session.ascii)

    def made_area(self, text: str) -> TextArea:
        """What one types into, in colours."""
        return PolicyText(text, read_only=self._session.read_only(self._wanted.registry.profile))

    # What may stand there

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        """Elsewhere something else may stand."""
        event.stop()
        self._look_around()

    def _look_around(self) -> None:
        before, self.possible = self.possible, offered(self.text, self.area.offset_of_cursor)
        if before.options != self.possible.options:
            self._chosen = 0
        self._say(self.said.lines)

    def _say(self, lines: Sequence[TextLine]) -> None:
        """What may stand where the cursor is comes first, then what is wrong, or the words."""
        super()._say([*self._offers(), *lines])

    def _offers(self) -> list[TextLine]:
        options = self.possible.options if not self.area.read_only else ()
        first = max(0, min(self._chosen - _OFFERED + 1, len(options) - _OFFERED))
        shown = range(first, min(len(options), first + _OFFERED))
        return [self._option(number) for number in shown]

    def _option(self, number: int) -> TextLine:
        option = self.possible.options[number]
        here = number == self._chosen
        sign = ("> " if self._session.ascii else "▸ ") if here else "  "
        keys = "   tab takes it" if here else ""
        keys += ", shift+tab the next" if here and len(self.possible.options) > 1 else ""
        label = Cell(sign + fitted(safe(option.label), _LABEL), "accent" if here else "")
        return TextLine((label, Cell(f" {option.help}", "dim"), Cell(keys, "dim")))

    # Keys

    def take_key(self, event: events.Key) -> bool:
        """What helps to write a policy, then what edits any text."""
        deed = {
            "tab": self._take_option,
            "shift+tab": self._next_option,
            "ctrl+r": self._preview,
            "ctrl+t": self._templates,
            "ctrl+f": self._format,
            "ctrl+g": self._next_problem,
        }.get(event.key)
        if deed is None or (self.area.read_only and event.key != "ctrl+r"):
            taken = super().take_key(event)
        else:
            deed()
            taken = True
        if self.is_current:
            self._look_around()
        return taken

    def _take_option(self) -> None:
        self._look_around()
        offer = self.possible
        if offer.options:
            option = offer.options[self._chosen]
            self.area.write_over(offer.start, offer.end, option.text, option.caret)
            self._look_soon()
        else:
            self._put("  ")

    def _next_option(self) -> None:
        count = len(self.possible.options)
        self._chosen = (self._chosen + 1) % count if count else 0

    def _next_problem(self) -> None:
        """To the next problem behind the cursor, round the end."""
        places = [(one.line - 1, one.column - 1) for one in checked(self.text).problems]
        if places:
            here = self.area.cursor_location
            self.area.move_cursor(next((one for one in places if one > here), places[0]))

    def _finish(self) -> None:
        """ECR is not asked about what it would refuse."""
        if checked(self.text).errors and not self.area.read_only:
            self._complain("ECR would refuse it: mend it first.")
            self._next_problem()
        else:
            self.said = self.said._replace(wrong=False)
            super()._finish()

    def _complain(self, sentence: str) -> None:
        self.notify(sentence, severity="warning", markup=False)

    def _replace_all(self, text: str) -> None:
        self.area.put(shown_whole(text))
        self._look_soon()
        self._look_around()

    def _format(self) -> None:
        try:
            self._replace_all(lined(parsed(self.text)))
        except UsageError as problem:
            self._complain(f"{problem.sentence}. {problem.hint}")

    def _templates(self) -> None:
        from ecrtui.tui.screens.picker import Choice, Picker

        choices = [Choice(one.title, one.help, one) for one in TEMPLATES]
        picker = Picker("A rule to begin with", choices, ascii_only=self._session.ascii)
        self.app.push_screen(picker, self._add)

    def _add(self, choice: Choice | None) -> None:
        if choice is None:
            return
        template: Template = choice.value
        try:
            self._replace_all(with_rule(self.text, template))
        except UsageError as problem:
            self._complain(f"{problem.sentence}. {problem.hint}")

    def _preview(self) -> None:
        from ecrtui.tui.screens.foreseen import ForeseenScreen

        if checked(self.text).errors:
            self._complain("It has errors: there is nothing to try yet.")
            self._next_problem()
            return
        wanted = msgspec.structs.replace(self._wanted, text=self.text)
        self.app.push_screen(ForeseenScreen(self._session, wanted))


def judged(text: str, columns: int) -> Said:
    """What is to be said of a text: its problems, else what each rule does."""
    found = checked(text)
    lines: list[TextLine] = []
    for problem in found.problems:
        told = safe(problem_line(problem))
        lines += broken((), told, columns, style=_STYLES[problem.level], copy=told)
    lines += _in_words(found, columns)
    return Said([*lines, note(_HINTS)], wrong=bool(found.errors))


def _in_words(found: Checked, columns: int) -> list[TextLine]:
    lines: list[TextLine] = []
    for rule, sentence in sentences(found.policy) if found.policy is not None else ():
        lines += broken((Cell(f"{rule.priority:>3}  ", "dim"),), safe(sentence), columns)
    return lines
