"""Forms of one answer: an MFA code, the passphrase of the encrypted file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecrtui.errors import UsageError
from ecrtui.model.hidden import Hidden
from ecrtui.tui.forms.fields import FormField, Switch, Words
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


class Passphrase(Hidden, frozen=True):
    """What was typed, and whether it is to open the file for hours."""

    text: str
    for_hours: bool

    def shown(self) -> dict[str, str]:
        """Nothing of it."""
        return {}


class PassphraseForm(FormScreen[Passphrase]):
    """A passphrase, unseen; of a file that is there with whether it stays unlocked for `hours`."""

    DEED = "unlock"

    def __init__(
        self, title: str, told: str, wrong: str, *, hours: int = 0, ascii_only: bool
    ) -> None:
        super().__init__(title, ascii_only=ascii_only)
        self._first, self._explained, self._hours = wrong, told, hours

    def lines(self) -> Sequence[FormField]:
        """The passphrase, and for how long."""
        secret = Secret("passphrase", "Passphrase", ascii_only=self._ascii)
        text = f"for {self._hours} hours, for docker and all of your programs"
        return [secret, Switch("for_hours", "Unlocked", text)] if self._hours else [secret]

    def on_mount(self) -> None:
        """Say what it is for, and what was wrong before."""
        self.call_later(self.tell, self._explained)
        self.call_later(self.complain, self._first)

    def made(self) -> Passphrase:
        """What was typed, blanks too."""
        text: str = self.values["passphrase"]
        if not text:
            raise UsageError("nothing was typed", hint="Type the passphrase, or leave with esc.")
        return Passphrase(text, self.values.get("for_hours", False))
