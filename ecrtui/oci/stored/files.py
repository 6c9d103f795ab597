"""Files by name, wherever they are: in a folder, or in a tar."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from ecrtui.errors import Corrupt, EcrtuiError, NotAllowed, NotFound
from ecrtui.model.typed import decoded

T = TypeVar("T")
CHUNK = 1 << 20


class Files(Protocol):
    """What a layout is read from. Safe for several threads."""

    @property
    def where(self) -> str:
        """What a person calls it: `oci:dir`."""

    def size(self, name: str) -> int | None:
        """Bytes of a regular file; None when there is none of that name."""

    def chunks(self, name: str, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """A file's bytes, or a range of them; raises NotFound."""


def whole(files: Files, name: str, most: int) -> bytes:
    """A small file; raises NotFound, and Corrupt when it is larger than `most`."""
    size = files.size(name)
    if size is None:
        raise NotFound(f"{files.where} has no {name}", title="It is not there")
    if size > most:
        raise Corrupt(f"{name} has {size:,} bytes, more than {most:,}", title="Too large to read")
    return b"".join(files.chunks(name, 0, size))


def json_of(files: Files, name: str, most: int, kind: type[T]) -> T:
    """A small file of JSON; raises NotFound, and Corrupt when it says something else."""
    try:
        return decoded(whole(files, name, most), kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as failure:
        raise Corrupt(
            f"{name} in {files.where}: {failure}", title="That is no image as the standards say"
        ) from None


class NoFolder(NotFound):
    """The folder itself is not there, or is a file."""

    title = "No such folder"
    hint = "Is that path from the right folder? A file is read as oci-archive: or docker-archive:"


class Folder:
    """The files of a folder. Names come from us, never from a file in it."""

    def __init__(self, path: Path, where: str) -> None:
        self._path = path
        self.where = where

    def size(self, name: str) -> int | None:
        """Bytes of a regular file, None when there is none; raises NoFolder, NotAllowed."""
        try:
            return opened(self._path / name, lambda handle: os.fstat(handle).st_size)
        except NotFound:
            if not os.path.isdir(self._path):
                raise NoFolder(str(self._path)) from None
            return None

    def chunks(self, name: str, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """A file's bytes, or a range of them."""
        handle = opened(self._path / name, os.dup)
        try:
            yield from stretches(handle, offset, length)
        finally:
            os.close(handle)


def stretches(handle: int, offset: int, length: int | None) -> Iterator[bytes]:
    """A range of an open file, to its end at most."""
    left = length
    while left is None or left > 0:
        try:
            chunk = os.pread(handle, CHUNK if left is None else min(CHUNK, left), offset)
        except OSError as failure:
            raise _unread("", failure) from None
        if not chunk:
            return
        offset += len(chunk)
        left = None if left is None else left - len(chunk)
        yield chunk


def opened(path: Path, use: Callable[[int], T]) -> T:
    """What `use` makes of the handle of a regular file; raises NotFound, NotAllowed, EcrtuiError.

    A pipe or a device is no file: opening it does not wait, and it is not read.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as failure:  # ValueError: a name with a NUL in it
        raise _unread(str(path), failure) from None
    try:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            hint = "A folder is read as oci:DIR." if stat.S_ISDIR(mode) else ""
            raise NotFound(str(path), title="That is no file", hint=hint)
        return use(handle)
    finally:
        os.close(handle)


def _unread(path: str, failure: Exception) -> EcrtuiError:
    if isinstance(failure, PermissionError):
        return NotAllowed(path, title="That file may not be read", hint="Its permissions say no.")
    if isinstance(failure, (FileNotFoundError, NotADirectoryError, ValueError)):
        return NotFound(path, title="No such file", hint="Is that path from the right folder?")
    reason = failure.strerror if isinstance(failure, OSError) else ""
    return EcrtuiError(f"{path}: {reason}", title="That file cannot be read")
