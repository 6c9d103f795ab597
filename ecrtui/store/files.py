"""Files of ours: 0600, written under a temporary name and renamed, so that no reader and no crash
ever sees half of one. Folders of ours are 0700, those above them that we make too."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make a folder and what is missing above it, each 0700; raises OSError.

    `mkdir(parents=True)` would give only the last its mode.
    """
    missing = [folder]
    while not missing[-1].parent.is_dir() and missing[-1] != missing[-1].parent:
        missing.append(missing[-1].parent)
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)


def write(path: Path, data: bytes) -> bool:
    """Replace a file's contents; False when the place cannot be written, which is no error."""
    try:
        make_folder(path.parent)
        _put(path, data)
    except OSError:
        return False
    return True


def deliver(path: Path, data: bytes, *, replace: bool) -> None:
    """Write a file that somebody asked for, whole or not at all; no folder is made for it.

    Raises OSError, and FileExistsError for one that is there unless `replace`.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not replace and os.path.lexists(path):
        raise FileExistsError(path)
    _put(path, data)


def _put(path: Path, data: bytes) -> None:
    """Write under another name and rename; raises OSError and leaves nothing behind."""
    handle, name = tempfile.mkstemp(prefix=".part-", dir=path.parent)  # 0600 by itself
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def read(path: Path) -> bytes | None:
    """A file's contents, None when there is none or it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def remove(path: Path) -> None:
    """Remove a file that may be gone already."""
    with contextlib.suppress(OSError):
        path.unlink()
