"""What a person would miss: bookmarks, the last place, how tables were sorted.

Small JSON documents, one file each. A damaged one is set aside under another name, never lost and
never a reason to fail; where nothing can be written, memory serves for the run.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from ecrtui.model.typed import decoded
from ecrtui.store import files
from ecrtui.store.locks import locked

T = TypeVar("T")


class State:
    """Documents by name under a folder; thread-safe."""

    def __init__(self, root: Path | None) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._memory: dict[str, bytes] = {}

    def read(self, name: str, kind: type[T], default: T) -> T:
        """The document, or `default` when there is none that fits `kind`."""
        with self._lock:
            return self._read(name, kind, default)

    def write(self, name: str, value: object) -> bool:
        """Keep a document; False when it lives in memory only."""
        with self._lock:
            return self._write(name, value)

    @property
    def lasting(self) -> bool:
        """Whether all that was written is on disk, not only in memory for this run."""
        return self._root is not None and not self._memory

    def update(self, name: str, kind: type[T], default: T, change: Callable[[T], T]) -> T:
        """Read a document, change it and keep it, which no other process does meanwhile.

        Answers the changed value, kept in memory where nothing can be written.
        """
        root = self._root
        lock = locked(root / f"{name}.lock") if root else contextlib.nullcontext()
        with self._lock, lock:
            value = change(self._read(name, kind, default))
            self._write(name, value)
            return value

    def _read(self, name: str, kind: type[T], default: T) -> T:
        data = self._memory.get(name)
        if data is None and self._root is not None:
            data = files.read(self._path(self._root, name))
        if data is None:
            return default
        try:
            return decoded(data, kind)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            self._set_aside(name)
            return default

    def _write(self, name: str, value: object) -> bool:
        data = msgspec.json.encode(value)
        path = self._path(self._root, name) if self._root is not None else None
        if path is not None and (files.read(path) == data or files.write(path, data)):
            self._memory.pop(name, None)
            return True
        self._memory[name] = data
        return False

    def _set_aside(self, name: str) -> None:
        self._memory.pop(name, None)
        if self._root is not None:
            path = self._path(self._root, name)
            with contextlib.suppress(OSError):
                os.replace(path, path.with_suffix(".damaged.json"))

    @staticmethod
    def _path(root: Path, name: str) -> Path:
        return root / f"{name}.json"
