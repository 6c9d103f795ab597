"""Chunks read ahead in a thread of their own, so that a source that stalls keeps nobody."""

from __future__ import annotations

import contextvars
import queue
import threading
from collections.abc import Callable, Iterable, Iterator

from ecrtui.errors import GivenUp
from ecrtui.workflows.watch import Watch

_ROOM = 16
"""Chunks that wait to be taken."""
_LOOK = 0.05


def ahead(read: Callable[[Callable[[], bool]], Iterable[bytes]], watch: Watch) -> Iterator[bytes]:
    """What `read` gives; raises what it raises, and GivenUp as soon as the watch is stopped.

    `read` gets a question: whether it should end, for nobody takes its chunks any more.
    """
    taken: queue.Queue[bytes | BaseException | None] = queue.Queue(_ROOM)
    over = threading.Event()

    def put(one: bytes | BaseException | None) -> None:
        while not over.is_set():
            try:
                return taken.put(one, timeout=_LOOK)
            except queue.Full:
                continue
        raise GivenUp

    def work() -> None:
        try:
            for chunk in read(over.is_set):
                put(chunk)
            put(None)
        except BaseException as failure:  # noqa: BLE001 - carried to the thread that waits
            if not over.is_set():
                put(failure)

    _start(work)
    try:
        while True:
            watch.check()
            try:
                one = taken.get(timeout=_LOOK)
            except queue.Empty:
                continue
            if one is None:
                return
            if isinstance(one, BaseException):
                raise one
            yield one
    finally:
        over.set()


def _start(work: Callable[[], None]) -> None:
    context = contextvars.copy_context()  # on whose behalf it is read
    threading.Thread(target=context.run, args=(work,), daemon=True, name="reading ahead").start()
