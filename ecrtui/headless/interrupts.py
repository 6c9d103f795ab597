"""Ctrl+C, and whoever ends us: a deed ends in an orderly way."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from ecrtui.headless import narration
from ecrtui.workflows.watch import Watch


@contextmanager
def interruptible(watch: Watch) -> Iterator[None]:
    """Ctrl+C, and who ends us, stop the deed in an orderly way; a second time ends at once.

    A lost terminal often sends SIGHUP twice, which then means no haste.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, _: FrameType | None) -> None:
        hasty = number != signal.SIGHUP
        signal.signal(number, signal.SIG_DFL if hasty else signal.SIG_IGN)
        threading.Thread(target=_stop, args=(watch,), daemon=True).start()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(watch: Watch) -> None:
    """Say that it ends, unless the progress bar does, and let it end."""
    if not sys.stderr.isatty():
        with contextlib.suppress(OSError, ValueError):
            narration.say("stopping; once more ends at once")
    watch.stop()
