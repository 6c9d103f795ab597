"""Forms of one answer: an MFA code, the passphrase of the encrypted file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecrtui.errors import UsageError
from ecrtui.tui.forms.fields import FormField, Words
from ecrtui.tui.forms.screen import FormScreen
from ecrtui.tui.forms.secret import Secret

_CODE = re.compile(r"\d{6}")
"""IAM's TokenCode, of every kind of device (STS API reference, AssumeRole)."""


class CodeForm(FormScreen[str]):
    """Six digits that a device shows; they may be read over a shoulder, for they work once."""

    DEED = "sign in"

    def __init__(self, title: str, device: str, wrong: str, *, ascii_only: bool) -> None:
        super().__init__(title, ascii_only=ascii_only)
        self._device = device
        self._first = wrong

    def lines(self) -> Sequence[FormField]:
        """The code."""
        return [Words("code", "MFA code", example="six digits")]

    def on_mount(self) -> None:
        """Say of which device, and what was wrong before."""
        self.call_later(self.tell, f"Device: {self._device}")
        self.call_later(self.complain, self._first)

    def made(self) -> str:
        """The digits, however they are grouped."""
        code = re.sub(r"[\s-]", "", self.values["code"])
        if not _CODE.fullmatch(code):
            raise UsageError("that is no code", hint="A code has six digits.")
        return code


class PassphraseForm(FormScreen[str]):
    """A passphrase, unseen."""

    DEED = "unlock"

    def __init__(self, title: str, told: str, wrong: str, *, ascii_only: bool) -> None:
        super().__init__(title, ascii_only=ascii_only)
        self._first, self._explained = wrong, told

    def lines(self) -> Sequence[FormField]:
        """The passphrase."""
        return [Secret("passphrase", "Passphrase", ascii_only=self._ascii)]

    def on_mount(self) -> None:
        """Say what it is for, and what was wrong before."""
        self.call_later(self.tell, self._explained)
        self.call_later(self.complain, self._first)

    def made(self) -> str:
        """What was typed, blanks too."""
        passphrase: str = self.values["passphrase"]
        if not passphrase:
            raise UsageError("nothing was typed", hint="Type the passphrase, or leave with esc.")
        return passphrase
