"""What can be read once, made readable anywhere: a file without a name, gone when it is closed."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterable
from typing import BinaryIO

from ecrtui.errors import Corrupt, LocalPartMissing

_KEEP_FREE = 256 * 1024 * 1024
"""Bytes of the disk that others may still need."""
_LOOK_EVERY = 64 * 1024 * 1024


def spooled(chunks: Iterable[bytes | memoryview], most: int) -> BinaryIO:
    """Chunks as a file, at its start; raises Corrupt past `most` bytes, LocalPartMissing when
    there is no room, and what the chunks raise.

    The file has no name from the beginning (TMPDIR says on which disk), so nothing stays behind,
    however this process ends.
    """
    try:
        file = tempfile.TemporaryFile(prefix="ecrtui-")  # noqa: SIM115 - the caller reads it
    except OSError as failure:
        raise _no_room(failure) from None
    try:
        _fill(file, chunks, most)
    except BaseException:
        file.close()
        raise
    return file


def _fill(file: object, chunks: Iterable[bytes | memoryview], most: int) -> None:
    handle = file.fileno()  # type: ignore[attr-defined]
    size, look_at = 0, 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise Corrupt(f"more than {most:,} bytes", title="Refused: it unpacks to too much")
        try:
            if size > look_at:
                look_at = size + _LOOK_EVERY
                _leave_room(handle)
            _write(handle, chunk)
        except OSError as failure:
            raise _no_room(failure) from None


def _write(handle: int, chunk: bytes | memoryview) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(handle, view) :]


def _leave_room(handle: int) -> None:
    disk = os.fstatvfs(handle)
    if disk.f_bavail * disk.f_frsize < _KEEP_FREE + _LOOK_EVERY:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _no_room(failure: OSError) -> LocalPartMissing:
    return LocalPartMissing(
        f"{tempfile.gettempdir()}: {failure.strerror}",
        title="There is no room to read it",
        hint="Point TMPDIR at a folder with as much room as the image takes unpacked.",
    )
