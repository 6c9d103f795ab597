"""A lock between processes, for files that are read, changed and written again."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from ecrtui.store.files import open_own

_PATIENCE = 1.0
"""Seconds: holders need milliseconds, so one that takes longer is stopped, not busy."""
_PAUSE = 0.01


@contextlib.contextmanager
def locked(path: Path, patience: float = _PATIENCE) -> Iterator[bool]:
    """Hold the lock file at `path`; False where it cannot be had, which is no reason to fail."""
    handle = _opened(path)
    if handle is None:
        yield False
        return
    try:
        yield _acquired(handle, patience)
    finally:
        os.close(handle)  # which lets go of the lock


@contextlib.contextmanager
def holding(folder: Path) -> Iterator[bool]:
    """Hold a folder itself, which leaves no file in it; False where that cannot be had."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # also a system on which folders cannot be opened
        yield False
        return
    try:
        yield _acquired(handle)
    finally:
        os.close(handle)


def _opened(path: Path) -> int | None:
    try:
        return open_own(path, os.O_RDWR)
    except OSError:
        return None


def _acquired(handle: int, patience: float = _PATIENCE) -> bool:
    end = time.monotonic() + patience
    try:
        while not _tried(handle):
            if time.monotonic() > end:
                return False
            time.sleep(_PAUSE)
    except OSError:
        return False  # a file system without locks
    return True


if sys.platform == "win32":
    import msvcrt

    def _tried(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _tried(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
