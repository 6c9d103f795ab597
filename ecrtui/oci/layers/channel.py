"""Bounded queues between the threads of one pipeline, which all end together."""

from __future__ import annotations

import contextvars
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Stopped(Exception):
    """The pipeline ends: somebody failed or gave up. Nothing to tell; the cause is kept."""


class _State:
    """Whether a pipeline has ended."""

    def __init__(self) -> None:
        self.stopped = False


class Pipeline:
    """Threads that hand blocks on. The first failure stops all of them and is raised by `end`.

    Nothing here points back at what points at it: a program that does not look for garbage would
    keep all blocks.
    """

    def __init__(self) -> None:
        self._state = _State()
        self._channels: list[Channel[Any]] = []
        self._failure: BaseException | None = None
        self._threads: list[threading.Thread] = []

    def start(self, work: Callable[[], None]) -> None:
        """Run work in a thread of its own."""
        run = contextvars.copy_context().run
        thread = threading.Thread(target=run, args=(self._run, work), name="layer", daemon=True)
        self._threads.append(thread)
        thread.start()

    def end(self) -> None:
        """Wait until all work is done; raises the first failure there was."""
        for thread in self._threads:
            thread.join()
        failure, self._failure = self._failure, None
        try:
            if failure is not None:
                raise failure
        finally:
            del failure  # its traceback holds this frame

    def stop(self) -> None:
        """End everything, whatever state it is in, and wait until no thread is left."""
        self._wake()
        for thread in self._threads:
            thread.join()

    def channel(self, room: int) -> Channel[Any]:
        """A channel for so many blocks between two of the threads."""
        channel: Channel[Any] = Channel(self._state, room)
        self._channels.append(channel)
        return channel

    def _wake(self) -> None:
        self._state.stopped = True
        for channel in self._channels:
            channel.wake()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Stopped:
            return
        except BaseException as failure:  # noqa: BLE001 - `end` raises it where it is waited for
            self._failure = self._failure or failure
            self._wake()


class Channel(Generic[T]):
    """A queue of a few blocks from one thread to another."""

    def __init__(self, state: _State, room: int) -> None:
        self._state = state
        self._changed = threading.Condition()
        self._room = room
        self._blocks: deque[T] = deque()
        self._closed = False

    def put(self, block: T) -> None:
        """Hand a block on, once there is room; raises Stopped."""
        with self._changed:
            while len(self._blocks) >= self._room and not self._state.stopped:
                self._changed.wait()
            self.check()
            self._blocks.append(block)
            self._changed.notify_all()

    def close(self) -> None:
        """Say that there is no more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def wake(self) -> None:
        """Let whoever waits look whether the pipeline has ended."""
        with self._changed:
            self._changed.notify_all()

    def check(self) -> None:
        """Raise Stopped when the pipeline ends."""
        if self._state.stopped:
            raise Stopped

    def __iter__(self) -> Iterator[T]:
        """The blocks, until there are no more; raises Stopped."""
        while (block := self._next()) is not None:
            yield block

    def _next(self) -> T | None:
        with self._changed:
            while not self._blocks and not self._closed and not self._state.stopped:
                self._changed.wait()
            self.check()
            if not self._blocks:
                return None
            block = self._blocks.popleft()
            self._changed.notify_all()
            return block
