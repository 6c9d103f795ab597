"""Roles that are assumed, and the codes that some of them ask for.

A code is good once. So it is turned into a session of the user's (GetSessionToken), by which every
role is assumed that asks for a code of the same device: one code for a chain, for twenty accounts,
for as long as that session lives. Where a policy does not allow that, each role takes its own.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from ecrtui import errors
from ecrtui.aws.failures import translated
from ecrtui.aws.shared import Flights, SharedCredentials
from ecrtui.model.credentials import SessionKeys
from ecrtui.model.signing_in import code_question

MakeClient = Callable[..., Any]
"""A botocore session's `create_client`, given the keys to sign with."""
_TRIES = 3
_CODE = re.compile(r"\d{6}")
"""A device's code (STS's API reference, TokenCode)."""
_OTHER_DEVICE = "unable to validate MFA code"
_OLD = 60.0
"""Seconds after which a session's code may be too old for a role (aws:MultiFactorAuthAge)."""
_SESSION_NAME = "ecrtui"


class Role(msgspec.Struct, frozen=True):
    """A role, and what it wants to know of who assumes it."""

    arn: str
    serial: str = ""
    external_id: str = ""
    session_name: str = ""
    seconds: int = 0
    """How long its keys are to live; 0 for what is usual."""

    def arguments(self) -> dict[str, Any]:
        """AssumeRole's, but for a code."""
        given = {
            "RoleArn": self.arn,
            "RoleSessionName": self.session_name or _SESSION_NAME,
            "ExternalId": self.external_id,
            "DurationSeconds": self.seconds,
        }
        return {name: value for name, value in given.items() if value}


class Source(msgspec.Struct, frozen=True):
    """Who assumes a role."""

    profile: str
    credentials: Any
    """botocore's, which renew themselves where they can."""
    client: MakeClient


class Codes:
    """The sessions that codes stand behind, in memory. Safe for threads."""

    def __init__(self, ask: Callable[[str], str], now: Callable[[], float] = time.time) -> None:
        self._ask = ask
        self._now = now
        self._flights = Flights()
        self._sessions: dict[tuple[str, str], tuple[SessionKeys, float]] = {}
        self._refused: set[tuple[str, str]] = set()

    def assumed(self, role: Role, source: Source) -> SharedCredentials:
        """The keys of a role, which is assumed when they are first needed."""

        def fetch() -> dict[str, Any]:
            return _metadata(self._assume(role, source), role.arn)

        return SharedCredentials(fetch, "assume-role", lasting=bool(role.serial))

    def _assume(self, role: Role, source: Source) -> dict[str, Any]:
        keys = source.credentials.get_frozen_credentials()
        key = keys.access_key, role.serial
        if not role.serial or keys.token or key in self._refused:
            return self._directly(role, source, keys)
        session, since = self._session(role.serial, source, keys)
        if session is not None:
            try:
                return _assume_role(source, session, role)
            except errors.NotAllowed:
                if self._now() - since < _OLD:
                    raise
            except errors.SignInError:  # the session was ended early
                pass
            self._sessions.pop(key, None)  # or the role wants a newer code
            session, _ = self._session(role.serial, source, keys)
        if session is None:
            return self._directly(role, source, keys)
        return _assume_role(source, session, role)

    def _directly(self, role: Role, source: Source, keys: Any) -> dict[str, Any]:
        """With a code for this role alone, where it wants one."""
        own = _session_keys(keys)
        if not role.serial:
            return _assume_role(source, own, role)

        def send(code: str) -> dict[str, Any]:
            return _assume_role(source, own, role, SerialNumber=role.serial, TokenCode=code)

        answer: dict[str, Any] = self._with_code(role.serial, send)
        return answer

    def _session(self, serial: str, source: Source, keys: Any) -> tuple[SessionKeys | None, float]:
        """A session with a code behind it and since when; None where a policy forbids it."""
        key = keys.access_key, serial
        known = self._sessions.get(key)
        if known is not None and (known[0].expires or 0.0) - _OLD > self._now():
            return known
        return self._flights.join(key, lambda: self._new_session(key, source, keys))

    def _new_session(
        self, key: tuple[str, str], source: Source, keys: Any
    ) -> tuple[SessionKeys | None, float]:
        def send(code: str) -> SessionKeys:
            client = _sts(source, _session_keys(keys))
            with _of(source, "GetSessionToken"):
                answer = client.get_session_token(SerialNumber=key[1], TokenCode=code)
            return _keys_of(answer)

        since = self._now()
        try:
            made = self._with_code(key[1], send)
        except errors.NotAllowed:
            self._refused.add(key)
            return None, since
        self._sessions[key] = made, since
        return made, since

    def _with_code(self, serial: str, send: Callable[[str], Any]) -> Any:
        """What came of a code that was right; asks again for one that is not."""
        question = code_question(serial)
        for left in reversed(range(_TRIES)):
            code = self._ask(question).strip().replace(" ", "")
            if _CODE.fullmatch(code):
                try:
                    return send(code)
                except errors.WrongCode as failure:
                    if _OTHER_DEVICE in failure.detail:
                        raise _strange_device(serial) from None
                    if not left:
                        raise
            question = code_question(serial, wrong=True)
        raise errors.WrongCode(serial)


def _strange_device(serial: str) -> errors.SignInError:
    return errors.SignInError(
        serial,
        title="The MFA device is not this user's",
        hint="Check mfa_serial: aws iam list-mfa-devices shows the user's own.",
    )


def _assume_role(source: Source, keys: SessionKeys, role: Role, **code: str) -> dict[str, Any]:
    client = _sts(source, keys)
    with _of(source, "AssumeRole"):
        answer: dict[str, Any] = client.assume_role(**role.arguments(), **code)
    return answer


def _sts(source: Source, keys: SessionKeys) -> Any:
    return source.client(
        "sts",
        aws_access_key_id=keys.access_key_id,
        aws_secret_access_key=keys.secret_access_key,
        aws_session_token=keys.session_token or None,
    )


@contextlib.contextmanager
def _of(source: Source, operation: str) -> Iterator[None]:
    """Failures of a call that a source's keys sign are told of that source."""
    try:
        with translated(source.profile, operation):
            yield
    except errors.SignInError as refused:
        refused.profile = refused.profile or source.profile
        raise


def _session_keys(keys: Any) -> SessionKeys:
    return SessionKeys(keys.access_key, keys.secret_key, keys.token or "")


def _keys_of(answer: dict[str, Any]) -> SessionKeys:
    found = answer["Credentials"]
    return SessionKeys(
        found["AccessKeyId"],
        found["SecretAccessKey"],
        found["SessionToken"],
        found["Expiration"].timestamp(),
    )


def _metadata(answer: dict[str, Any], arn: str) -> dict[str, Any]:
    """botocore's form of keys that came."""
    return metadata(_keys_of(answer), arn.split(":")[4] if arn.count(":") > 4 else "")


def metadata(keys: SessionKeys, account: str = "") -> dict[str, Any]:
    """Keys as botocore's credentials take them from who renews them."""
    ends = time.gmtime(keys.expires) if keys.expires is not None else None
    return {
        "access_key": keys.access_key_id,
        "secret_key": keys.secret_access_key,
        "token": keys.session_token,
        "expiry_time": time.strftime("%Y-%m-%dT%H:%M:%SZ", ends) if ends else None,
        "account_id": account or None,
    }
