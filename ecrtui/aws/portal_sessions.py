"""Portals' sessions with access tokens that last: renewed before they end, once for everybody.

A refresh token may be good for one use, so whoever renews keeps other threads and other processes
waiting, and looks first whether one of them has done it.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from ecrtui.aws.portal import Portal, expired, revoked, signed_out
from ecrtui.errors import EcrtuiError, NotFound, SessionExpired, SessionRevoked, VaultError
from ecrtui.model.credentials import SessionKeys
from ecrtui.model.kept import Kept
from ecrtui.model.ports import PortalSessions
from ecrtui.model.signing_in import PortalAccount, PortalRole, SsoSession

T = TypeVar("T")

_EARLY = 300.0
"""Seconds before its end at which a token is renewed: roles' keys live for an hour, so this is
looked at seldom."""
_PAUSE = 60.0
"""Seconds between two tries to renew a token that still lasts."""


class SignedIn:
    """The kept sessions as who signs sees them. Safe for threads and for several processes."""

    def __init__(
        self, kept: PortalSessions | None, portal: Portal, now: Callable[[], float] = time.time
    ) -> None:
        self._kept = kept
        self.portal = portal
        self._now = now
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._held: dict[str, SsoSession] = {}
        self._again: dict[str, float] = {}
        self._unkept: dict[str, tuple[str, SsoSession]] = {}
        """Renewed ones that could not be kept, each by the refresh token that is kept
        still."""

    def session(self, name: str, *, refused: str = "") -> SsoSession:
        """A session whose access token lasts; `refused` is one that the portal does not take.

        Raises SignInError when only the person can sign in (SessionExpired, SessionRevoked, or
        nobody ever did), VaultError.
        """
        if self._kept is None:
            raise signed_out(name)
        with self._lock:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            held = self._held.get(name) or self._read(self._kept, name)
            if not self._lasts(held, refused, _EARLY) and not self._waits(held, refused):
                held = self._renewed(self._kept, held, refused)
            return held

    def accounts(self, name: str) -> Iterator[PortalAccount]:
        """What the portal offers to who signed in; raises what `session` raises."""
        return self._asked(name, lambda session: _begun(self.portal.accounts(session)))

    def roles(self, name: str, account: str) -> Iterator[PortalRole]:
        """The roles of an account that it offers."""
        return self._asked(name, lambda session: _begun(self.portal.roles(session, account)))

    def keys(self, name: str, account: str, role: str) -> SessionKeys:
        """A role's keys. Raises NotAllowed for a role that it does not offer."""
        return self._asked(name, lambda session: self.portal.keys(session, account, role))

    def known(self) -> dict[str, Kept]:
        """The names there are; opens nothing."""
        return self._kept.known() if self._kept is not None else {}

    def forget(self, name: str) -> None:
        """Read it anew the next time."""
        self._held.pop(name, None)
        self._again.pop(name, None)

    def _asked(self, name: str, ask: Callable[[SsoSession], T]) -> T:
        """Ask, and once more with a new token when this one was ended before its time."""
        session = self.session(name)
        try:
            return ask(session)
        except (SessionExpired, SessionRevoked):
            return ask(self.session(name, refused=session.access_token))

    def _renewed(self, kept: PortalSessions, before: SsoSession, refused: str) -> SsoSession:
        with kept.alone(before.name):
            session = self._read(kept, before.name)
            if session.access_token not in (before.access_token, refused) and self._lasts(session):
                return session  # somebody else has renewed it
            if not session.refresh_token or session.client_expires <= self._now():
                return self._as_it_is(session, refused)
            try:
                renewed = self.portal.refreshed(session)
            except SessionExpired:
                return self._as_it_is(session, refused)
            except EcrtuiError:
                if not self._lasts(session, refused):
                    raise
                return self._as_it_is(session, refused)
            self._held[before.name] = renewed
            used, _ = self._unkept.get(before.name, (session.refresh_token, None))
            self._unkept[before.name] = used, renewed
            with contextlib.suppress(VaultError):  # it serves this process, and is kept some day
                kept.keep(renewed)
                self._unkept.pop(before.name)
            return renewed

    def _as_it_is(self, session: SsoSession, refused: str) -> SsoSession:
        """The session while it lasts, though nobody renews it."""
        if self._lasts(session, refused):
            self._again[session.name] = self._now() + _PAUSE
            return session
        self._held.pop(session.name, None)
        if not session.access_token:
            raise signed_out(session.name)
        if refused and session.expires > self._now():
            raise revoked(session)
        raise expired(session.name)

    def _lasts(self, session: SsoSession, refused: str = "", early: float = 0.0) -> bool:
        token = session.access_token
        return bool(token) and token != refused and session.expires - early > self._now()

    def _waits(self, session: SsoSession, refused: str) -> bool:
        """Whether it lasts, and renewing it was tried a moment ago."""
        return self._lasts(session, refused) and self._now() < self._again.get(session.name, 0.0)

    def _read(self, kept: PortalSessions, name: str) -> SsoSession:
        try:
            session = kept.session(name)
        except NotFound:
            self._held.pop(name, None)
            raise signed_out(name) from None
        used, newer = self._unkept.get(name, ("", session))
        if session.refresh_token == used:  # which is good for nothing any more
            session = newer
        else:  # somebody signed in anew
            self._unkept.pop(name, None)
        self._held[name] = session
        return session


def _begun(rows: Iterator[T]) -> Iterator[T]:
    """The rows, of which the first page has come."""
    return itertools.chain(list(itertools.islice(rows, 1)), rows)
