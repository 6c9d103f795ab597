"""The terminal handed to another program until that ends."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping, Sequence
from types import FrameType

from ecrtui.errors import LocalPartMissing

_SIGNALLED = 128


def hand_over(words: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a program in this terminal; its exit code. Raises LocalPartMissing when it is none.

    Ctrl+C is the program's own affair; whoever ends us ends it. For the main thread alone.
    """
    ended_by: set[int] = set()
    children: list[subprocess.Popen[bytes]] = []

    def pass_on(number: int, _: FrameType | None) -> None:
        ended_by.add(number)
        for child in children:
            child.send_signal(number)

    # A signal that is caught, unlike one that is ignored, is the default again for the program.
    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, lambda *_: None),
        signal.SIGTERM: signal.signal(signal.SIGTERM, pass_on),
        signal.SIGHUP: signal.signal(signal.SIGHUP, pass_on),
    }
    try:
        children.append(subprocess.Popen(list(words), env=dict(environment)))  # noqa: S603
        code = children[0].wait()
    except OSError as failure:
        told = f"{words[0]}: {failure.strerror}"
        raise LocalPartMissing(told, title="It cannot be run") from None
    finally:
        for caught, handler in before.items():
            signal.signal(caught, handler)
    for caught in before.keys() & ended_by:
        signal.raise_signal(caught)
    return code if code >= 0 else _SIGNALLED - code
