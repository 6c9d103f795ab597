"""Questions asked by the way, whose answers nobody waits for longer than they are worth."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent import futures
from typing import Generic, TypeVar

T = TypeVar("T")

PATIENCE = 3.0
"""Seconds that a command waits which would show the answer."""


class Aside(Generic[T]):
    """One question, asked at once in a thread of its own that ends with the program."""

    def __init__(self, ask: Callable[[], T], otherwise: T) -> None:
        self._otherwise = otherwise
        self._future: futures.Future[T] = futures.Future()
        threading.Thread(target=self._run, args=(ask,), daemon=True, name="aside").start()

    def answer(self, wait: float = PATIENCE) -> T:
        """What was answered within so many seconds, or what is said otherwise."""
        try:
            return self._future.result(wait)
        except futures.TimeoutError:
            return self._otherwise

    def _run(self, ask: Callable[[], T]) -> None:
        answer = self._otherwise
        try:
            answer = ask()
        finally:
            self._future.set_result(answer)
