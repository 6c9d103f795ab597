"""What a browser brings back to a program: codes that are good once (RFC 6749 §4.1, RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass

from ecrtui.sandbox.made import secret

_SECONDS = 60.0


@dataclass
class _Grant:
    client: str
    redirect: str
    challenge: str
    expires: float


class Grants:
    """Codes by whom they were given to; each is forgotten when it is shown."""

    def __init__(self) -> None:
        self._given: dict[str, _Grant] = {}

    def give(self, client: str, redirect: str, challenge: str) -> str:
        """A code for a client, for who knows what `challenge` is the hash of."""
        code = secret(60)
        self._given[code] = _Grant(client, redirect, challenge, time.time() + _SECONDS)
        return code

    def redeem(self, client: str, code: str, redirect: str, verifier: str) -> bool:
        """Whether the code is this client's, brought there, proven, and in time."""
        grant = self._given.pop(code, None)
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if grant is None or grant.expires <= time.time():
            return False
        return (grant.client, grant.redirect, grant.challenge) == (client, redirect, challenge)
