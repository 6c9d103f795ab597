"""What becomes known of jobs wherever one is: the line, toasts, lists that have changed."""

from __future__ import annotations

from typing import Any

from textual.app import App

from ecrtui.render.plans import outcome_sentence
from ecrtui.render.text import safe
from ecrtui.tui import jobs as all_jobs
from ecrtui.tui import leaving, navigation
from ecrtui.tui.jobs import Job, Jobs, JobState

_LONG, _SHORT = 30, 5
"""Seconds that a toast of what failed stays, and of what went well."""


def told(app: App[Any], jobs: Jobs, job: Job) -> None:
    """A job has begun or ended."""
    if job.ended and not job.told:
        from ecrtui.tui.screens.drawer import Drawer

        job.told = True
        if not isinstance(app.screen, Drawer):  # which says it by itself
            _toast(app, job)
        for place in navigation.places_of(app):
            place.job_ended(job)
    all_jobs.show(app)
    leaving.at_end(app, jobs)


def _toast(app: App[Any], job: Job) -> None:
    name, places = safe(job.plan.deed), navigation.places_of(app)
    words = places[-1].session.words if places else str
    if job.outcome is not None:
        said = safe(words(outcome_sentence(job.outcome)))
        app.notify(said, title=safe(f"Done: {job.plan.kind}"), timeout=_SHORT, markup=False)
    elif job.state is JobState.STOPPED:
        app.notify(name, title="Stopped", severity="warning", timeout=_SHORT, markup=False)
    elif job.problem is not None:
        problem = job.problem
        said = "\n".join(map(safe, filter(None, (name, problem.detail, words(problem.hint)))))
        app.notify(said, title=safe(problem.title), severity="error", timeout=_LONG, markup=False)
