"""Commands about jobs: the drawer, and what can be done with one of them.

The drawer and a job's own screen both say which `job` is meant, and let one `leave_to` a place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ecrtui.config import commands as kinds
from ecrtui.model.places import Registry
from ecrtui.model.plan import CredentialPlan, SettingsPlan
from ecrtui.tui import navigation, screens
from ecrtui.tui.commands.deed import Deed
from ecrtui.tui.jobs import Job, JobState
from ecrtui.tui.spot import Spot
from ecrtui.workflows.running.deeds import ContainerPlan

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecrtui.tui.screens.place import PlaceScreen
    from ecrtui.tui.session import Session


class HasJob(Protocol):
    """What shows jobs, one of which is meant."""

    session: Session

    @property
    def job(self) -> Job | None:
        """The one that is meant."""

    def leave_to(self, act: Callable[[PlaceScreen], None]) -> None:
        """Do something on the place one looks at, once this no longer lies over it."""

    def show_jobs(self) -> None:
        """Show what is so now."""


def _drawer(screen: PlaceScreen) -> None:
    from ecrtui.tui.screens.drawer import Drawer

    def closed(act: Callable[[PlaceScreen], None] | None) -> None:
        if act is not None:
            act(navigation.place_of(screen.app))
        screen.show_jobs()

    screen.app.push_screen(Drawer(screen.session), closed)


def _no_jobs(screen: PlaceScreen) -> str:
    return "" if screen.session.jobs.all else "There are no jobs: nothing was moved or changed yet."


def _open(screen: HasJob) -> None:
    job = screen.job
    if job is not None:
        spot = Spot(kinds.JOB, text=str(job.number))
        screen.leave_to(lambda place: navigation.go_or_enter(place, spot))


def _no_job(screen: HasJob) -> str:
    return "" if screen.job is not None else "There is no job to stand on."


def _stop(screen: HasJob) -> None:
    job = screen.job
    if job is not None:
        screen.session.jobs.stop(job)
        screen.show_jobs()


def _no_stop(screen: HasJob) -> str:
    job = screen.job
    if job is None or job.state in (JobState.WAITING, JobState.RUNNING):
        return _no_job(screen)
    return "It is being stopped." if job.state is JobState.STOPPING else "It has ended."


def _retry(screen: HasJob) -> None:
    job = screen.job
    if job is not None:
        screen.leave_to(job.again)


def _no_retry(screen: HasJob) -> str:
    job = screen.job
    if job is None or job.ended:
        return _no_job(screen)
    return "It has not ended yet."


def _clear(screen: HasJob) -> None:
    screen.session.jobs.remove_ended()
    screen.show_jobs()


def _none_ended(screen: HasJob) -> str:
    return "" if any(job.ended for job in screen.session.jobs.all) else "None has ended yet."


def _place(screen: HasJob) -> None:
    job = screen.job
    if job is not None:
        spot = place_of(job)
        screen.leave_to(lambda place: navigation.go(place, spot))


def place_of(job: Job) -> Spot:
    """Where a job acts, also one that failed: a repository, a list here, else its target."""
    if isinstance(job.plan, ContainerPlan):
        return Spot(kinds.CONTAINERS)
    if isinstance(job.plan, CredentialPlan):
        return Spot(kinds.CREDENTIALS)
    home, repository = job.plan.place or (None, "")
    if isinstance(home, Registry) and isinstance(job.plan, SettingsPlan):
        return Spot(kinds.SETTINGS, home, repository)
    if isinstance(home, Registry):
        return Spot(kinds.IMAGES, home, repository)
    return Spot(screens.OPENING, text=job.plan.target)


DEEDS = {
    "jobs": Deed(_drawer, _no_jobs),
    "open-job": Deed(_open, _no_job),
    "stop-job": Deed(_stop, _no_stop),
    "retry-job": Deed(_retry, _no_retry),
    "job-place": Deed(_place, _no_job),
    "clear-jobs": Deed(_clear, _none_ended),
}
