"""One job: how it stands, its plan, its parts with their bytes, its log."""

from __future__ import annotations

from typing import ClassVar

from ecrtui.config import commands as kinds
from ecrtui.errors import NotFound
from ecrtui.render.copying import CopyChoice
from ecrtui.render.jobs import job_text
from ecrtui.render.lines import TextLine
from ecrtui.render.plans import plan_lines
from ecrtui.tui.commands.copying import Use
from ecrtui.tui.jobs import Again, Job
from ecrtui.tui.screens.text import TextScreen
from ecrtui.tui.widgets.spans import Span


class JobScreen(TextScreen):
    """A place like any other: it can be left and come back to while the job goes on."""

    KINDS: ClassVar[tuple[str, ...]] = (kinds.TEXTS, kinds.JOB)

    @property
    def job(self) -> Job | None:
        """The job; None when it is no longer listed."""
        return self.session.jobs.get(int(self.spot.text))

    def reload(self) -> None:
        """There is nothing to read: it is in memory, or gone."""
        gone = None if self.known() else NotFound(f"job {self.spot.text}", hint=_GONE)
        self.start_reading()
        self.finish_reading(gone)

    def show_jobs(self) -> None:
        """It is further than before."""
        super().show_jobs()
        job = self.job
        if self.is_mounted and job is not None:
            job.seen = job.seen or job.ended
            self.lines.show(self.content(self.columns))
            self._bottom.show([], self.notes())

    def leave_to(self, act: Again) -> None:
        """This is a place, nothing lies below it."""
        act(self)

    def known(self) -> bool:
        """Whether it is listed."""
        return self.job is not None

    def waiting(self) -> str:
        """Never for long."""
        return "Looking ..."

    def content(self, columns: int) -> list[TextLine]:
        """All that is known of it."""
        job = self.job
        if job is None:
            return []
        return job_text(job.view, list(job.watch.log), columns)

    def heading(self) -> list[Span]:
        """What it is."""
        job = self.job
        what = f" {job.plan.deed}" if job is not None else ""
        return [Span(f" Job {self.spot.text}{what} ", "title")]

    def notes(self) -> list[Span]:
        """How it stands, in place of how old that is."""
        job = self.job
        return [Span(f" {job.state.value} ", "dim")] if job is not None else []

    def why_no_copy(self) -> str:
        """There must be one."""
        return "" if self.known() else "There is nothing to copy."

    def copy_choices(self, use: Use) -> None:
        """The line stood on, the plan, all of it."""
        job, line = self.job, self.lines.current
        if job is None:
            return
        own = [CopyChoice("this line", line.copy)] if line is not None and line.copy else []
        plan = CopyChoice("the plan", "\n".join(plan_lines(job.plan)))
        whole = CopyChoice("all of it", "\n".join(one.text for one in self.lines.all))
        use([*own, whole, plan])


_GONE = "It was forgotten after it had ended; the journal keeps what it changed."
