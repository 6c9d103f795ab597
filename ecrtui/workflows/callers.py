"""On whose behalf a thread works: whether it may put a question to the person, and who stops it.

It goes along into the threads that a thread starts, where they copy its context
(`contextvars.copy_context().run`). A thread of which nobody said anything may ask nothing.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from ecrtui.workflows.watch import Watch

T = TypeVar("T")


class Caller(NamedTuple):
    """Who wants what a thread does."""

    may_ask: bool = False
    """Whether a person wants it now: nothing that happens by itself opens a dialog."""
    watch: Watch | None = None
    """Of the deed, where it is one that can be stopped: it stops waiting for an answer too."""
    dialog: bool = False
    """Whether a question on the screen waits for it: what it asks comes up above that one."""


_NOBODY = Caller()
_current: contextvars.ContextVar[Caller] = contextvars.ContextVar("caller", default=_NOBODY)


def current() -> Caller:
    """The caller of this thread."""
    return _current.get()


def on_behalf(caller: Caller, work: Callable[[], T]) -> T:
    """Do it for a caller."""
    token = _current.set(caller)
    try:
        return work()
    finally:
        _current.reset(token)
