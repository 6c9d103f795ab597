"""IAM Identity Center's calls: signing in by a code (RFC 8628), and what its portal offers.

None of them is signed: a client's registration, then an access token, is all they ask for.
Errors are those of the API references of SSO OIDC and of the SSO portal.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Annotated, Any, TypeVar

import msgspec
from botocore import xform_name
from botocore.exceptions import ClientError

from ecrtui import errors
from ecrtui.aws.calls import values
from ecrtui.aws.failures import redacted, translate, translated
from ecrtui.model.credentials import Hidden, SessionKeys
from ecrtui.model.signing_in import DeviceCode, PortalAccount, PortalRole, SsoSession, sign_in_hint

T = TypeVar("T")
replace = msgspec.structs.replace
MakeClient = Callable[[str, str], Any]
"""A client that signs nothing, of a service and a region."""

_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_REFRESH = "refresh_token"
_CLIENT = "ecrtui"
_LASTS = 3600.0
"""Seconds that a registration must last for somebody to begin signing in with it."""
_INTERVAL = 5.0
"""Seconds between two questions where the service names none (RFC 8628 §3.2)."""
_PAGE = 100


_Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e11)]
"""From now, or of the epoch: what JSON also calls a number, such as NaN, is none."""
_Milliseconds = Annotated[float, msgspec.Meta(ge=0, le=1e14)]


class _Answer(Hidden, frozen=True):
    """What a portal says, of which nothing is shown."""

    def shown(self) -> dict[str, str]:
        """Nothing of it."""
        return {}


class _Client(_Answer, frozen=True, rename="camel"):
    client_id: str
    client_secret: str
    client_secret_expires_at: _Seconds = 0


class _Code(_Answer, frozen=True, rename="camel"):
    device_code: str
    user_code: str
    verification_uri: str
    expires_in: _Seconds
    verification_uri_complete: str | None = None
    interval: _Seconds | None = None


class _Tokens(_Answer, frozen=True, rename="camel"):
    access_token: str
    expires_in: _Seconds
    refresh_token: str | None = None


class _Keys(_Answer, frozen=True, rename="camel"):
    access_key_id: str
    secret_access_key: str
    session_token: str
    expiration: _Milliseconds


class _RoleKeys(msgspec.Struct, rename="camel"):
    role_credentials: _Keys


class _Account(msgspec.Struct, rename="camel"):
    account_id: str
    account_name: str | None = None
    email_address: str | None = None


class _Role(msgspec.Struct, rename="camel"):
    role_name: str


class Portal:
    """The calls, for whichever session they are given. Safe for threads."""

    def __init__(self, client: MakeClient, now: Callable[[], float] = time.time) -> None:
        self._client = client
        self._now = now

    def registered(self, session: SsoSession) -> SsoSession:
        """The session with a registration that lasts a while: its own, or a new one."""
        if session.client_id and session.client_expires - self._now() > _LASTS:
            return session
        asked = {"clientName": _CLIENT, "clientType": "public", "scopes": list(session.scopes)}
        try:
            found = _read(self._call(session, "sso-oidc", "RegisterClient", **asked), _Client)
        except ClientError as failure:
            raise _of_oidc(failure, session) from None
        return replace(
            session,
            client_id=found.client_id,
            client_secret=found.client_secret,
            client_expires=found.client_secret_expires_at,
            refresh_token="",  # which only the client that it was given to may use
        )

    def begin(self, session: SsoSession) -> DeviceCode:
        """A code for the person; the session is registered. Raises UsageError for a portal that
        is not there, LookupError when the registration is no longer known."""
        started = self._now()
        try:
            answer = self._call(
                session,
                "sso-oidc",
                "StartDeviceAuthorization",
                clientId=session.client_id,
                clientSecret=session.client_secret,
                startUrl=session.start_url,
            )
        except ClientError as failure:
            if _code(failure) in ("InvalidClientException", "UnauthorizedClientException"):
                raise LookupError from None
            raise _of_oidc(failure, session) from None
        found = _read(answer, _Code)
        return DeviceCode(
            device_code=found.device_code,
            user_code=found.user_code,
            address=_web(found.verification_uri),
            address_with_code=_web(found.verification_uri_complete or found.verification_uri),
            interval=max(found.interval or _INTERVAL, 1.0),
            expires=started + found.expires_in,
        )

    def asked(self, session: SsoSession, code: DeviceCode) -> SsoSession | None:
        """The session signed in, or None while nobody has confirmed the code.

        Raises Throttled when it is asked too often: from then on 5 s more lie between two
        questions (§3.5). Raises SignInError when it was denied or has expired.
        """
        try:
            return self._tokens(session, grantType=_DEVICE, deviceCode=code.device_code)
        except ClientError as failure:
            if _code(failure) == "AuthorizationPendingException":
                return None
            if _code(failure) == "SlowDownException":
                raise errors.Throttled(_text(failure)) from None
            raise _of_oidc(failure, session) from None

    def refreshed(self, session: SsoSession) -> SsoSession:
        """The session with a new access token. Raises SessionExpired when it is over."""
        try:
            return self._tokens(session, grantType=_REFRESH, refreshToken=session.refresh_token)
        except ClientError as failure:
            if _code(failure) in _OVER:
                raise expired(session.name) from None
            raise _of_oidc(failure, session) from None

    def accounts(self, session: SsoSession) -> Iterator[PortalAccount]:
        """The accounts that the portal offers, as its pages come."""
        for row in self._pages(session, "ListAccounts", "accountList", _Account):
            yield PortalAccount(row.account_id, row.account_name or "", row.email_address or "")

    def roles(self, session: SsoSession, account: str) -> Iterator[PortalRole]:
        """The roles of an account that it offers."""
        for row in self._pages(session, "ListAccountRoles", "roleList", _Role, accountId=account):
            yield PortalRole(account, row.role_name)

    def keys(self, session: SsoSession, account: str, role: str) -> SessionKeys:
        """A role's keys. Raises NotAllowed for a role that the portal does not offer."""
        answer = self._asked_with_token(
            session, "GetRoleCredentials", accountId=account, roleName=role
        )
        found = _read(answer, _RoleKeys).role_credentials
        return SessionKeys(
            found.access_key_id,
            found.secret_access_key,
            found.session_token,
            found.expiration / 1000,  # milliseconds (API reference)
        )

    def sign_out(self, session: SsoSession) -> None:
        """End the session at the portal; nothing where it has ended."""
        if session.access_token:
            try:
                self._asked_with_token(session, "Logout")
            except errors.SignInError:
                return

    def _tokens(self, session: SsoSession, **grant: str) -> SsoSession:
        asked = self._now()
        answer = self._call(
            session,
            "sso-oidc",
            "CreateToken",
            clientId=session.client_id,
            clientSecret=session.client_secret,
            **grant,
        )
        found = _read(answer, _Tokens)
        return replace(
            session,
            access_token=found.access_token,
            expires=asked + found.expires_in,
            refresh_token=found.refresh_token or session.refresh_token,
        )

    def _pages(
        self, session: SsoSession, operation: str, key: str, row: type[T], **more: str
    ) -> Iterator[T]:
        page: dict[str, str] = {}
        while True:
            answer = self._asked_with_token(session, operation, maxResults=_PAGE, **more, **page)
            yield from values(answer.get(key) or [], row)
            following = answer.get("nextToken")
            if not following:
                return
            if following == page.get("nextToken"):
                raise errors.RemoteError(f"{operation} answers the same page again and again")
            page = {"nextToken": following}

    def _asked_with_token(
        self, session: SsoSession, operation: str, **parameters: Any
    ) -> dict[str, Any]:
        token = session.access_token
        try:
            return self._call(session, "sso", operation, accessToken=token, **parameters)
        except ClientError as failure:
            raise self._of_portal(failure, session, operation) from None

    def _call(
        self, session: SsoSession, service: str, operation: str, **parameters: Any
    ) -> dict[str, Any]:
        """One call; a ClientError is left to who knows what it means here."""
        try:
            client = self._client(service, session.region)
            answer: dict[str, Any] = getattr(client, xform_name(operation))(**parameters)
        except ClientError:
            raise
        except Exception as failure:
            with translated("", operation):
                raise failure from None
        return answer

    def _of_portal(
        self, failure: ClientError, session: SsoSession, operation: str
    ) -> errors.EcrtuiError:
        code = _code(failure)
        if code == "UnauthorizedException":
            return expired(session.name) if session.expires <= self._now() else revoked(session)
        if code in ("ForbiddenException", "ResourceNotFoundException"):
            return errors.NotAllowed(
                _text(failure),
                title="The portal gives no such role",
                hint=f"What it offers: ecrtui credentials accounts {session.name}",
            )
        return translate(failure, "", operation)


