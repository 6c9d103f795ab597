"""Authorization tokens for the registry protocol, kept in memory alone and renewed in time.

One for each profile and region serves all who read and write there, jobs and engines too. As
amazon-ecr-credential-helper does, it is asked for again at half its life, and when that fails the
old one serves to its end: who asks then must not wait for a person to sign in.
"""

from __future__ import annotations

import base64
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import msgspec

from ecrtui.aws.calls import Calls, required
from ecrtui.errors import EcrtuiError, NoCredentials, RemoteError
from ecrtui.model.hidden import Hidden

_LIFETIME = 12 * 3600.0
"""Seconds a token lives (API reference, AuthorizationData) where the answer does not say."""
_AGAIN = 60.0
"""Seconds until a token that could not be renewed is tried again."""
Login = tuple[str, str]
"""User and password."""


class Sessions(Protocol):
    """Who signs in."""

    def calls(self, service: str, profile: str, region: str, *, asking: bool) -> Calls:
        """Calls of a service; where not `asking`, no person is asked for anything."""

    def lasting_key(self, profile: str) -> str:
        """The access key that signs, '' where it is one that changes; asks nobody."""


class _Held(Hidden, frozen=True):
    """A token, and what is known of it."""

    login: Login
    host: str
    """Of its proxyEndpoint; '' for none."""
    key: str
    ends: float
    renew_at: float

    def shown(self) -> dict[str, str]:
        """Nothing."""
        return {}


class Tokens:
    """A `Password`. Safe for several threads, of which one asks for all; it shows itself to nobody.

    Raises what signing in to AWS raises, where no token is at hand.
    """

    def __init__(
        self,
        calls: Callable[[bool], Calls],
        key: Callable[[], str] = str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`calls` are to ask with, True where a person may be asked; `key` is the key they use, ''
        where it changes by itself."""
        self._calls = calls
        self._key = key
        self._clock = clock
        self._asking = threading.Lock()
        self._held: _Held | None = None
        self._doubts = 0

    def __call__(self, *, refused: Login | None = None) -> Login:
        """User and password, others than those that were `refused`."""
        return self._good(refused).login

    def with_host(self) -> tuple[str, Login]:
        """The same, and before it the host that the service says it is for; '' for none."""
        held = self._good(None)
        return held.host, held.login

    def doubt(self) -> None:
        """The profile's credentials may be others by now: ask again the next time."""
        self._doubts += 1
        held = self._held
        if held is not None:
            self._held = msgspec.structs.replace(held, renew_at=0.0)

    def _good(self, refused: Login | None) -> _Held:
        held = self._usable(refused)
        if held is not None and self._clock() < held.renew_at:
            return held
        with self._one(waits=held is None) as mine:
            if held is not None and not mine:
                return held
            held = self._usable(refused)
            if held is None or self._clock() >= held.renew_at:
                held = self._renewed(held)
            return held

    def _usable(self, refused: Login | None) -> _Held | None:
        held = self._held
        good = held is not None and held.login != refused and self._clock() < held.ends
        return held if good else None

    @contextlib.contextmanager
    def _one(self, *, waits: bool) -> Iterator[bool]:
        """One thread asks; another waits for it, or goes on with what there is."""
        mine = self._asking.acquire(blocking=waits)
        try:
            yield mine
        finally:
            if mine:
                self._asking.release()

    def _renewed(self, old: _Held | None) -> _Held:
        doubts = self._doubts
        try:
            held = self._asked(old is None)
        except EcrtuiError as problem:
            if old is None or self._is_others(old, problem):
                self._held = None
                raise
            held = msgspec.structs.replace(old, renew_at=self._clock() + _AGAIN)
        if doubts != self._doubts:
            held = msgspec.structs.replace(held, renew_at=0.0)
        self._held = held
        return held

    def _asked(self, asking: bool) -> _Held:
        data = _data(self._calls(asking).call("GetAuthorizationToken"))
        login = decoded_token(str(required(data, "authorizationToken")))
        host = str(data.get("proxyEndpoint", "")).partition("://")[2].rstrip("/")
        now, ends = self._clock(), data.get("expiresAt")
        left = float(ends) - now if isinstance(ends, int | float) else _LIFETIME
        return _Held(login, host, self._key(), now + left, now + left / 2)

    def _is_others(self, old: _Held, problem: EcrtuiError) -> bool:
        """Whether the token is no longer the profile's: it signs as somebody else, or not at all.

        A role's session keys change by themselves, so only keys that stay tell.
        """
        key = self._key()
        return isinstance(problem, NoCredentials) or bool(old.key and key and old.key != key)


class SharedTokens:
    """The tokens of one run, by service, profile and region."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._lock = threading.Lock()
        self._tokens: dict[tuple[str, str, str], Tokens] = {}

    def of(self, service: str, profile: str, region: str) -> Tokens:
        """Those of one place, the same for all who ask."""

        def calls(asking: bool) -> Calls:
            return self._sessions.calls(service, profile, region, asking=asking)

        with self._lock:
            made = Tokens(calls, lambda: self._sessions.lasting_key(profile))
            return self._tokens.setdefault((service, profile, region), made)

    def doubt(self, profile: str) -> None:
        """A profile's credentials may be others by now; so may the default's, which is a name's."""
        with self._lock:
            mine = [one for key, one in self._tokens.items() if key[1] in (profile, "")]
        for one in mine:
            one.doubt()


def decoded_token(token: str) -> Login:
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
