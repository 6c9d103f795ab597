"""What keeps a secret from being kept or read, in its own words, and what to do next."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from textual.screen import Screen

from ecrtui.errors import (
    EcrtuiError,
    VaultDenied,
    VaultError,
    VaultLocked,
    VaultMissing,
    VaultSilent,
)
from ecrtui.render.text import safe
from ecrtui.tui.screens.confirm import AskScreen
from ecrtui.tui.session import Session

_BACK, _AGAIN, _ELSEWHERE = "back", "again", "elsewhere"
_HERE = re.compile(r"ecrtui credentials keep (file|memory)")
_PLACES = {"file": "an encrypted file", "memory": "memory"}
"""What the last button offers, in place of the command."""
_PASSING = (VaultLocked, VaultDenied, VaultSilent)
"""Over once somebody has unlocked it, allowed it, or answered its dialog."""


def show_trouble(
    screen: Screen[Any], session: Session, problem: VaultError, again: Callable[[], None]
) -> None:
    """Say it on top of a screen, which keeps all that was typed. `again` tries once more."""

    def answered(answer: str | None) -> None:
        if answer == _AGAIN:
            again()
        elif answer == _ELSEWHERE:
            from ecrtui.tui.forms.vault_place import choose_place

            choose_place(screen, session, again)

    lines = [safe(problem.detail)] if problem.detail else []
    hint = safe(hint_here(session, problem))
    lines += ["", hint] if hint else []
    lines += ["", "Nothing that was typed is lost, and nothing that was kept before."]
    steps = [("Try again", _AGAIN), ("Keep secrets elsewhere ...", _ELSEWHERE)]
    if not helps_elsewhere(problem):
        steps = steps[:1]
    answers = [("Back", _BACK), *steps]
    screen.app.push_screen(AskScreen(safe(problem.title), lines, answers), answered)


def helps_elsewhere(problem: EcrtuiError | None) -> bool:
    """Whether another place for secrets helps."""
    return isinstance(problem, (*_PASSING, VaultMissing))


def hint_here(session: Session, problem: EcrtuiError) -> str:
    """The hint, with what the last button offers in place of the command."""
    return session.words(_HERE.sub(lambda found: _PLACES[found[1]], problem.hint))
