"""What is going to be done, worked out and shown before it is; whoever agrees starts a job."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum
from typing import Generic, TypeVar, cast

import msgspec
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button

from ecrtui.errors import EcrtuiError, ReadOnly
from ecrtui.model.plan import Outcome, Plan
from ecrtui.render.columns import Cell
from ecrtui.render.lines import TextLine, broken
from ecrtui.render.moving import bar_line
from ecrtui.render.plans import plan_lines, plan_text
from ecrtui.render.text import safe
from ecrtui.tui import background, navigation
from ecrtui.tui.keys import OffersKeys, TakesKeys, move
from ecrtui.tui.screens.place import PlaceScreen
from ecrtui.tui.widgets.lines_view import LinesView
from ecrtui.tui.widgets.spans import Span, SpanBar
from ecrtui.workflows.callers import Caller
from ecrtui.workflows.watch import Watch

P = TypeVar("P", bound=Plan)


class Answer(Enum):
    """What a person says to a plan."""

    GO = "go"
    NO = "no"
    CHANGE = "change"
    """Back to what was typed."""


def propose(
    screen: PlaceScreen,
    make_plan: Callable[[Watch], P],
    run: Callable[[P, Watch], Outcome],
    again: Callable[[PlaceScreen], None] | None = None,
) -> None:
    """Work a plan out in the background, show it, and carry it out as a job once that is agreed.

    `make_plan` and `run` run in threads: they touch services and values, never a widget. A plan
    that takes its time tells it to its Watch, and is stopped when the dialog is left. `again` opens
    what was typed once more, with all of it, on the place that is shown then; Escape leads there,
    and so does a plan that cannot be made. A job that failed is proposed anew by itself.
    """
    session = screen.session
    dialog = PlanScreen(
        make_plan,
        read_only=session.read_only(""),
        typed=again is not None,
        words=session.words,
    )

    def answered(answer: Answer | None) -> None:
        plan = dialog.plan
        if answer is Answer.GO and plan is not None:
            session.jobs.start(
                plan,
                lambda watch: run(plan, watch),
                lambda place: propose(place, make_plan, run, again),
            )
        elif answer is Answer.CHANGE and again is not None:
            again(navigation.place_of(screen.app))

    screen.app.push_screen(dialog, answered)


class PlanScreen(TakesKeys, ModalScreen[Answer], Generic[P]):
    """Works it out, then shows it with Cancel and the deed, or what keeps it from being made."""

    DEFAULT_CSS = """
    PlanScreen Vertical { width: 92; max-width: 100%; height: auto; padding: 0 2;
                          background: $surface; border: round $accent; }
    PlanScreen .-production { border: round $warning; }
    PlanScreen SpanBar, PlanScreen LinesView { background: $surface; }
    PlanScreen LinesView { height: 1; margin: 1 0; scrollbar-size-vertical: 1; }
    PlanScreen Horizontal { height: 1; display: none; }
    PlanScreen Horizontal.-shown { display: block; }
    PlanScreen Button { margin-right: 2; }
    """

    def __init__(
        self,
        make_plan: Callable[[Watch], P],
        *,
        read_only: bool,
        typed: bool,
        words: Callable[[str], str],
    ) -> None:
        super().__init__()
        self.plan: P | None = None
        self.problem: EcrtuiError | None = None
        self._make = make_plan
        self._watch = Watch()
        self._read_only = read_only
        self._typed = typed
        self._words = words
        self._began = time.monotonic()
        self._title = SpanBar(id="plan-title")
        self._lines = LinesView(id="plan")
        self._lines.can_focus = False
        self._keys = SpanBar(id="plan-keys")
        self._yes = Button(Content("Go"), id="yes", compact=True)

    def compose(self) -> ComposeResult:
        """A title, the plan, the answers, the keys."""
        with Vertical():
            yield self._title
            yield self._lines
            with Horizontal():
                yield Button(Content("Cancel"), id="cancel", compact=True)
                yield self._yes
            yield self._keys

    def on_mount(self) -> None:
        """Begin to work it out."""
        self.take_early_keys(cast(OffersKeys, self.app))
        self.set_interval(1.0, self._count_seconds)
        self.work_out()

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        background.aside(self._watch.stop)

    def on_resize(self) -> None:
        """Lines are broken anew."""
        self.show()

    def work_out(self) -> None:
        """Make the plan, in the background."""
        self.plan = self.problem = None
        self._began = time.monotonic()
        watch = self._watch = Watch()
        background.ask(
            self,
            "plan",
            lambda: self._make(watch),
            answer=self._made,
            failed=self._failed,
            caller=Caller(may_ask=True, watch=watch),
        )
        self.show()

    def _made(self, plan: P) -> None:
        if plan.changes and self._read_only:
            self._failed(ReadOnly(f"{plan.kind} {plan.target}"))
            return
        warnings = tuple(self._words(one) for one in plan.warnings)
        self.plan = plan = msgspec.structs.replace(plan, warnings=warnings)
        self.show()
        if not plan.done_already:
            self._yes.label = Content(_deed(plan))
            self.query_one(Vertical).set_class(plan.production, "-production")
            self.query_one(Horizontal).add_class("-shown")
            careful = plan.changes or plan.careful
            self.set_focus(self.query_one("#cancel") if careful else self._yes)

    def _failed(self, problem: EcrtuiError) -> None:
        self.problem = problem
        self.show()

    def _count_seconds(self) -> None:
        if self.plan is None and self.problem is None:
            self.show()

    # Drawing

    def show(self) -> None:
        """Say what is known; the dialog takes the lines it needs, as far as there are any."""
        room = min(self.app.size.width, _WIDEST) - _ACROSS
        self._title.show(*self._heading())
        lines = self._content(room)
        self._lines.show(lines)
        most = self.app.size.height - _DOWN - self._asked
        self._lines.styles.height = max(1, min(len(lines), most))
        more = len(lines) > most
        self._keys.show([Span(self._hints(more=more), "dim")])

    @property
    def _asked(self) -> bool:
        return self.plan is not None and not self.plan.done_already

    def _heading(self) -> tuple[list[Span], list[Span]]:
        if self.problem is not None:
            return [Span(self.problem.title, "bad")], []
        if self.plan is None:
            return [Span("Working out the plan", "title")], []
        production = [Span("production", "warn")] if self.plan.production else []
        return [Span(_deed(self.plan), "title")], production

    def _content(self, columns: int) -> list[TextLine]:
        if self.plan is not None:
            return plan_text(self.plan, columns)
        if self.problem is not None:
            detail, hint = self.problem.detail, self._words(self.problem.hint)
            lines = broken((), safe(detail), columns, style="dim") if detail else []
            lines += [TextLine()] if detail and hint else []
            return lines + (broken((), safe(hint), columns) if hint else [])
        seconds = int(time.monotonic() - self._began)
        elapsed = f" {seconds} s" if seconds >= _PATIENCE else ""
        lines = [TextLine((Cell(f"Nothing is changed by it ...{elapsed}", "busy"),))]
        told = bar_line(self._watch.so_far(), columns, ascii_only=False)
        return [*lines, TextLine((Cell(told),))] if told else lines

    def _hints(self, *, more: bool) -> str:
        back = "change it" if self._typed else "close"
        if self.plan is None and self.problem is None:
            hints = ["esc stop"]
        elif self.problem is not None:
            hints = ["r try again", "y copy", f"esc {back}"]
        else:
            hints = ["y copy", f"esc {back}"]
        return "   ".join([*hints, *(["pgdn more"] if more else [])])

    # Keys

    def take_key(self, event: events.Key) -> bool:
        """Enter is the button's; Escape goes back to what was typed; the others scroll."""
        key = event.key
        if key == "escape":
            self.dismiss(Answer.CHANGE if self._typed else Answer.NO)
        elif key == "y":
            self._copy()
        elif key == "r" and self.problem is not None:
            self.work_out()
        elif key == "enter":
            self._enter()
        elif key in ("tab", "shift+tab"):
            self.focus_next()
        elif key in ("right", "l", "left", "h") and self._asked:
            self.set_focus(self._yes if key in ("right", "l") else self.query_one("#cancel"))
        else:
            return self._scroll(key)
        return True

    def _scroll(self, key: str) -> bool:
        """No cursor is seen here: a line down is a line further, at once."""
        height = self._lines.size.height
        if key in ("down", "j") and self._lines.cursor < height - 1:
            self._lines.move_to(height - 1)
        elif key in ("up", "k"):
            top = int(self._lines.scroll_offset.y)
            self._lines.move_to(min(self._lines.cursor, top))
        return move(self._lines, key)

    def _enter(self) -> None:
        """Before the plan is there it says nothing; with nothing to be asked it closes."""
        if self.problem is not None:
            self.dismiss(Answer.CHANGE if self._typed else Answer.NO)
        elif self.plan is not None:
            go = self._asked and self.focused is self._yes
            self.dismiss(Answer.GO if go else Answer.NO)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A click."""
        self.dismiss(Answer.GO if event.button.id == "yes" else Answer.NO)

    def _copy(self) -> None:
        if self.plan is not None:
            text = "\n".join(plan_lines(self.plan))
        elif self.problem is not None:
            text = f"{self.problem.sentence}\n{self._words(self.problem.hint)}".strip()
        else:
            return
        self.app.copy_to_clipboard(text)
        self.notify("Copied", markup=False)


def _deed(plan: Plan) -> str:
    """`Copy`: what the button is called."""
    return safe(plan.kind).capitalize() or "Go"


_PATIENCE = 3
_WIDEST = 92
"""Columns of the dialog."""
_ACROSS = 7
"""Columns of the frame, the margins and the scrollbar."""
_DOWN = 6
"""Lines of the frame, the title, the margins and the keys."""
