"""The drawer of jobs over the bottom third: each with what, from where to where, how far."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from ecrtui.config import commands as kinds
from ecrtui.config.commands import Command
from ecrtui.render.jobs import job_lines
from ecrtui.render.lines import note
from ecrtui.tui import bars
from ecrtui.tui.jobs import Job
from ecrtui.tui.keys import OffersKeys, TakesKeys, move
from ecrtui.tui.screens.place import PlaceScreen
from ecrtui.tui.session import Session
from ecrtui.tui.widgets.lines_view import LinesView
from ecrtui.tui.widgets.spans import FrameEdge, Span, SpanBar

Act = Callable[[PlaceScreen], None]
_LINES = 2
"""Of the screen for each job."""
_MARGINS = 4


class Drawer(TakesKeys, ModalScreen["Act | None"]):
    """Closes with what is to be done on the place below it, if anything."""

    DEFAULT_CSS = """
    Drawer Vertical { height: 34%; min-height: 10; max-height: 100%; background: $surface; }
    Drawer #lines { background: $surface; }
    """
    KINDS: ClassVar[tuple[str, ...]] = (kinds.JOBS,)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        every = session.commands_at(self.KINDS, "")
        self.commands = [one for one in every if kinds.JOBS in one.where]
        self._by_key = {key: one for one in reversed(self.commands) for key in one.keys}
        self._closed_by = frozenset({"escape", *_keys_of(every, "jobs")})
        self._to_journal = _keys_of(every, "journal")
        self._number = 0
        self._jobs: list[Job] = []
        self._lines = LinesView(id="lines")
        self._top = FrameEdge().draw_as(*session.edges(upper=True))
        self._bottom = FrameEdge().draw_as(*session.edges(upper=False))
        self._keys = SpanBar(id="keys")

    def compose(self) -> ComposeResult:
        """A frame and the keys."""
        with Vertical():
            yield self._top
            yield self._lines
            yield self._bottom
            yield self._keys

    def on_mount(self) -> None:
        """The newest job first."""
        self.set_class(self.session.ascii, "-ascii")
        self._lines.focus()
        self.app.clear_notifications()  # what they said stands here, and they would hide it
        self.show_jobs()
        self.take_early_keys(cast(OffersKeys, self.app))

    def on_resize(self) -> None:
        """There is other room."""
        self.show_jobs()

    @property
    def job(self) -> Job | None:
        """The one the cursor stands on."""
        return self._jobs[self._at] if self._jobs else None

    @property
    def _at(self) -> int:
        numbers = [job.number for job in self._jobs]
        return numbers.index(self._number) if self._number in numbers else 0

    def show_jobs(self) -> None:
        """Say what is so now."""
        self._jobs = list(reversed(self.session.jobs.all))
        columns = max(20, self.size.width - _MARGINS)
        for job in self._jobs:
            job.seen = job.seen or job.ended
        lines = [line for job in self._jobs for line in job_lines(job.view, columns)]
        self._lines.show(lines or [note("There are no jobs.")])
        self._stand(self._at)
        active = len(self.session.jobs.active)
        self._top.show(
            [Span(" Jobs ", "title")], [Span(f" {_counted(active, self._jobs)} ", "dim")]
        )
        journal = f" {self._to_journal[0]} journal " if self._to_journal else ""
        self._bottom.show([], [Span(f"{journal} esc close ", "dim")])
        columns, plain = self.size.width, self.session.ascii
        self._keys.show(*bars.keys(self.commands, self._refusal, columns, ascii_only=plain))

    def _stand(self, at: int) -> None:
        if self._jobs:
            at = max(0, min(at, len(self._jobs) - 1))
            self._number = self._jobs[at].number
            self._lines.move_to(at * _LINES + 1)  # so that both of its lines are seen
            self._lines.move_to(at * _LINES)

    def _refusal(self, command: Command) -> str:
        from ecrtui.tui.commands import refusal

        return refusal(self, command.id)

    def leave_to(self, act: Act) -> None:
        """Close, and do something on the place below."""
        self.dismiss(act)

    def say(self, sentence: str, *, title: str = "", warn: bool = False) -> None:
        """A toast."""
        severity = "warning" if warn else "information"
        self.notify(sentence, title=title, severity=severity, markup=False)  # type: ignore[arg-type]

    # Keys

    def take_key(self, event: events.Key) -> bool:
        """Commands about the job stood on, or the cursor."""
        command = self._by_key.get(event.key)
        if event.key in self._closed_by:
            self.dismiss(None)
        elif event.key in self._to_journal:
            self.dismiss(lambda place: place.action_do("journal"))
        elif command is not None:
            self.action_do(command.id)
        else:
            return move(self, event.key)
        return True

    def action_do(self, command: str) -> None:
        """Do a command, or say why it is impossible."""
        from ecrtui.tui.commands import perform

        perform(self, command)

    def move(self, lines: int) -> None:
        """From job to job."""
        self._to(self._at + lines)

    def move_pages(self, pages: float) -> None:
        """By what is seen of them."""
        self._to(self._at + int(pages * max(1, self._lines.size.height // _LINES)))

    def move_to(self, line: int) -> None:
        """To a job; -1 is the last."""
        self._to(len(self._jobs) - 1 if line < 0 else line)

    def _to(self, at: int) -> None:
        self._stand(at)
        self.show_jobs()

    def on_lines_view_opened(self) -> None:
        """A double click is Enter."""
        self._number = self._clicked()
        self.action_do("open-job")

    def on_lines_view_moved(self) -> None:
        """A click moves the cursor, to either line of a job."""
        if self._clicked() != self._number:
            self._number = self._clicked()
            self.show_jobs()

    def _clicked(self) -> int:
        line = self._lines.current
        return int(line.leads) if line is not None and line.leads else self._number


def _keys_of(commands: list[Command], name: str) -> tuple[str, ...]:
    return next((one.keys for one in commands if one.id == name), ())


def _counted(active: int, jobs: list[Job]) -> str:
    ended = len(jobs) - active
    parts = [f"{active} at work"] if active else []
    return ", ".join([*parts, *([f"{ended} ended"] if ended else [])])
