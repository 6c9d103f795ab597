"""Web identities: a provider's signed tokens (JWT, RFC 7519), as a cluster gives its pods."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from ecrtui.sandbox.made import secret


@dataclass
class Provider:
    """An OIDC provider that accounts trust, by its `issuer` without the scheme.

    Tokens carry a signature that the sandbox alone can check; real providers publish public keys.
    """

    issuer: str
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def token(
        self, subject: str, *, seconds: float = 3600, audience: str = "sts.amazonaws.com"
    ) -> str:
        """A token for somebody, good for so many seconds of real time."""
        claims = {
            "iss": f"https://{self.issuer}",
            "sub": subject,
            "aud": audience,
            "exp": int(time.time() + seconds),
        }
        text = f"{_packed({'alg': 'sandbox', 'typ': 'JWT'})}.{_packed(claims)}"
        return f"{text}.{self._signature(text)}"

    def signed(self, token: str) -> bool:
        """Whether the token's signature is this provider's."""
        text, _, signature = token.rpartition(".")
        return hmac.compare_digest(self._signature(text).encode(), signature.encode())

    def _signature(self, text: str) -> str:
        return secret(64, self.secret.hex(), text)


def claims_of(token: str) -> dict[str, Any] | None:
    """What a token says, unchecked; None for what is no token."""
    try:
        body = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        whole = {"iss": str, "sub": str, "aud": str, "exp": int}
    except (IndexError, ValueError, RecursionError):
        return None
    if not isinstance(claims, dict):
        return None
    fits = all(isinstance(claims.get(name), kind) for name, kind in whole.items())
    return claims if fits else None


def _packed(document: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()
