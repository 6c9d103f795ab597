"""A deed's progress on one line of stderr, where that is a terminal; quiet elsewhere."""

from __future__ import annotations

import shutil
import sys
import threading
from types import TracebackType

from ecrtui.render.moving import bar_line
from ecrtui.workflows.watch import Watch

_EVERY = 0.2
"""Seconds between two drawings."""


class ProgressBar:
    """`with ProgressBar(watch):` draws until the block ends, and takes the line away then."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._draw, daemon=True, name="progress")

    def __enter__(self) -> ProgressBar:
        if sys.stderr.isatty():
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
            _write("\r\x1b[K")

    def _draw(self) -> None:
        while not self._ended.wait(_EVERY):
            room = shutil.get_terminal_size().columns - 1
            _write(f"\r\x1b[K{bar_line(self._watch.so_far(), room)}")


def _write(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):
        return
