"""What a container prints, line by line as it comes, until it ends or the line is hung up.

Without a terminal both streams come in one, each piece behind a header of eight bytes (Docker
Engine API, "Attach to a container"). Timestamps are always asked for: they cost little, and
whoever looks decides. They stand at the start of each piece, also of one that goes on with a line:
Docker takes long lines apart at 16 kB, Podman sends lines as they were written.
"""

from __future__ import annotations

import re
import select
import time
from collections.abc import Iterator

from ecrtui.engine.connection import Connection
from ecrtui.engine.containers import moment
from ecrtui.model.running import LogLine

MOST = 64 << 10
"""Bytes of a line; what is longer goes on in another."""
_CHUNK = 1 << 16
_TOGETHER = 0.05
"""Seconds for which lines are gathered while more are waiting: one by one they would be slow."""
_BATCH = 1 << 18
"""Bytes gathered at most."""
_HEADER = 8
_STDERR = 2
_STAMP = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ")


def logs(
    connection: Connection, identity: str, *, terminal: bool, tail: int | None, follow: bool
) -> Iterator[list[LogLine]]:
    """Lines in batches, from the last `tail` lines or from the start; raises NotFound, GivenUp.

    The last line of a batch may not be whole: another with all of it comes later.
    """
    client = connection.client
    asked = {
        "stdout": 1,
        "stderr": 1,
        "timestamps": 1,
        "follow": int(follow),
        "tail": "all" if tail is None else str(tail),
    }
    url = client._url("/containers/{0}/logs", identity)
    lines = Lines(terminal=terminal)
    with connection.streamed(identity[:12], "container"):
        answer = client.get(url, params=asked, stream=True, timeout=(client.timeout, None))
        client._raise_for_status(answer)
        try:
            for pieces in _batches(answer):
                found = [line for piece in pieces for line in lines.take(piece)]
                yield [*found, *lines.unfinished()]
        finally:
            answer.close()
    yield lines.rest()


def _batches(answer: object) -> Iterator[list[bytes]]:
    """Chunks as they come, those together that come at once."""
    raw = answer.raw  # type: ignore[attr-defined]
    pieces: list[bytes] = []
    size, began = 0, time.monotonic()
    for chunk in raw.read_chunked(_CHUNK):
        if not pieces:
            began = time.monotonic()
        pieces.append(chunk)
        size += len(chunk)
        if size < _BATCH and time.monotonic() - began < _TOGETHER and _waiting(raw):
            continue
        yield pieces
        pieces, size = [], 0
    if pieces:
        yield pieces


def _waiting(raw: object) -> bool:
    """Whether more has arrived already; no when nobody can tell."""
    try:
        handle = raw._fp.fp.fileno()  # type: ignore[attr-defined]
        return bool(select.select([handle], [], [], 0)[0])
    except (AttributeError, OSError, ValueError):
        return False


class Lines:
    """Pieces of the streams put together into lines."""

    def __init__(self, *, terminal: bool) -> None:
        self._terminal = terminal
        self._waiting = b""
        self._open: dict[bool, tuple[float | None, bytearray]] = {}
        """By whether it is stderr: the line that has not ended, and when it began."""
        self._told: dict[bool, int] = {}
        """How much of it was told as unfinished."""

    def take(self, chunk: bytes) -> Iterator[LogLine]:
        """The lines that end in a chunk."""
        if self._terminal:
            yield from self._piece(chunk, error=False)
            return
        self._waiting += chunk
        at = 0
        while len(self._waiting) - at >= _HEADER:
            length = int.from_bytes(self._waiting[at + 4 : at + _HEADER], "big")
            end = at + _HEADER + length
            if length > MOST * 4:  # no engine sends that: it is not what we take it for
                end = len(self._waiting)
            if end > len(self._waiting):
                break
            error = self._waiting[at] == _STDERR
            yield from self._piece(self._waiting[at + _HEADER : end], error=error)
            at = end
        self._waiting = self._waiting[at:]

    def unfinished(self) -> Iterator[LogLine]:
        """The beginnings of lines that are new since they were asked for last."""
        for error, (at, line) in self._open.items():
            if line and self._told.get(error) != len(line):
                self._told[error] = len(line)
                yield LogLine(_text(line), at, error, whole=False)

    def rest(self) -> list[LogLine]:
        """What was begun when all has ended."""
        return [LogLine(_text(line), at, error) for error, (at, line) in self._open.items() if line]

    def _piece(self, piece: bytes, *, error: bool) -> Iterator[LogLine]:
        start, at = 0, None
        while start < len(piece):
            stamp = _STAMP.match(piece, start)
            at = moment(stamp[1].decode()) if stamp else at
            start = stamp.end() if stamp else start
            end = piece.find(b"\n", start)
            stop = end if end >= 0 else len(piece)
            yield from self._add(piece[start:stop], at, error=error)
            if end >= 0:
                began, line = self._open.pop(error, (at, bytearray()))
                self._told.pop(error, None)
                yield LogLine(_text(line), began, error)
            start = stop + 1

    def _add(self, text: bytes, at: float | None, *, error: bool) -> Iterator[LogLine]:
        """Go on with a line; what does not fit in one is told at once."""
        began, line = self._open.setdefault(error, (at, bytearray()))
        line += text
        while len(line) > MOST:
            yield LogLine(_text(line[:MOST]), began, error)
            self._told.pop(error, None)
            del line[:MOST]


def _text(line: bytes | bytearray) -> str:
    return line.removesuffix(b"\r").decode("utf-8", "replace")
