"""The terminal handed to another program until that ends."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

from ecrtui.errors import EcrtuiError, LocalPartMissing
from ecrtui.vault.memory_dumps import allow_core_dumps_of

_SIGNALLED = 128
_GRACE = 2.0
"""Seconds that a program has to end by itself when the terminal is lost: docker's does not."""


class _Lost(BaseException):
    """Whoever ends us, or the terminal that has gone."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__()


def hand_over(
    words: Sequence[str], environment: Mapping[str, str], lost: Callable[[], None] | None = None
) -> int:
    """Run a program in this terminal; its exit code. Raises LocalPartMissing when it is none.

    Ctrl+C is the program's own affair. Whoever ends us ends it too; then `lost` puts in order what
    it left. For the main thread alone.
    """

    def end(number: int, _: FrameType | None) -> None:
        raise _Lost(number)

    # A signal that is caught, unlike one that is ignored, is the default again for the program.
    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, lambda *_: None),
        signal.SIGTERM: signal.signal(signal.SIGTERM, end),
        signal.SIGHUP: signal.signal(signal.SIGHUP, end),
    }
    ended_by = 0
    try:
        child = _started(words, environment)
        try:
            code = child.wait()
        except _Lost as signalled:
            ended_by = signalled.number
            for caught in before:
                signal.signal(caught, signal.SIG_IGN)
            code = _ended(child, ended_by)
            if lost is not None:
                with contextlib.suppress(EcrtuiError):
                    lost()
    except OSError as failure:
        told = f"{words[0]}: {failure.strerror}"
        raise LocalPartMissing(told, title="It cannot be run") from None
    finally:
        for caught, handler in before.items():
            signal.signal(caught, handler)
    if ended_by:
        signal.raise_signal(ended_by)
    return code if code >= 0 else _SIGNALLED - code


def _started(words: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(list(words), env=dict(environment))  # noqa: S603
    allow_core_dumps_of(child.pid)
    return child


def _ended(child: subprocess.Popen[bytes], number: int) -> int:
    child.send_signal(number)
    try:
        return child.wait(_GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()
