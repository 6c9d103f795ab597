"""Leaving the explorer while jobs are at work: asked about, and never left to chance."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from enum import Enum
from typing import Any

from textual.app import App

from ecrtui.render.text import safe
from ecrtui.tui.jobs import PATIENCE, Jobs

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Those that end us in an orderly way."""


class _Way(Enum):
    STAY = "stay"
    WAIT = "wait"
    STOP = "stop"


_ANSWERS = (
    ("Stay", _Way.STAY),
    ("Quit when they have ended", _Way.WAIT),
    ("Stop them and quit", _Way.STOP),
)
_NAME = "leaving"
_SHOWN = 5
"""Jobs that the question names."""


def ask(app: App[Any], jobs: Jobs) -> None:
    """Leave at once when nothing is at work; else ask what becomes of it."""
    active = jobs.active
    if not active:
        app.exit(0)
        return
    from ecrtui.tui.screens.confirm import AskScreen

    if isinstance(app.screen, AskScreen) and app.screen.name == _NAME:
        return  # it has been asked, and not answered yet
    lines = [safe(job.plan.deed) for job in active[:_SHOWN]]
    lines += [f"and {len(active) - _SHOWN} more"] if len(active) > _SHOWN else []
    what = "A job is" if len(active) == 1 else f"{len(active)} jobs are"

    def answered(way: _Way | None) -> None:
        jobs.leave_at_end = way is _Way.WAIT
        if way is _Way.STOP:
            jobs.stop_all()
            app.exit(0)
        else:
            at_end(app, jobs)

    question = AskScreen(f"{what} at work", lines, _ANSWERS, name=_NAME)
    app.push_screen(question, answered)


def at_end(app: App[Any], jobs: Jobs) -> None:
    """Leave if that was asked for and all jobs have ended; one that failed is stayed for."""
    if jobs.leave_at_end and not jobs.active:
        jobs.leave_at_end = False
        if not jobs.unseen:
            app.exit(0)


def ended(app: App[Any], number: int) -> None:
    """A signal ends us. What comes after it in an orderly way is bounded, so another SIGHUP changes
    nothing: a lost terminal often sends two. Any other one ends us at once."""
    loop = asyncio.get_running_loop()
    for other in SIGNALS:
        loop.remove_signal_handler(other)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    app.exit(128 + number)


def wait_for(jobs: Jobs) -> None:
    """The terminal has been given back, or is gone: end all jobs, and say so where one can."""
    jobs.stop_all()
    if not jobs.at_work:
        return
    _say(f"stopping {len(jobs.at_work)} ...")
    for job in jobs.wait(PATIENCE):
        _say(f"{job.plan.deed} did not stop within {PATIENCE:.0f} s")


def _say(sentence: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"ecrtui: {safe(sentence)}\n")
        sys.stderr.flush()
