"""The journal of changes: one JSON line for each, only ever appended, shared by all processes.

A line is one write under a lock, whole or not at all. What cannot be read is passed over and
counted, never guessed at. When the file has grown to a limit it becomes the older one of two, and
the one that was older goes: some twenty thousand changes, and always the last ones, are kept, so
that opening the journal stays quick.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from ecrtui.model.journal import KEY_CHANGES, ROLLS, Change, ChangeKind, Entry
from ecrtui.model.places import Outside, Registry
from ecrtui.model.typed import decoded
from ecrtui.store import files
from ecrtui.store.locks import locked

LIMIT = 8_000_000
"""Bytes of a file before it becomes the older one."""
_ID = 8
_DIGEST = re.compile(r"|sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
_KEY = re.compile(r"|\w{4}…\w{4}")
_ANYTHING = re.compile(r".*", re.DOTALL)
_LAST_SECOND = 253_402_300_799.0
"""Of the year 9999: what a calendar can show."""


class Kept(NamedTuple):
    """What a journal holds."""

    entries: list[Entry]
    """The oldest first."""
    damaged: int
    """Lines that could not be read."""


class _Line(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A change in the file. A place is one of two kinds, which have a member each."""

    at: float
    kind: ChangeKind
    registry: Registry | None = None
    outside: Outside | None = None
    repository: str
    tag: str = ""
    before: str = ""
    after: str = ""
    digest: str = ""
    setting: str = ""
    workload: str = ""
    ran: str = ""
    command: str = ""
    tags: tuple[str, ...] = ()
    deed: str = ""
    count: int = 0


class Journal:
    """The journal under a folder; thread-safe. In memory where nothing can be written."""

    def __init__(self, root: Path | None, limit: int = LIMIT) -> None:
        self._root = root
        self._limit = limit
        self._lock = threading.Lock()
        self._memory = b""

    @property
    def lasting(self) -> bool:
        """Whether all of it is on disk, not only in memory for this run."""
        return not self._memory

    def append(self, changes: Iterable[Change]) -> bool:
        """Write changes down, in their order; False when they are in memory only."""
        data = b"".join(map(_encoded, changes))
        with self._held() as root:
            if root is not None and _append(root / "journal.jsonl", data, self._limit):
                return True
            self._memory += data
            return False

    def read(self) -> Kept:
        """All that is known, the oldest first."""
        with self._held() as root:
            paths = [root / "journal.1.jsonl", root / "journal.jsonl"] if root else []
            known = [files.read(path) or b"" for path in paths]
        entries, damaged = list[Entry](), 0
        for line in b"\n".join([*known, self._memory]).split(b"\n"):
            if line.strip():
                entry = _entry(line)
                damaged += entry is None
                entries += [entry] if entry is not None else []
        return Kept(entries, damaged)

    @contextlib.contextmanager
    def _held(self) -> Iterator[Path | None]:
        root = self._root
        lock = locked(root / "journal.lock") if root else contextlib.nullcontext()
        with self._lock, lock:
            yield root


def _append(path: Path, data: bytes, limit: int) -> bool:
    """Write lines at the end, whole or not at all."""
    try:
        handle = files.open_own(path, os.O_RDWR | os.O_APPEND)
    except OSError:
        return False
    try:
        size = os.fstat(handle).st_size
        if size > limit:
            os.replace(path, path.with_name("journal.1.jsonl"))
            return _append(path, data, limit)
        # A process that was killed, or a full disk, may have left half a line.
        half = size and _last_byte(handle, size) != b"\n"
        data = b"\n" + data if half else data
        if os.write(handle, data) == len(data):
            return True
        os.ftruncate(handle, size)
    except OSError:
        return False
    finally:
        os.close(handle)
    return False


def _last_byte(handle: int, size: int) -> bytes:
    os.lseek(handle, size - 1, os.SEEK_SET)
    return os.read(handle, 1)


def _form(kind: ChangeKind) -> re.Pattern[str]:
    """What `before` and `after` look like."""
    if kind in (ChangeKind.STORAGE_CLASS, ChangeKind.SETTING, *ROLLS):
        return _ANYTHING
    return _KEY if kind in KEY_CHANGES else _DIGEST


def _encoded(change: Change) -> bytes:
    known = msgspec.structs.asdict(change)
    home = known.pop("home")
    known["registry" if isinstance(home, Registry) else "outside"] = home
    return msgspec.json.encode(_Line(**known)) + b"\n"


def _entry(data: bytes) -> Entry | None:
    """What a line says; None when it makes no sense."""
    try:
        line = decoded(data, _Line)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
    known = msgspec.structs.asdict(line)
    homes = [home for home in (known.pop("registry"), known.pop("outside")) if home is not None]
    forms = (
        (_form(line.kind), line.before),
        (_form(line.kind), line.after),
        (_DIGEST, line.digest),
        (_DIGEST, line.deed),
        (_DIGEST, line.ran),
    )
    sound = all(form.fullmatch(text) for form, text in forms) and 0 <= line.at <= _LAST_SECOND
    if len(homes) != 1 or not sound:
        return None
    import hashlib  # OpenSSL's library is not loaded before the first frame

    return Entry(hashlib.sha256(data).hexdigest()[:_ID], Change(home=homes[0], **known))
