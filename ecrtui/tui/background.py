"""The only module with threads: slow reading, delivered to the screen that still wants it.

Textual's thread workers deliver late results to whoever is there and keep the program from
quitting. Here an async worker awaits what a daemon thread puts into a queue: cancelling the
worker (leaving the place, starting the same reading anew) drops whatever comes after, and no
thread is ever waited for.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any, Generic, TypeVar

from textual.app import App
from textual.message import Message
from textual.widget import Widget
from textual.worker import WorkType

from ecrtui.errors import EcrtuiError
from ecrtui.workflows.callers import Caller, on_behalf

T = TypeVar("T")

ASKED, UNASKED, BY_DIALOG = Caller(may_ask=True), Caller(), Caller(may_ask=True, dialog=True)
"""Who wants a reading: a person, at this moment; nobody, it happens by itself; a question that was
put to the person and waits for it."""

_AHEAD = 4
"""Items a thread makes before it waits for the screen: one interpreter serves both, and a thread
that runs ahead would only make keys wait."""
_PAUSE = 0.01
"""Seconds between two items, in which the screen draws and takes keys."""


class Mistake(Message):
    """A defect of ours in what a screen does with an answer; the app ends and reports it."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        super().__init__()


class _End:
    """What a thread says last: nothing more, or what went wrong."""

    def __init__(self, problem: EcrtuiError | None = None) -> None:
        self.problem = problem


def read(
    owner: Widget,
    group: str,
    make: Callable[[], Iterator[T]],
    *,
    deliver: Callable[[list[T]], None],
    done: Callable[[EcrtuiError | None], None],
    caller: Caller = ASKED,
) -> None:
    """Run a generator in a thread; its items arrive at `deliver` in order, each by itself: two
    pages at once would keep a key waiting twice as long.

    `done` gets what ended it, or None. A new reading of the same group replaces the old one, of
    which nothing is delivered any more; neither is anything once the owner has gone.
    """

    async def listen() -> None:
        try:
            async for item in _Stream(make, caller).items():
                if isinstance(item, _End):
                    done(item.problem)
                else:
                    deliver([item])
        except Exception as error:  # noqa: BLE001 - a worker would swallow it
            owner.app.post_message(Mistake(error))

    # Not called here: a worker given up before it began would leave a coroutine nobody awaits.
    work: WorkType[None] = listen
    owner.run_worker(work, group=group, exclusive=True, exit_on_error=False)


def ask(
    owner: Widget,
    group: str,
    make: Callable[[], T],
    *,
    answer: Callable[[T], None],
    failed: Callable[[EcrtuiError], None],
    caller: Caller = ASKED,
) -> None:
    """Run a function in a thread; its value arrives at `answer`."""

    def once() -> Iterator[T]:
        yield make()

    def done(problem: EcrtuiError | None) -> None:
        if problem is not None:
            failed(problem)

    read(owner, group, once, deliver=lambda items: answer(items[0]), done=done, caller=caller)


def apart(app: App[Any], make: Callable[[], None], done: Callable[[], None]) -> threading.Thread:
    """Run a function in a thread that belongs to no screen: leaving a place does not end it.

    The app calls `done` between two of its messages, unless it has been left by then. `make` keeps
    what came of it, and raises nothing.
    """
    loop = asyncio.get_running_loop()

    def work() -> None:
        make()
        with contextlib.suppress(RuntimeError):  # the loop has closed: the program is quitting
            loop.call_soon_threadsafe(app.call_later, done)

    thread = threading.Thread(target=work, daemon=True, name="apart")
    thread.start()
    return thread


def aside(make: Callable[[], None]) -> None:
    """Run what may take its time, and of which nobody waits for the end."""
    threading.Thread(target=make, daemon=True, name="aside").start()


def our_mistake(mistake: Exception) -> EcrtuiError:
    """What a screen says of a defect of ours: one place fails, the explorer goes on."""
    detail = f"{type(mistake).__name__}: {mistake}"
    hint = "Start with --debug to have a log of it, and please report it."
    return EcrtuiError(detail, title="A mistake of ours", hint=hint)


class _Stream(Generic[T]):
    """One thread that runs a generator, and the queue it fills."""

    def __init__(self, make: Callable[[], Iterator[T]], caller: Caller) -> None:
        self._make = make
        self._caller = caller
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[T | _End] = asyncio.Queue()
        self._room = threading.Semaphore(_AHEAD)
        self._unwanted = threading.Event()

    async def items(self) -> AsyncIterator[T | _End]:
        """What comes, one by one; at last an `_End`."""
        work = partial(on_behalf, self._caller, self._work)
        threading.Thread(target=work, daemon=True, name="background").start()
        try:
            while True:
                item = await self._queue.get()
                yield item
                if isinstance(item, _End):
                    return
                await asyncio.sleep(_PAUSE)
                self._room.release()
        finally:
            self._unwanted.set()
            self._room.release()

    def _work(self) -> None:
        try:
            for item in self._make():
                self._put(item)
                self._room.acquire()
                if self._unwanted.is_set():
                    return
            self._put(_End())
        except EcrtuiError as problem:
            self._put(_End(problem))
        except Exception as mistake:  # noqa: BLE001 - one place fails, the explorer goes on
            self._put(_End(our_mistake(mistake)))

    def _put(self, item: T | _End) -> None:
        try:
            self._loop.call_soon_threadsafe(self._queue.put_nowait, item)
        except RuntimeError:
            self._unwanted.set()  # the loop has closed: the program is quitting
