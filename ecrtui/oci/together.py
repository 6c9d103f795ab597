"""Several short questions at once.

Daemon threads ask, and nobody waits for them longer than for the answers. Threads of
`concurrent.futures` would keep the program from ending, as long as a registry wants one to wait.
"""

from __future__ import annotations

import contextlib
import contextvars
import queue
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
A = TypeVar("A")


def together(ask: Callable[[T], A], questions: Sequence[T], at_once: int) -> list[A]:
    """The answers, in the order of the questions; raises the first failure as soon as it comes."""
    waiting = queue.SimpleQueue[int]()
    told = queue.SimpleQueue[BaseException | None]()
    answers: dict[int, A] = {}
    over = threading.Event()
    for number in range(len(questions)):
        waiting.put(number)

    def work() -> None:
        with contextlib.suppress(queue.Empty):
            while not over.is_set():
                number = waiting.get_nowait()
                try:
                    answers[number] = ask(questions[number])
                    told.put(None)
                except BaseException as failure:  # noqa: BLE001 - carried to the thread that waits
                    told.put(failure)

    for _ in range(min(at_once, len(questions))):
        context = contextvars.copy_context()  # on whose behalf it is asked
        threading.Thread(target=context.run, args=(work,), daemon=True, name="together").start()
    try:
        for _ in questions:
            failure = told.get()
            if failure is not None:
                raise failure
    finally:
        over.set()
    return [answers[number] for number in range(len(questions))]
