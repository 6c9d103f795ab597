"""A deed's progress on one line of stderr, where that is a terminal; quiet elsewhere."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from types import TracebackType

from ecrtui.render.moving import bar_line
from ecrtui.workflows.watch import Watch

_EVERY = 0.2
"""Seconds between two drawings."""
_ROOM = 3
"""Columns left over, for the ^C that a terminal writes there: it would break the line."""
_USUAL = 80
_STOPPING = "stopping (ctrl+c once more ends at once):"


class ProgressBar:
    """`with ProgressBar(watch):` draws until the block ends, and takes the line away then."""

    def __init__(self, watch: Watch, *, ascii_only: bool = False) -> None:
        self._watch = watch
        self._ascii = ascii_only or not _speaks_utf8()
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
        if self._thread.ident is not None:
            self._thread.join()
            _write("\r\x1b[K")

    def _draw(self) -> None:
        drawn = ""
        while not self._ended.wait(_EVERY):
            room = _columns() - _ROOM
            said = f"{_STOPPING} " if self._watch.stopped else ""
            line = bar_line(self._watch.so_far(), room - len(said), ascii_only=self._ascii)
            if said + line != drawn:  # a question may stand there, where nothing is told yet
                drawn = said + line
                _write(f"\r\x1b[K{drawn}")


def _columns() -> int:
    """Of the terminal that the bar is drawn on: stdout may be a pipe, or none at all."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or _USUAL
    except (OSError, ValueError):
        return shutil.get_terminal_size().columns


def _speaks_utf8() -> bool:
    return (sys.stderr.encoding or "").lower().replace("-", "") == "utf8"


def _write(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):
        return
