"""What is said of signing in: a code to confirm, and what keeps credentials from being taken."""

from __future__ import annotations

import re

from ecrtui.errors import (
    ClockSkew,
    EcrtuiError,
    NoCredentials,
    SessionExpired,
    SessionRevoked,
    SignInError,
)
from ecrtui.model.signing_in import DeviceCode
from ecrtui.render.columns import Cell
from ecrtui.render.lines import TextLine, broken
from ecrtui.render.progress import duration
from ecrtui.render.text import safe

_COMMAND = re.compile(r"\bRun: (.+?)(?:\.?$|  \(|, then\b|, or\b)")


def code_lines(code: DeviceCode, now: float, columns: int) -> list[TextLine]:
    """The code, how long it lives, and that one waits. `now` in epoch seconds of real time."""
    left = max(0.0, code.expires - now)
    return [
        TextLine(),
        TextLine((Cell("Confirm this code there:", "dim"),)),
        TextLine(),
        TextLine((Cell("   "), Cell(safe(code.user_code), "accent"))),
        TextLine(),
        *broken((), "Only if you see the same code on that page.", columns, style="dim"),
        TextLine(),
        TextLine((Cell("Waiting for you", "busy"), Cell(f" · {duration(left)} left", "dim"))),
    ]


def failure_lines(problem: EcrtuiError, columns: int, again: str) -> list[TextLine]:
    """What went wrong, and which key begins anew."""
    lines = [TextLine(), *broken((), safe(problem.title), columns, style="bad")]
    if problem.detail:
        lines += broken((), safe(problem.detail), columns, style="dim")
    return [*lines, TextLine(), *broken((), safe(again), columns)]


def why(refused: EcrtuiError, profile: str) -> str:
    """`prod: the session has expired`."""
    title = refused.title[:1].lower() + refused.title[1:]
    return f"{profile or 'default'}: {title}"


def command_of(hint: str) -> str:
    """The command that a hint says to run; '' where it names none."""
    found = _COMMAND.search(hint)
    return found[1].strip() if found else ""


def standing(refused: SignInError) -> str:
    """One word for why the credentials are not taken."""
    for kind, word in _WORDS:
        if isinstance(refused, kind):
            return word
    return "not signed in"


_WORDS: tuple[tuple[type[SignInError], str], ...] = (
    (SessionExpired, "expired"),
    (SessionRevoked, "revoked"),
    (NoCredentials, "no credentials"),
    (ClockSkew, "wrong clock"),
)


def left(seconds: float) -> str:
    """`11h`, `59m`, `under 1m`: how long credentials are still taken."""
    if seconds >= 3600:
        return f"{int(seconds // 3600)}h"
    return f"{int(seconds // 60)}m" if seconds >= 60 else "under 1m"
