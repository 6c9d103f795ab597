"""Large files that somebody asked for: written while their bytes come, without their name until
they are whole. They are theirs: what the umask allows, others may read.

    folder = Folder(Path("layout"))              # files by name, each whole or not there
    folder.put("blobs/sha256/3f..", size, chunks)

    with Tarball(Path("image.tar")) as tar:      # one file of many, in any order, several at once
        tar.put("blobs/sha256/3f..", size, chunks)
        tar.finish({"index.json": body})
"""

from __future__ import annotations

import contextlib
import errno
import os
import tarfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType

from ecrtui.errors import EcrtuiError, UsageError
from ecrtui.store.locks import holding
from ecrtui.store.parts import Part

_BLOCK = tarfile.BLOCKSIZE


class Exists(UsageError):
    """There is a file of that name."""

    title = "There is a file of that name"
    hint = "Choose another name, or let it be replaced (--replace)."


class Folder:
    """A folder of somebody's, made when first written to. Safe for several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._parts: set[Part] = set()

    def check(self) -> None:
        """Raise what would keep it from being made: the folder it would be in is not there."""
        with _telling(self.path):
            if not self.path.is_dir() and not self.path.parent.is_dir():
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))

    def names(self) -> list[str]:
        """What is in it; nothing in one that is not there. Raises EcrtuiError for a file."""
        with _telling(self.path), contextlib.suppress(FileNotFoundError):
            return os.listdir(self.path)
        return []

    def size(self, name: str) -> int | None:
        """Bytes of a file; None when there is none."""
        try:
            return (self.path / name).stat().st_size
        except OSError:
            return None

    def read(self, name: str) -> bytes | None:
        """A small file; None when there is none."""
        with _telling(self.path), contextlib.suppress(FileNotFoundError):
            return (self.path / name).read_bytes()
        return None

    def put(self, name: str, size: int, chunks: Iterable[bytes]) -> None:
        """A file, whole or not at all, in place of one of its name; `size` its bytes.

        Raises EcrtuiError when it cannot be written, and what the chunks raise.
        """
        path = self.path / name
        with _telling(path):
            _make(path.parent, self.path)
            part = Part(path)
        self._parts.add(part)
        try:
            with _telling(path):
                _room_for(part.handle, size)
                for chunk in chunks:
                    _write_all(part.handle, chunk)
                os.fsync(part.handle)
                part.take_name(replace=True)
        finally:
            part.close()
            self._parts.discard(part)

    def abandon(self) -> None:
        """Take away what is half written, also by a thread that still waits for more of it."""
        for part in list(self._parts):
            part.remove()

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from changing its list meanwhile."""
        with _telling(self.path):
            _make(self.path, self.path)
        with holding(self.path):
            yield


class Tarball:
    """A tar whose members may be written several at a time, each in its own stretch of the file.

    Nothing is there by its name before `finish`, and nothing at all if that is never reached.
    """

    def __init__(self, path: Path, *, replace: bool = False) -> None:
        """Raises Exists for a name that is taken unless `replace`, EcrtuiError for a bad place."""
        self.path = path
        self._replace = replace
        self._lock = threading.Lock()
        self._end = 0
        self._part: Part | None = None
        self.check()

    def check(self) -> None:
        """Raise what would keep the file from getting its name."""
        with _telling(self.path):
            if self.path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            if not self.path.parent.is_dir():
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        if not self._replace and os.path.lexists(self.path):
            raise Exists(str(self.path))

    def __enter__(self) -> Tarball:
        with _telling(self.path):
            self._part = Part(self.path)
        return self

    def put(self, name: str, size: int, chunks: Iterable[bytes]) -> None:
        """A member of so many bytes; raises EcrtuiError, and what the chunks raise."""
        with self._lock:
            at, self._end = self._end, self._end + _BLOCK + size + -size % _BLOCK
        at = self._write(_header(name, size), at)
        for chunk in chunks:
            at = self._write(chunk, at)

    def _write(self, chunk: bytes, at: int) -> int:
        """Write at a place; where it ends. What comes when all is over goes nowhere."""
        view = memoryview(chunk)
        while view:
            with self._lock, _telling(self.path):
                written = os.pwrite(self._handle, view, at)
            view, at = view[written:], at + written
        return at

    def finish(self, last: Mapping[str, bytes]) -> None:
        """Write these as the last members, and give the file its name."""
        for name, body in last.items():
            self.put(name, len(body), [body])
        with _telling(self.path):
            os.ftruncate(self._handle, self._end + 2 * _BLOCK)
            os.fsync(self._handle)
            self._take_name()

    def _take_name(self) -> None:
        try:
            if self._part is not None:
                self._part.take_name(replace=self._replace)
        except FileExistsError:
            raise Exists(str(self.path)) from None

    @property
    def _handle(self) -> int:
        """-1, to which nothing can be written, when all is over."""
        return -1 if self._part is None else self._part.handle

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._lock:
            if self._part is not None:
                self._part.close()
            self._part = None


def free_bytes(path: Path) -> int | None:
    """Room on the disk where a path is or would be; None when nobody can tell."""
    for place in (path, *path.absolute().parents):
        try:
            disk = os.statvfs(place)
        except (OSError, AttributeError):
            continue
        return disk.f_bavail * disk.f_frsize
    return None


def _make(folder: Path, root: Path) -> None:
    """Make a folder and those above it, down from `root`, whose own folder has to be there."""
    for place in (root, *reversed([one for one in folder.parents if root in one.parents]), folder):
        place.mkdir(exist_ok=True)


def _write_all(handle: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(handle, view) :]


def _room_for(handle: int, size: int) -> None:
    """Find out before the first byte whether the disk has room; raises OSError."""
    with contextlib.suppress(AttributeError):
        disk = os.fstatvfs(handle)
        if disk.f_bavail * disk.f_frsize < size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _header(name: str, size: int) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o644
    return entry.tobuf(tarfile.GNU_FORMAT)


@contextlib.contextmanager
def _telling(path: Path) -> Iterator[None]:
    """An OSError in words; what else is raised passes."""
    try:
        yield
    except (OSError, ValueError) as problem:
        full = isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT)
        reason = problem.strerror if isinstance(problem, OSError) else str(problem)
        raise EcrtuiError(
            f"{path}: {reason}",
            title="The disk is full" if full else "It cannot be written there",
            hint="Nothing half-written was left. Make room, or name another place."
            if full
            else "Name a place in a folder that exists and that you may write to.",
        ) from problem
