"""One container: what it prints as it prints it, its state, what it uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from ecrtui.config import commands as kinds
from ecrtui.errors import EcrtuiError, GivenUp
from ecrtui.model.running import Container, LogLine, Usage
from ecrtui.render.copying import CopyChoice
from ecrtui.render.lines import TextLine, note
from ecrtui.render.running import log_lines, saved_line, state_cell, usage_text
from ecrtui.render.text import safe
from ecrtui.tui import background, navigation
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.jobs import Job
from ecrtui.tui.logbook import LogBook
from ecrtui.tui.screens.text import TextScreen
from ecrtui.tui.session import Session
from ecrtui.tui.spot import Spot
from ecrtui.tui.widgets.log_view import LogView
from ecrtui.tui.widgets.spans import Span
from ecrtui.workflows.running.containers import REMOVED, Looking
from ecrtui.workflows.running.deeds import REMOVE, START, ContainerPlan

_MEASURED = 2.0
"""Seconds between two looks at what it uses."""


class ContainerScreen(TextScreen):
    """Follows the log until one leaves; the container goes on."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.TEXTS, kinds.CONTAINER)

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__(session, spot)
        self.log_view = LogView(id="lines")
        self.lines = self.cursor = self.log_view
        self.book = LogBook()
        self.container: Container | None = None
        self.usage: Usage | None = None
        self.with_times = False
        self.wrapped = True
        self._heights: list[int] = []
        """Lines of the screen for each line of the book."""
        self._looking = Looking(spot.text)

    # Reading

    def reload(self) -> None:
        """From the start, however often it was started again."""
        self._looking.hang_up()
        self._looking = looking = Looking(self.spot.text)
        self.book = LogBook()
        self.usage = None
        self.log_view.following = True
        self.start_reading()
        background.read(self, "state", looking.states, deliver=self._is, done=self._state_ended)
        background.read(self, "lines", looking.lines, deliver=self._printed, done=self._log_ended)
        background.read(
            self,
            "usage",
            lambda: looking.usage(_MEASURED),
            deliver=self._uses,
            done=lambda _: self._uses([None]),
        )

    def on_unmount(self) -> None:
        """Nobody looks any more: whatever waits for the engine ends at once."""
        self._looking.hang_up()

    def _is(self, states: list[Container]) -> None:
        self.container = states[-1]
        if self.reading.busy:
            self.finish_reading(None)
        self.update_bars()

    def _state_ended(self, problem: EcrtuiError | None) -> None:
        if problem is not None and not isinstance(problem, GivenUp):
            self.finish_reading(problem)

    def _printed(self, batches: list[list[LogLine]]) -> None:
        for batch in batches:
            first = not self.book.lines and not self.book.growing
            new, dropped = self.book.take(batch)
            if first:
                self.show()
                continue
            self.log_view.grow(self._shown(new), self._drawn(self.book.growing.values()))
            if dropped:
                self.log_view.drop(sum(self._heights[:dropped]))
                del self._heights[:dropped]
        self.update_bars()

    def _log_ended(self, problem: EcrtuiError | None) -> None:
        """The state says how the container ended; a log that broke off is worth a word."""
        if problem is not None and not isinstance(problem, GivenUp) and self.container:
            self.say_problem(problem)

    def _uses(self, found: list[Usage] | list[None]) -> None:
        self.usage = found[-1]
        self.update_bars()

    def job_ended(self, job: Job) -> None:
        """One that was removed is left; one that was started again is read from the start."""
        plan = job.plan
        if not isinstance(plan, ContainerPlan) or plan.container != self.spot.text:
            return
        if job.outcome is not None and plan.kind == START:
            self.reload()
        elif job.outcome is not None and plan.kind == REMOVE and self.is_current:
            navigation.leave(self)

    # What it says of itself

    def known(self) -> bool:
        """Whether the engine told of it."""
        return self.container is not None

    def waiting(self) -> str:
        """It is on its way."""
        return "Asking the engine ..."

    def content(self, columns: int) -> list[TextLine]:
        """All lines that are kept."""
        self._heights = []
        lines = [*self._shown(self.book.lines), *self._drawn(self.book.growing.values())]
        return lines or [note("It has printed nothing yet.")]

    def _shown(self, lines: Iterable[LogLine]) -> list[TextLine]:
        """Lines that have ended; how many each takes on the screen is kept, to drop it later."""
        found: list[TextLine] = []
        for line in lines:
            shown = self._drawn((line,))
            self._heights.append(len(shown))
            found += shown
        return found

    def _drawn(self, lines: Iterable[LogLine]) -> list[TextLine]:
        columns, times = self.columns if self.wrapped else None, self.with_times
        return [one for line in lines for one in log_lines(line, times=times, columns=columns)]

    def heading(self) -> list[Span]:
        """Which container, of what image, in which state."""
        spans = [Span(f" Logs of {self.spot.label} ", "title")]
        if self.container is not None:
            state = state_cell(self.container)
            spans += [
                Span(f" {state.text} ", state.style),
                Span(f" {self.container.image} ", "dim"),
            ]
        return spans

    def remarks(self) -> str:
        """Where it is reached, and what it uses."""
        found = self.container
        if found is None:
            return ""
        parts = (" ".join(found.ports), usage_text(self.usage, found.memory), found.error)
        return "  ".join(part for part in parts if part)

    def notes(self) -> list[Span]:
        """Whether the end is followed."""
        found = self.container
        if self.reading.busy or self.reading.problem is not None or found is None:
            return []
        number = len(self.book.lines)
        count = f"{number:,} line{'' if number == 1 else 's'}"
        if self.book.dropped:
            count = f"the last {count}"
        if not found.running:
            return [Span(f" {count}, it has ended ", "dim")]
        if self.log_view.following:
            return [Span(f" {count}, following ", "good")]
        return [Span(f" {count}, {self.key_of('log-follow')} follows ", "warn")]

    # What commands ask for

    def why_not_running(self) -> str:
        """It must run for that."""
        if self.container is None:
            return "The engine has not told of it yet."
        return "" if self.container.running else "It has ended."

    def why_gone(self) -> str:
        """It must be there for that."""
        if self.container is None:
            return "The engine has not told of it yet."
        return "It was removed." if self.container.state == REMOVED else ""

    def contained(self) -> Container | None:
        """The container."""
        return self.container

    def why_no_hits(self) -> str:
        """Something must be searched for, and be there."""
        if not self.filter_text:
            return f"Nothing is searched for: {self.key_of('filter')} does."
        return "" if self.log_view.hits else f"No line holds {self.filter_text}."

    def step(self, by: int) -> None:
        """To the next line that holds what is searched for, or the one before, among all lines."""
        self.log_view.step(by)
        self.update_bars()

    def switch_only(self) -> None:
        """Other lines are hidden, or shown around the one stood on."""
        self.log_view.hide_others(not self.log_view.hides)
        self.update_bars()

    def found_text(self) -> str:
        """How many lines there are, and which of them one stands on."""
        view = self.log_view
        count = len(view.hits)
        lines = f"line{'' if count == 1 else 's'} with {self.filter_text}"
        if view.hides:
            return f"{count:,} {lines}"
        return f"{view.rank:,} of {count:,} {lines}" if view.rank else f"{count:,} {lines}"

    def switch_times(self) -> None:
        """When lines were printed is shown, or no longer."""
        self.with_times = not self.with_times
        self.show()

    def switch_wrap(self) -> None:
        """Long lines are broken, or cut."""
        self.wrapped = not self.wrapped
        self.show()

    def saved(self) -> Callable[[], str]:
        """What makes the text of a file of it, as it is now."""
        lines, times = [*self.book.lines, *self.book.growing.values()], self.with_times
        return lambda: "".join(saved_line(line, times=times) for line in lines)

    def why_no_copy(self) -> str:
        """There must be a line, or a container."""
        return "" if self.container is not None else "Nothing is known of it yet."

    def copy_choices(self, use: Use) -> None:
        """The line stood on, then what names the container."""
        found = self.container
        if found is None:
            return
        line = self.lines.current
        own = [CopyChoice("this line", line.copy)] if line is not None and line.copy else []
        name = found.name or found.id
        use(
            [
                *own,
                CopyChoice("name", name),
                CopyChoice("id", found.id),
                *(CopyChoice("port", safe(port)) for port in found.ports),
                CopyChoice("docker logs", f"docker logs -f {name}"),
            ]
        )
