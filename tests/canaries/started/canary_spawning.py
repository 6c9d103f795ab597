"""Watches what a Python process starts, and what it puts into its own environment.

An audit hook (PEP 578) hears of each process before it is made, with its arguments and its
environment: nothing that lives for a millisecond is missed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

try:
    from canary_forms import found  # type: ignore[import-not-found,unused-ignore]
except ImportError:
    from tests.canaries.started.canary_forms import found

# Where the arguments and the environment stand among an event's arguments (Python's table of them).
_EVENTS: dict[str, tuple[int, int | None]] = {
    "subprocess.Popen": (1, 3),
    "os.exec": (1, 2),
    "os.posix_spawn": (1, 2),
    "os.spawn": (2, 3),
    "os.system": (0, None),
    "pty.spawn": (0, None),
}
_NAMED = {b"-e", b"--env"}


class Watching:
    """An audit hook that writes what it finds into a file, a line each.

    `ours` says whether ecrtui is at work, and not a test that passes something on purpose; `given`
    is the environment that the process started with.
    """

    def __init__(
        self,
        findings: str,
        ours: Callable[[], bool] = lambda: True,
        given: Mapping[bytes, bytes] = MappingProxyType({}),
    ) -> None:
        self._findings = findings
        self._ours = ours
        self._given = given or dict(os.environb)

    def __call__(self, event: str, values: tuple[Any, ...]) -> None:
        """Hear of an event."""
        if event == "os.putenv":
            self._look("its own environment", values[1])
        elif event in _EVENTS:
            arguments, environment = _EVENTS[event]
            words = _listed(values[arguments])
            for word in words:
                self._look(f"an argument of {words[0]!r}", word)
            if environment is not None and values[environment] is not None:
                self._look_at(values[environment], words)

    def _look_at(self, environment: Mapping[Any, Any], words: list[bytes]) -> None:
        inherited = {**self._given, **os.environb}
        named = {words[n + 1] for n, word in enumerate(words[:-1]) if word in _NAMED}
        for name, value in environment.items():
            key, told = os.fsencode(name), os.fsencode(value)
            # A variable that the engine's own command was told to lend to a container by its name
            # is what somebody asked for.
            if inherited.get(key) != told and key not in named:
                self._look(f"{name!r} in the environment of {words[0]!r}", told)

    def _look(self, where: str, text: Any) -> None:
        seen = found(os.fsencode(text))
        if seen and self._ours():
            told = f"{where}, made by process {os.getpid()} ({sys.argv[:3]}): {seen}\n"
            with open(self._findings, "a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(told)


def _listed(words: object) -> list[bytes]:
    many = [words] if isinstance(words, (str, bytes, os.PathLike)) else words
    assert isinstance(many, Iterable)
    return [os.fsencode(word) for word in many] or [b"?"]
