"""A program in a pseudo terminal, read through a terminal emulator, with the time of every byte."""

from __future__ import annotations

import os
import re
import select
import signal
import termios
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

import pyte
from ptyprocess import PtyProcess

from tests.canaries.watching import shown

_PATIENCE = 30.0
"""Seconds after which a state that does not come is a failure."""
_QUIET = 0.2
"""Seconds without a byte after which a program has said all it had to say to a key."""

_ASK_FRAMES, _FRAMES_KNOWN = b"\x1b[?2026$p", "\x1b[?2026;2$y"
_FRAME_BEGINS, _FRAME_END = b"\x1b[?2026h", b"\x1b[?2026l"
_ESCAPES = re.compile(rb"\x1b\[[0-9;:?<=>]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.")
_FRAME_ENDS = re.compile(b"(?<=\\x1b\\[\\?2026l)")


class NeverSeen(AssertionError):
    """What was waited for did not come; the screen as it is stands in the message."""


Seen = Callable[[list[str]], bool]
"""Whether the lines of the screen show what is waited for."""


class Terminal:
    """One program in a terminal of its own; `with` ends it.

    Bytes are taken as fast as they come and timed then; the emulator, which is slow, only gets
    them when none are waiting. So it neither holds the program up nor spoils the times.

    With `frames` it tells the program, as many terminals do, that it shows frames only whole
    (mode 2026); then nobody sees half of one screen beside half of another.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        size: tuple[int, int],
        term: str = "xterm-256color",
        frames: bool = False,
    ) -> None:
        columns, rows = size
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._pending: deque[tuple[float, bytes]] = deque()
        self._frames = frames
        self._fed = bytearray()
        self.bytes = 0
        """How many came so far."""
        self.raw = bytearray()
        """All that came so far."""
        self.started = time.monotonic()
        environment = {"COLORTERM": "truecolor", **environment, "TERM": term}
        self._process = PtyProcess.spawn(list(command), env=environment, dimensions=(rows, columns))
        self.modes_before = self.modes

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.close(force=True)
        shown("the terminal", bytes(self.raw))
        shown("the terminal, without escapes", _ESCAPES.sub(b"", self.raw))

    @property
    def pid(self) -> int:
        """The program's process."""
        return int(self._process.pid)

    @property
    def screen(self) -> pyte.Screen:
        """The screen with its colours."""
        return self._screen

    @property
    def lines(self) -> list[str]:
        """The screen as text."""
        return list(self._screen.display)

    @property
    def text(self) -> str:
        """The screen as text, without what is blank at the ends."""
        return "\n".join(line.rstrip() for line in self.lines).rstrip("\n")

    def look_of(self, line: int, text: str) -> tuple[str, str, bool, bool]:
        """How a text on a line is drawn: its colours, whether bold, whether reversed."""
        mark = self._screen.buffer[line][self.lines[line].index(text)]
        return mark.fg, mark.bg, mark.bold, mark.reverse

    @property
    def modes(self) -> list[object]:
        """How the line discipline treats what is typed and shown (termios)."""
        return list(termios.tcgetattr(self._process.fd))

    @property
    def exit_code(self) -> int:
        """Of a program that has ended: its code, or the negative number of the signal."""
        signalled = self._process.signalstatus
        return -int(signalled) if signalled else int(self._process.exitstatus)

    def wait(self, seen: Seen, what: str, *, patience: float = _PATIENCE) -> float:
        """Until the screen shows it; the moment at which the byte came that made it so.

        Seconds of the monotonic clock. Raises NeverSeen when it never comes.
        """
        ends = time.monotonic() + patience
        while time.monotonic() < ends:
            self._take(0.05)
            while self._pending:
                at, data = self._pending.popleft()
                self._show(data)
                if self._is_whole and seen(self.lines):
                    return at
        raise NeverSeen(f"the screen never shows {what}:\n" + "\n".join(self.lines))

    def type(self, keys: str) -> float:
        """Send keys; the moment."""
        os.write(self._process.fd, keys.encode())
        return time.monotonic()

    def signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    def hang_up(self) -> None:
        """Close the terminal, as closing its window or losing the line does."""
        self._process.fileobj.close()

    def resize(self, columns: int, rows: int) -> None:
        """Another size, as dragging the window gives."""
        self._screen.resize(rows, columns)
        self._process.setwinsize(rows, columns)

    def settle(self) -> None:
        """Until the program is silent."""
        while self._take(_QUIET):
            pass
        while self._pending:
            self._show(self._pending.popleft()[1])

    def ended(self, *, patience: float = _PATIENCE) -> float:
        """Until the program ends; the moment. Raises NeverSeen when it does not."""
        ends = time.monotonic() + patience
        while time.monotonic() < ends:
            hung_up = self._process.fileobj.closed
            time.sleep(0.002) if hung_up else self._take(0.002)
            if not self._process.isalive():
                now = time.monotonic()
                if not hung_up:
                    self.settle()  # what it said last
                return now
        raise NeverSeen("the program does not end:\n" + "\n".join(self.lines))

    def _show(self, data: bytes) -> None:
        asked = self._fed.count(_ASK_FRAMES)
        self._fed += data
        self._stream.feed(data)
        if self._frames and self._fed.count(_ASK_FRAMES) > asked:
            self.type(_FRAMES_KNOWN)

    @property
    def _is_whole(self) -> bool:
        """Whether the screen is not in the middle of a frame."""
        return self._fed.rfind(_FRAME_BEGINS) <= self._fed.rfind(_FRAME_END)

    def _take(self, seconds: float) -> bool:
        """Read what comes within so many seconds, and whatever waits behind it."""
        got = False
        while select.select([self._process.fd], [], [], 0 if got else seconds)[0]:
            try:
                data = os.read(self._process.fd, 65_536)
            except OSError:  # Linux: the other side has closed
                time.sleep(0.001)
                return got
            now = time.monotonic()
            self._pending += ((now, piece) for piece in _FRAME_ENDS.split(data) if piece)
            self.bytes += len(data)
            self.raw += data
            got = True
        return got
