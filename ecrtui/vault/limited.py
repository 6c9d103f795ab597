"""Calls that may hang, each with a limit of time: a keyring can wait for a dialog nobody sees."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TypeVar

from ecrtui.errors import VaultSilent

T = TypeVar("T")

SECONDS = 30.0
"""A person may have to type a password into a dialog meanwhile."""
_TOLD_AFTER = 2.0
"""Seconds until whoever waits is told for what."""


def _nothing() -> None:
    return


class Limited:
    """Runs one call at a time in a thread of its own, which is left behind when it hangs.

    While one that hung has not ended, every other is refused at once: it would hang as well. When
    it has ended after all (somebody answered the dialog), calls go on as before.
    """

    def __init__(self, seconds: float = SECONDS, waiting: Callable[[], None] = _nothing) -> None:
        self._seconds = seconds
        self._waiting = waiting
        self._one = threading.Lock()
        self._overdue: threading.Thread | None = None

    def call(self, work: Callable[[], T]) -> T:
        """What `work` answers, or raises; VaultSilent when it takes too long."""
        if not self._one.acquire(timeout=self._seconds):
            raise VaultSilent(f"busy for {self._seconds:.0f} s")
        try:
            if self._overdue is not None and self._overdue.is_alive():
                raise VaultSilent("still nothing")
            return self._run(work)
        finally:
            self._one.release()

    def _run(self, work: Callable[[], T]) -> T:
        answers: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

        def run() -> None:
            try:
                answers.put((work(), None))
            except BaseException as failure:  # noqa: BLE001 - raised again where it is waited for
                answers.put((None, failure))

        thread = threading.Thread(target=run, name="keyring", daemon=True)
        thread.start()
        try:
            answer, failure = self._answer(answers)
        except queue.Empty:
            self._overdue = thread
            raise VaultSilent(f"nothing within {self._seconds:.0f} s") from None
        if failure is not None:
            raise failure
        return answer  # type: ignore[return-value]  # it is T where nothing was raised

    def _answer(
        self, answers: queue.SimpleQueue[tuple[T | None, BaseException | None]]
    ) -> tuple[T | None, BaseException | None]:
        soon = min(_TOLD_AFTER, self._seconds)
        try:
            return answers.get(timeout=soon)
        except queue.Empty:
            self._waiting()
            return answers.get(timeout=max(self._seconds - soon, 0.0))
