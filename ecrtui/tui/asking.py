"""Threads that need an answer of the person, and the dialogs they share.

    answer = asker.ask("mfa", lambda: CodeForm(...))   # in any thread but the screen's

A question comes up on whatever is on the screen, one after the other. Keys that were typed for
what lies below it answer nothing: it listens once no key has come for a moment. Who asks waits as
long as the person takes; a deed that is stopped, and a program that ends, wait no longer.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from textual.app import App
from textual.events import Event, Key, Paste
from textual.screen import Screen
from textual.timer import Timer

from ecrtui.workflows import callers

T = TypeVar("T")

MOMENT = 0.4
"""Seconds without a key after which a question listens: nobody reads it faster."""
DEAF = "-deaf"
"""The class of a question's screen that does not listen yet; its keys are not shown then."""
_ALWAYS = frozenset({"ctrl+q", "ctrl+c", "ctrl+l", "ctrl+z"})
"""Keys of the app itself."""


class _Question:
    """One question, and the threads that wait for its answer."""

    def __init__(
        self, key: Hashable, make_screen: Callable[[], Screen[Any]], *, above: bool
    ) -> None:
        self.key = key
        self.make_screen = make_screen
        self.above = above
        """Whether another question on the screen waits for this one."""
        self.screen: Screen[Any] | None = None
        self.answer: Any = None
        self.waiters: list[threading.Event] = []


class Asker:
    """All questions of one run of the explorer."""

    def __init__(self, app: App[Any]) -> None:
        self.app = app
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ui: threading.Thread | None = None
        self._waiting: list[_Question] = []
        """In the order they came, those on the screen too."""
        self._shown: list[_Question] = []
        """On the screen, the last one on top."""
        self._quiet: Timer | None = None

    def start(self) -> None:
        """From now on there is somebody to ask. Called by the app, on its own thread."""
        self._loop, self._ui = asyncio.get_running_loop(), threading.current_thread()
        self.app.screen_change_signal.subscribe(self.app, lambda _: self._settle())

    def close(self) -> None:
        """Nobody will answer any more: all who wait get None."""
        with self._lock:
            self._loop = None
            questions, self._waiting = self._waiting, []
            for question in questions:
                question.answer = None
                for waiter in question.waiters:
                    waiter.set()
        self._shown = []

    def ask(
        self, key: Hashable, make_screen: Callable[[], Screen[T]], what: str = "an answer"
    ) -> T | None:
        """The person's answer, for all threads that ask with this key together.

        None when it was given up, when the app ends, and on the screen's own thread, which must
        not wait. Raises GivenUp when the deed this thread works for is stopped; that deed tells
        meanwhile for `what` it waits.
        """
        waiter, above = threading.Event(), callers.current().dialog
        with self._lock:
            if self._loop is None or threading.current_thread() is self._ui:
                return None
            question = next((one for one in self._waiting if one.key == key), None)
            if question is None:
                question = _Question(key, make_screen, above=above)
                self._waiting.append(question)
            question.waiters.append(waiter)
        try:
            self.later(self._show)
            _wait(waiter, what)
        finally:
            self._leave(question, waiter)
        answer: T | None = question.answer
        return answer

    def later(self, what: Callable[[], None]) -> None:
        """Have the screen's own thread do it; from any thread."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has closed: the program is quitting
                loop.call_soon_threadsafe(self.app.call_later, what)

    @property
    def listening(self) -> bool:
        """Whether a question is on top and takes keys."""
        return bool(self._shown) and not self._is_deaf and self.app.screen is self._top

    def ignores(self, event: Event) -> bool:
        """Whether a key, or what is pasted, was meant for what lies below the question."""
        if not isinstance(event, (Key, Paste)) or not self._is_deaf:
            return False
        if isinstance(event, Key) and event.key in _ALWAYS:
            return False
        self._wait_for_quiet()
        return True

    @property
    def _top(self) -> Screen[Any] | None:
        return self._shown[-1].screen if self._shown else None

    @property
    def _is_deaf(self) -> bool:
        top = self._top
        return top is not None and self.app.screen is top and top.has_class(DEAF)

    # On the screen's thread

    def _show(self) -> None:
        """Put the next question on the screen, unless one is there that does not wait for it."""
        with self._lock:
            new = [one for one in self._waiting if one not in self._shown]
        question = next((one for one in new if one.above or not self._shown), None)
        if question is None or not self.app.screen_stack:  # the app is being closed
            return
        screen = question.screen = question.make_screen()
        self._shown.append(question)
        screen.add_class(DEAF)
        self._wait_for_quiet()
        self.app.push_screen(screen, lambda answer: self._answered(question, answer))

    def _answered(self, question: _Question, answer: Any) -> None:
        if question in self._shown:
            self._shown.remove(question)
        with self._lock:
            if question in self._waiting:
                self._waiting.remove(question)
            question.answer = answer
            for waiter in question.waiters:
                waiter.set()
        self.app.call_later(self._show)

    def _wait_for_quiet(self) -> None:
        if self._quiet is not None:
            self._quiet.stop()
        self._quiet = self.app.set_timer(MOMENT, self._listen)

    def _listen(self) -> None:
        for question in self._shown:
            if question.screen is not None:
                question.screen.remove_class(DEAF)

    def _settle(self) -> None:
        """A question goes when nobody waits for it any more, and comes back when what changed
        places in the background took it away unanswered."""
        with self._lock:
            self._waiting = [one for one in self._waiting if one.waiters]
            unwanted = [one for one in self._shown if one not in self._waiting]
        stack = self.app.screen_stack
        self._shown = [one for one in self._shown if one.screen in stack]
        for question in unwanted:
            if question.screen is not None and question.screen in stack[-1:]:
                question.screen.dismiss(None)
        self.app.call_later(self._show)

    # On the asking thread

    def _leave(self, question: _Question, waiter: threading.Event) -> None:
        with self._lock:
            question.waiters.remove(waiter)
            unwanted = question in self._waiting and not question.waiters
        if unwanted:
            self.later(self._settle)


def _wait(waiter: threading.Event, what: str) -> None:
    """Until there is an answer; raises GivenUp as soon as the deed is stopped."""
    watch = callers.current().watch
    if watch is None:
        waiter.wait()
        return
    with watch.on_stop(waiter.set), watch.waiting(what):
        waiter.wait()
    watch.check()
