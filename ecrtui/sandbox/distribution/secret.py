"""What this process signs with: tokens and layer URLs are worthless once it has ended."""

from __future__ import annotations

import hashlib
import hmac
import secrets

_SECRET = secrets.token_bytes(32)


def sign(text: str) -> str:
    """The signature of a text, in hex."""
    return hmac.new(_SECRET, text.encode(), hashlib.sha256).hexdigest()


def matches(signature: str, text: str) -> bool:
    """Whether the signature is this text's, compared in constant time."""
    return hmac.compare_digest(signature.encode(), sign(text).encode())
