"""Jobs: what moves or changes something, with a life of its own, whatever screen one looks at.

A job's thread belongs to no screen (`background.apart`). What became of it is kept in the job by
that thread; the app is told afterwards, and only while it is there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.message import Message
from textual.timer import Timer

from ecrtui.errors import EcrtuiError
from ecrtui.model.journal import Change
from ecrtui.model.moving import Moment
from ecrtui.model.plan import Outcome, Plan
from ecrtui.render.jobs import JobView
from ecrtui.tui import background
from ecrtui.workflows import journal
from ecrtui.workflows.callers import Caller, on_behalf
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.tui.screens.place import PlaceScreen

Run = Callable[[Watch], Outcome]
Again = Callable[["PlaceScreen"], None]
"""Begins the same thing once more, on the place that one looks at."""

_KEPT = 50
"""Jobs that have ended and are still listed."""
_EVERY = 0.25
"""Seconds between two looks at how far they are."""
PATIENCE = 5.0
"""Seconds that jobs have to end in an orderly way when the program is left."""


class JobState(str, Enum):
    """Where a job is in its life."""

    WAITING = "waiting"
    RUNNING = "running"
    STOPPING = "stopping"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


_ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.STOPPED})


class JobChanged(Message):
    """A job has begun or ended."""

    def __init__(self, job: Job) -> None:
        self.job = job
        super().__init__()


class Job:
    """One job."""

    def __init__(self, number: int, plan: Plan, run: Run, again: Again) -> None:
        self.number = number
        self.plan = plan
        self.again = again
        """Proposes it anew, with all that the person typed."""
        self.watch = Watch()
        self.state = JobState.WAITING
        self.moment = Moment()
        """How far it was when it was looked at last."""
        self.outcome: Outcome | None = None
        self.problem: EcrtuiError | None = None
        self.told = False
        """Whether its end has been told."""
        self.seen = False
        """Whether somebody has seen in the drawer how it ended."""
        self.thread: threading.Thread | None = None
        self._run = run
        self._began = self._ended = 0.0

    @property
    def ended(self) -> bool:
        """Whether it has come to its end, well or not."""
        return self.state in _ENDED

    @property
    def seconds(self) -> float:
        """How long it has been running, or ran."""
        end = self._ended if self.ended else time.monotonic()
        return end - self._began if self._began else 0.0

    @property
    def view(self) -> JobView:
        """What is known of it, as of the last look."""
        return JobView(
            self.number,
            self.plan,
            self.state.value,
            self.moment,
            self.seconds,
            self.outcome if self.ended else None,
            self.problem if self.ended else None,
        )

    @property
    def changes(self) -> tuple[Change, ...]:
        """What it changed, however it ended."""
        known = self.watch.changes
        told = self.outcome.changes if self.outcome is not None else ()
        return (*known, *(change for change in told if change not in known))

    def look(self) -> None:
        """Take note of how far it is."""
        self.moment = self.watch.so_far()

    def begin(self) -> None:
        """It leaves the queue."""
        self.state, self._began = JobState.RUNNING, time.monotonic()

    def carry_out(self, services: Services) -> None:
        """Do it, and keep what came of it: this runs in the job's own thread."""
        try:
            caller = Caller(may_ask=True, watch=self.watch)
            self.outcome = on_behalf(
                caller, lambda: journal.carry(services, self.plan, self._run, self.watch)
            )
        except EcrtuiError as problem:
            self.problem = problem
        except Exception as mistake:  # noqa: BLE001 - one job fails, the explorer goes on
            self.problem = background.our_mistake(mistake)

    def end(self) -> None:
        """Its thread has ended. Who stopped what was done by then is told that it was done."""
        self.look()
        self._ended = time.monotonic()
        if self.outcome is not None:
            self.state = JobState.DONE
        elif self.watch.stopped:
            self.state = JobState.STOPPED
        else:
            self.state = JobState.FAILED


class Jobs:
    """All jobs of one run of the explorer; several run at once, the others wait in order."""

    def __init__(self, app: App[Any], services: Services) -> None:
        self._app = app
        self._services = services
        self._timer: Timer | None = None
        self._leaving = False
        self._count = 0
        self.leave_at_end = False
        """Whether the explorer is to be left once all have ended."""
        self.all: list[Job] = []
        """In the order they were started."""

    @property
    def active(self) -> list[Job]:
        """Those that have not ended."""
        return [job for job in self.all if not job.ended]

    @property
    def unseen(self) -> list[Job]:
        """Those that failed and were not looked at since."""
        return [job for job in self.all if job.state is JobState.FAILED and not job.seen]

    @property
    def at_work(self) -> list[Job]:
        """Those whose threads have not ended, whether or not anybody was told."""
        return [job for job in self.all if job.thread is not None and job.thread.is_alive()]

    def get(self, number: int) -> Job | None:
        """A job that is still listed."""
        return next((job for job in self.all if job.number == number), None)

    def start(self, plan: Plan, run: Run, again: Again, *, at_once: bool = False) -> Job:
        """Do what a plan says, when there is room for it; what moves nothing, `at_once`."""
        self._count += 1
        job = Job(self._count, plan, run, again)
        self.all.append(job)
        if at_once and not self._leaving:
            self._begin(job)
        else:
            self._fill()
        return job

    def stop(self, job: Job) -> None:
        """Let a job end: at once while it waits, else at its next step."""
        if job.state is JobState.WAITING:
            job.watch.stop()
            job.end()
            self._tell(job)
        elif job.state is JobState.RUNNING:
            job.state = JobState.STOPPING
            # What hangs up may take its time, which no key should wait for.
            background.aside(job.watch.stop)
            self._tell(job)

    def stop_all(self) -> None:
        """Let all end, and begin no other: the program is being left."""
        self._leaving = True
        for job in self.active:
            self.stop(job)

    def remove_ended(self) -> None:
        """Forget those that have ended."""
        self.all = self.active

    def wait(self, patience: float = PATIENCE) -> list[Job]:
        """Wait until all have ended, but no longer; those that have not. For after the app."""
        ends = time.monotonic() + patience
        for job in self.at_work:
            if job.thread is not None:
                job.thread.join(max(0.0, ends - time.monotonic()))
        return self.at_work

    def _fill(self) -> None:
        """Begin those there is room for."""
        running = sum(job.state in (JobState.RUNNING, JobState.STOPPING) for job in self.all)
        room = self._services.settings.jobs_at_once - running
        waiting = [job for job in self.all if job.state is JobState.WAITING]
        for job in waiting[: max(0, 0 if self._leaving else room)]:
            self._begin(job)

    def _begin(self, job: Job) -> None:
        def done() -> None:
            job.end()
            self._forget_oldest()
            self._fill()
            self._tell(job)

        job.begin()
        job.thread = background.apart(self._app, lambda: job.carry_out(self._services), done)
        self._tell(job)

    def _forget_oldest(self) -> None:
        ended = [job for job in self.all if job.ended]
        for job in ended[: max(0, len(ended) - _KEPT)]:
            self.all.remove(job)

    def _tell(self, job: Job) -> None:
        self._app.post_message(JobChanged(job))
        if self._timer is None:
            self._timer = self._app.set_interval(_EVERY, self._look)

    def _look(self) -> None:
        for job in self.active:
            job.look()
        show(self._app)
        if not self.active and self._timer is not None:
            self._timer.stop()
            self._timer = None


def show(app: App[Any]) -> None:
    """Let the screen on top say how far jobs are; there is none any more while the app ends."""
    shown = getattr(app.screen, "show_jobs", None) if app.screen_stack else None
    if shown is not None:
        shown()
