"""The colours of a file's language: asked for beside the screen, from a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from textual.widget import Widget

from ecrtui.errors import EcrtuiError
from ecrtui.model.typed import decoded
from ecrtui.render.lexing import SECONDS, Lexed, Request
from ecrtui.render.syntax import Coloured
from ecrtui.render.text import safe
from ecrtui.tui import background

GROUP = "syntax"
LARGEST = 256_000
"""Bytes of a text that gets colours."""
_LINES = 5_000
_LONGEST = 2_000
"""Characters of a line. What is larger stays without colours."""
_HERE = Path(__file__).parents[2]
"""What holds the package; whatever folder one stands in may hold another's `ecrtui`."""

_PASSED_ON = ("HOME", "PATH", "PYTHONHOME", "PYTHONPATH", "PYTHONUSERBASE", "SYSTEMROOT")
"""Variables Python needs to find itself; credentials in others are none of the lexers' business."""


def ask(
    owner: Widget,
    path: str,
    texts: Callable[[], Sequence[list[str]]],
    answer: Callable[[list[Coloured]], None],
) -> None:
    """Find the colours of texts of one name; answers only where there are any."""

    def take(found: list[Coloured]) -> None:
        if found:
            answer(found)

    def failed(problem: EcrtuiError) -> None:
        """It stays as it is."""

    background.ask(owner, GROUP, lambda: coloured(path, texts()), answer=take, failed=failed)


def coloured(path: str, texts: Sequence[list[str]]) -> list[Coloured]:
    """One for each text; none where the name tells no language, or it takes too long."""
    if not any(texts) or not all(map(_small, texts)):
        return []
    request = Request(safe(path.rsplit("/", 1)[-1]), list(texts))
    command = [sys.executable, "-m", "ecrtui.render.lexing"]
    try:
        done = subprocess.run(  # noqa: S603 - ourselves
            command,
            input=msgspec.json.encode(request),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_HERE,
            env=environment(),
            timeout=2 * SECONDS,
            check=True,
        )
        found = decoded(done.stdout, Lexed).texts
    except (OSError, subprocess.SubprocessError, UnicodeEncodeError, msgspec.MsgspecError):
        return []
    if not any(any(spans) for spans in found):
        return []
    return [Coloured(lines, spans) for lines, spans in zip(texts, found, strict=False)]


def environment() -> dict[str, str]:
    """What the process is given of this one's variables."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}


def _small(lines: list[str]) -> bool:
    if len(lines) > _LINES or any(len(line) > _LONGEST for line in lines):
        return False
    return sum(len(line.encode("utf-8", "replace")) + 1 for line in lines) <= LARGEST
