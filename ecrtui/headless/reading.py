"""Telling how far the reading of layers has come: on a terminal, on one line of stderr."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable, Iterator
from types import TracebackType

from ecrtui.headless import narration
from ecrtui.model.details import ImageDetails
from ecrtui.model.files import LayerIndex
from ecrtui.model.manifest import Layer
from ecrtui.render.layers import by_table
from ecrtui.render.sizes import size
from ecrtui.workflows.look_inside import LayerProgress, is_for

_EVERY = 0.1
"""Seconds between two tellings."""


class Told:
    """`with Told() as told:` and `told.note` for whoever reads; the line goes at the end."""

    def __init__(self) -> None:
        self._read: dict[Layer, int] = {}
        self._remarks: list[str] = []
        self._lock = threading.Lock()
        self._last = 0.0
        self._shown = False
        self._terminal = sys.stderr.isatty()

    def __enter__(self) -> Told:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._shown:
            self._write("\r\x1b[K")
        for remark in self._remarks:
            narration.say(remark)

    def note(self, progress: LayerProgress) -> None:
        """Take note, and tell when it is time."""
        with self._lock:
            self._read[progress.layer] = progress.bytes
            if progress.remark:
                self._remarks.append(progress.remark)
            now = time.monotonic()
            if not self._terminal or now - self._last < _EVERY:
                return
            self._last, self._shown = now, True
            read = sum(self._read.values())
            total = sum(layer.size for layer in self._read)
            count = len(self._read)
            self._write(f"\r\x1b[Kreading {count} layers: {size(read)} of {size(total)}")

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except (OSError, ValueError):
            return


def say_tables(layers: Iterable[LayerIndex]) -> None:
    """Say when layers are known from their tables of contents alone."""
    count = sum(layer.from_toc for layer in layers)
    if count:
        narration.say(by_table(count))


def other_platform(details: ImageDetails, wanted: str) -> Iterator[str]:
    """A remark when the image is for another platform than was asked for, yet is taken."""
    if details.config is not None and not is_for(details.config, wanted):
        yield f"{details.reference} is for {details.config.platform} alone, not for {wanted}"
