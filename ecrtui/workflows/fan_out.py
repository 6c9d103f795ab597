"""Several slow questions at once, their answers as they come.

Daemon threads ask: whoever stops listening leaves them behind, and quitting waits for none.
"""

from __future__ import annotations

import contextvars
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")
A = TypeVar("A")

AT_ONCE = 8
"""Threads at most: ECR's Describe rates are unpublished, and eight leave the API alone."""


PACE = 4
"""Times as long as the last answers took to work on that more are waited for."""


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
        arguments = (_work, ask, waiting, answers, stopped)
        run = contextvars.copy_context().run
        threading.Thread(target=run, args=arguments, daemon=True, name="fan-out").start()
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


def in_batches(source: Iterator[A]) -> Iterator[list[A]]:
    """Answers as they come, together where whoever works on them takes long.

    The first one is handed over at once, the last ones as soon as they are there; in between a
    fifth of the time at most is spent in the caller. What ends the source is raised after all that
    came before it.
    """
    answers = queue.SimpleQueue[object]()
    stopped = threading.Event()
    arguments = (_work, lambda _: source, _just_one(), answers, stopped)
    run = contextvars.copy_context().run
    threading.Thread(target=run, args=arguments, daemon=True, name="fan-out").start()
    last: object = None
    pause = 0.0
    try:
        while last is None:
            batch, last = _batch(answers, time.monotonic() + pause)
            began = time.monotonic()
            if batch:
                yield batch
            pause = PACE * (time.monotonic() - began)
    finally:
        stopped.set()
    if isinstance(last, BaseException):
        raise last


def _just_one() -> queue.SimpleQueue[None]:
    questions = queue.SimpleQueue[None]()
    questions.put(None)
    return questions


def _batch(answers: queue.SimpleQueue[object], until: float) -> tuple[list[Any], object]:
    """All answers that come until a moment, one at least; then `_End`, a failure, or None."""
    batch: list[Any] = []
    while True:
        try:
            left = max(0.0, until - time.monotonic())
            answer = answers.get(timeout=left) if batch else answers.get()
        except queue.Empty:
            return batch, None
        if not isinstance(answer, tuple):
            return batch, answer
        batch += answer
