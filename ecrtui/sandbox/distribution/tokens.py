"""Authorization tokens: what GetAuthorizationToken hands out and the registry API checks.

A token is base64 of ``AWS:<password>``. Real passwords are some 2,400 characters long, more than
some keyrings hold, so these are as long. The password names the key it was issued to and when it
ends, signed; nothing is kept. Tokens live on real time.
"""

from __future__ import annotations

import base64
import json
import time

from ecrtui.sandbox.distribution.secret import matches, sign
from ecrtui.sandbox.made import secret

LIFETIME_SECONDS = 12 * 3600
_PASSWORD_LENGTH = 1350


class BadToken(Exception):
    """No token of ours, or one past its time (``expired``)."""

    def __init__(self, expired: bool = False) -> None:
        super().__init__("expired" if expired else "not a token of this sandbox")
        self.expired = expired


def issue_token(key_id: str, *, lifetime: int = LIFETIME_SECONDS) -> tuple[str, float]:
    """A token for the holder of an access key, and when it ends (real epoch seconds)."""
    password, ends = issue_password(key_id, lifetime=lifetime)
    return base64.b64encode(f"AWS:{password}".encode()).decode(), ends


def issue_password(key_id: str, *, lifetime: int = LIFETIME_SECONDS) -> tuple[str, float]:
    """The token's password alone, which is also a bearer token of ECR Public."""
    ends = round(time.time() + lifetime, 3)
    claims = {"key": key_id, "type": "DATA_KEY", "expiration": ends}
    text = json.dumps(claims)
    parts = {"claims": text, "signature": sign(text)}
    parts["payload"] = secret(_PASSWORD_LENGTH - len(json.dumps(parts)), text)
    return base64.b64encode(json.dumps(parts).encode()).decode(), ends


def check_token(token: str) -> str:
    """The access key id a token (base64 of ``AWS:password``) was issued to; or BadToken."""
    try:
        user, _, password = base64.b64decode(token, validate=True).decode().partition(":")
    except ValueError:
        raise BadToken from None
    if user != "AWS":
        raise BadToken
    return check_password(password)


def check_password(password: str) -> str:
    """The access key id a password or bearer token was issued to; BadToken otherwise."""
    try:
        parts = json.loads(base64.b64decode(password, validate=True))
        text = parts["claims"]
        if not matches(parts["signature"], text):
            raise BadToken
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadToken from None
    claims = json.loads(text)
    if claims["expiration"] <= time.time():
        raise BadToken(expired=True)
    return str(claims["key"])