_OVER = (
    "InvalidGrantException",
    "ExpiredTokenException",
    "InvalidClientException",
    "UnauthorizedClientException",
    "AccessDeniedException",
)
"""What refreshing answers when only the person can sign in again."""


def signed_out(name: str) -> errors.SignInError:
    """Nobody is signed in to a portal."""
    return errors.SignInError(
        name, title="Nobody is signed in to the portal", hint=sign_in_hint(name)
    )


def expired(name: str) -> errors.SessionExpired:
    """A portal's session is over."""
    return errors.SessionExpired(
        name, title="The portal's session is over", hint=sign_in_hint(name)
    )


def revoked(session: SsoSession) -> errors.SessionRevoked:
    """The portal does not take a token whose time is not over."""
    return errors.SessionRevoked(
        session.name, title="The portal's session was ended", hint=sign_in_hint(session.name)
    )


def _of_oidc(failure: ClientError, session: SsoSession) -> errors.EcrtuiError:
    code, text = _code(failure), _text(failure)
    again = sign_in_hint(session.name)
    if code == "ExpiredTokenException":
        return errors.SignInError(text, title="The code has expired", hint=again)
    if code == "AccessDeniedException":
        return errors.SignInError(text, title="Signing in was denied", hint=again)
    if code in ("InvalidGrantException", "InvalidClientException", "UnauthorizedClientException"):
        return errors.SignInError(text, title="The code is not known any more", hint=again)
    if code == "InvalidRequestException":
        return errors.UsageError(
            f"{session.start_url} in {session.region}",
            title="No portal answers there",
            hint="Check its start URL, and the region of the IAM Identity Center.",
        )
    return translate(failure, "")


def _read(answer: dict[str, Any], kind: type[T]) -> T:
    """The answer as a value; raises RemoteError for one that does not fit."""
    return values([answer], kind)[0]


def _code(failure: ClientError) -> str:
    return str(failure.response.get("Error", {}).get("Code", ""))


def _text(failure: ClientError) -> str:
    return redacted(str(failure.response.get("Error", {}).get("Message", "")))


def _web(address: str) -> str:
    """An address that a browser may be sent to; raises RemoteError for any other."""
    if not address.startswith(("https://", "http://")):
        raise errors.RemoteError("a portal whose address is no web address")
    return address
