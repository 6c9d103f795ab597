"""Asking the person at the terminal: secrets without showing them, and whether to go ahead.

A question goes to the terminal itself, also while stdin and stdout are pipes: then it is another
program that runs us.
"""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING

from ecrtui.errors import UsageError, VaultLocked
from ecrtui.headless import narration
from ecrtui.workflows.credentials.vaults import LOCKED_HINT, Questions

if TYPE_CHECKING:
    import argparse

_TERMINAL = "/dev/tty"


class Terminal:
    """Asks until it is closed: once the explorer draws, no question may appear below it. `advice`
    is said before a passphrase is asked for."""

    def __init__(self, advice: str = "") -> None:
        self.closed = False
        self._advice = advice

    def questions(self) -> Questions:
        """How workflows ask."""
        return Questions(passphrase=self._passphrase, code=_code, waiting=self._waiting)

    def _passphrase(self, question: str) -> str:
        if self.closed or not can_ask():
            raise VaultLocked(
                "nobody can be asked for its passphrase",
                title="The encrypted file is locked",
                hint=LOCKED_HINT,
            )
        if self._advice:
            narration.say(self._advice)
        return secret(question)

    def _waiting(self) -> None:
        if not self.closed:
            narration.say("waiting for the keyring: its dialog may be on this machine's own screen")


def can_ask() -> bool:
    """Whether there is a terminal to ask on."""
    try:
        with open(_TERMINAL, "rb"):
            return True
    except OSError:
        return False


def secret(question: str) -> str:
    """What the person types, unseen. Raises UsageError where nobody can be asked."""
    if not can_ask():
        raise UsageError(question, title="Nobody can be asked here", hint="Give it on stdin.")
    return getpass.getpass(f"ecrtui: {question}")


def agree(options: argparse.Namespace, what: str, lines: list[str]) -> None:
    """Show what will be done and have it confirmed; raises UsageError where it is not."""
    if options.yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        hint = "--dry-run shows what would be done, --yes agrees to it."
        raise UsageError(what, title="Nobody can be asked here", hint=hint)
    for line in lines:
        narration.say(line)
    sys.stderr.write("ecrtui: go ahead? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise UsageError(what, title="Not confirmed, nothing was done")


def _code(question: str) -> str:
    if not can_ask():
        raise UsageError(question, title="This profile asks for an MFA code")
    return secret(question)
