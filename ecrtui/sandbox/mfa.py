"""MFA devices with a real secret: time-based one-time codes (RFC 6238)."""

from __future__ import annotations

import base64
import hmac
import secrets
import time
from dataclasses import dataclass, field

_STEP = 30
_DRIFT = 1
"""Steps by which a device's clock may be off: AWS takes the code before and the one after."""


@dataclass
class Device:
    """A virtual device of a user. `serial` is its ARN, `user` the ARN of whose it is.

    A code is taken `once`, as AWS does. With `any_code` every code but 000000 is right, for where
    nobody can hold the device.
    """

    serial: str
    user: str
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(20), repr=False)
    once: bool = True
    any_code: bool = False
    used: int = field(default=0, repr=False)
    """The last step of time whose code was taken."""

    @property
    def secret_text(self) -> str:
        """The secret as authenticator programs take it: base32."""
        return base64.b32encode(self.secret).decode()

    def code(self, at: float | None = None) -> str:
        """The six digits of a moment, which is now."""
        return self._of(int((time.time() if at is None else at) // _STEP))

    def wrong(self) -> str:
        """Six digits that are not taken now."""
        return next(
            code for code in ("000000", "999999", "123456", "654321") if not self._step(code)
        )

    def takes(self, code: str) -> bool:
        """Whether the code is right now, which uses it up."""
        step = self._step(code)
        if step is None:
            return False
        self.used = max(self.used, step)
        return True

    def _step(self, code: str) -> int | None:
        if self.any_code:
            return None if code == "000000" else 0
        now = int(time.time() // _STEP)
        for step in range(now - _DRIFT, now + _DRIFT + 1):
            if hmac.compare_digest(self._of(step), code) and (step > self.used or not self.once):
                return step
        return None

    def _of(self, step: int) -> str:
        digest = hmac.digest(self.secret, step.to_bytes(8, "big"), "sha1")
        start = digest[-1] & 15
        number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
        return f"{number % 1_000_000:06}"
