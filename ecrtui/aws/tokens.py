"""Authorization tokens for the registry protocol, kept in memory alone and renewed in time."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable
from typing import Any

from ecrtui.aws.calls import Calls, required
from ecrtui.errors import RemoteError

_LIFETIME = 12 * 3600.0
"""Seconds a token lives (API reference, AuthorizationData) where the answer does not say."""


class Tokens:
    """A `Password`: the account's token, asked for when first needed, again at half its life, and
    when it was refused. Safe for several threads; it shows itself to nobody.
    """

    def __init__(self, calls: Calls, clock: Callable[[], float] = time.time) -> None:
        self._calls = calls
        self._clock = clock
        self._lock = threading.Lock()
        self._login: tuple[str, str] | None = None
        self._renew_at = 0.0

    def __call__(self, *, anew: bool = False) -> tuple[str, str]:
        """User and password; raises what signing in to AWS raises."""
        with self._lock:
            if anew or self._login is None or self._clock() >= self._renew_at:
                data = _data(self._calls.call("GetAuthorizationToken"))
                self._login = decoded_token(str(required(data, "authorizationToken")))
                now, ends = self._clock(), data.get("expiresAt")
                left = ends - now if isinstance(ends, int | float) else _LIFETIME
                self._renew_at = now + left / 2
            return self._login


def token_and_host(calls: Calls) -> tuple[str, tuple[str, str]]:
    """A new token, and before it the host of its proxyEndpoint."""
    data = _data(calls.call("GetAuthorizationToken"))
    login = decoded_token(str(required(data, "authorizationToken")))
    return str(data.get("proxyEndpoint", "")).partition("://")[2].rstrip("/"), login


def decoded_token(token: str) -> tuple[str, str]:
    """`(user, password)` from base64 of `user:password`, the form of every ECR token."""
    try:
        user, _, password = base64.b64decode(token, validate=True).decode().partition(":")
    except ValueError:  # binascii.Error and UnicodeDecodeError are such
        raise RemoteError("an authorization token that cannot be decoded") from None
    return user, password


def _data(answer: dict[str, Any]) -> dict[str, Any]:
    """The token's document: ECR Public has one, ECR a list of one."""
    data = required(answer, "authorizationData")
    found = data[0] if isinstance(data, list) and data else data
    if not isinstance(found, dict):
        raise RemoteError("an answer without authorizationData")
    return found
