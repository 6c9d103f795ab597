"""Files of ours: 0600, written under a temporary name and renamed, so that no reader and no crash
ever sees half of one. Folders of ours are 0700, those above them that we make too."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from pathlib import Path

_CHUNK = 1 << 16


def make_folder(folder: Path) -> None:
    """Make a folder and what is missing above it, each 0700; raises OSError.

    `mkdir(parents=True)` would give only the last its mode.
    """
    missing = [folder]
    while not missing[-1].parent.is_dir() and missing[-1] != missing[-1].parent:
        missing.append(missing[-1].parent)
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)


def open_own(path: Path, flags: int) -> int:
    """A file of ours by its handle, made 0600 where there is none, with its folder; raises OSError.

    A link of its name is refused: whoever may write into the folder could lead us anywhere.
    """
    make_folder(path.parent)
    return os.open(path, flags | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)


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


def rewrite(path: Path, data: bytes) -> None:
    """Replace what another program's file holds, whole or not at all; who may read it, and whose
    it is, stay as they are. Raises OSError."""
    _put(path, data, path.stat())


def _put(path: Path, data: bytes, like: os.stat_result | None = None) -> None:
    """Write under another name and rename; raises OSError and leaves nothing behind."""
    handle, name = tempfile.mkstemp(prefix=".part-", dir=path.parent)  # 0600 by itself
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        if like is not None:
            if hasattr(os, "chown") and (like.st_uid, like.st_gid) != (os.geteuid(), os.getegid()):
                os.chown(name, like.st_uid, like.st_gid)
            os.chmod(name, stat.S_IMODE(like.st_mode))
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


def destroy(path: Path) -> None:
    """Overwrite a file with noise, then remove it; raises OSError.

    The old bytes may live on where the disk or its file system writes to another place: SSDs,
    copy-on-write, journals of data, snapshots. A link is not followed, and a file of several names
    is not overwritten.
    """
    handle = os.open(path, os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0))
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
            raise OSError(errno.EINVAL, "it is no file, or has other names")
        left = found.st_size
        while left > 0:
            left -= os.write(handle, os.urandom(min(left, _CHUNK)))
        os.fsync(handle)
    finally:
        os.close(handle)
    os.unlink(path)


def remove(path: Path) -> None:
    """Remove a file that may be gone already."""
    with contextlib.suppress(OSError):
        path.unlink()
