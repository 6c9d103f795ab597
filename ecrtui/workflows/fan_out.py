"""Several slow questions at once, their answers as they come.

Daemon threads ask: whoever stops listening leaves them behind, and quitting waits for none.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
A = TypeVar("A")

AT_ONCE = 8
"""Threads at most: ECR's Describe rates are unpublished, and eight leave the API alone."""


class _End:
    """What a thread says last."""


def fan_out(
    ask: Callable[[T], Iterator[A]], questions: Iterable[T], *, at_once: int = AT_ONCE
) -> Iterator[A]:
    """Every answer of `ask(question)` for every question, interleaved as they come.

    An exception in `ask` ends the whole: a question whose failure is an answer yields it instead.
    """
    waiting = queue.SimpleQueue[T]()
    answers = queue.SimpleQueue[object]()
    count = 0
    for question in questions:
        waiting.put(question)
        count += 1
    stopped = threading.Event()
    threads = min(at_once, count)
    for _ in range(threads):
        arguments = (ask, waiting, answers, stopped)
        threading.Thread(target=_work, args=arguments, daemon=True, name="fan-out").start()
    try:
        yield from _collect(answers, threads)
    finally:
        stopped.set()


def _work(
    ask: Callable[[T], Iterator[A]],
    waiting: queue.SimpleQueue[T],
    answers: queue.SimpleQueue[object],
    stopped: threading.Event,
) -> None:
    try:
        while not stopped.is_set():
            for answer in ask(waiting.get_nowait()):
                answers.put((answer,))
                if stopped.is_set():
                    return
    except queue.Empty:
        return
    except BaseException as failure:  # noqa: BLE001 - carried to the thread that listens
        answers.put(failure)
    finally:
        answers.put(_End)


def _collect(answers: queue.SimpleQueue[object], threads: int) -> Iterator[A]:
    while threads:
        answer = answers.get()
        if answer is _End:
            threads -= 1
        elif isinstance(answer, BaseException):
            raise answer
        else:
            yield answer[0]  # type: ignore[index]
