"""IAM Identity Center's OIDC service: registering a program, device codes, tokens (RFC 8628)."""

from __future__ import annotations

import time

from ecrtui.sandbox.control.authorizing import is_here
from ecrtui.sandbox.control.service import Call, Document, Service
from ecrtui.sandbox.portal import SCOPE, Client, Session
from ecrtui.sandbox.refusal import Refusal

sso_oidc = Service("sso-oidc")
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
REFRESH = "refresh_token"
BROWSER = "authorization_code"
_INVALID_REFRESH = "Invalid refresh token provided"
_SCOPES = (SCOPE, "codewhisperer:completions", "codewhisperer:analysis", "openid", "aws")


@sso_oidc.operation("RegisterClient")
def register_client(call: Call) -> Document:
    """A client id and secret, good for ninety days."""
    if call.params["clientType"] != "public":
        raise _refused("InvalidClientMetadataException", "invalid_client_metadata")
    if not set(call.params.get("grantTypes", ())) <= {DEVICE, REFRESH, BROWSER}:
        raise _refused("UnsupportedGrantTypeException", "unsupported_grant_type")
    scopes = tuple(call.params.get("scopes", ()))
    if not set(scopes) <= set(_SCOPES):
        raise _refused("InvalidScopeException", "invalid_scope")
    portal, start_url = call.world.portal, call.params.get("issuerUrl", "")
    redirects = tuple(call.params.get("redirectUris", ()))
    if start_url and start_url not in portal.users:
        raise _refused("InvalidRequestException", "invalid_request")
    if not all(is_here(each) for each in redirects):
        raise _refused("InvalidRedirectUriException", "invalid_redirect_uri")
    client = portal.register(scopes, start_url, redirects)
    return {
        "clientId": client.id,
        "clientSecret": client.secret,
        "clientIdIssuedAt": int(time.time()),
        "clientSecretExpiresAt": int(client.expires),
    }


@sso_oidc.operation("StartDeviceAuthorization")
def start_device_authorization(call: Call) -> Document:
    """A code for the device and one for its person, who confirms it at the address."""
    portal, client = call.world.portal, _client(call)
    if call.params["startUrl"] not in portal.users:
        raise _refused("InvalidRequestException", "invalid_request")
    code = portal.ask(client, call.params["startUrl"])
    return {
        "deviceCode": code.device,
        "userCode": code.user_code,
        "verificationUri": portal.address,
        "verificationUriComplete": f"{portal.address}?user_code={code.user_code}",
        "expiresIn": int(portal.code_seconds),
        "interval": portal.interval,
    }


@sso_oidc.operation("CreateToken")
def create_token(call: Call) -> Document:
    """Tokens for a confirmed device code or what a browser brought, or for a refresh token."""
    client = _client(call)
    grant = call.params["grantType"]
    if grant == DEVICE:
        return _tokens(_by_device(call, client))
    if grant == BROWSER:
        given = [call.params.get(name, "") for name in ("code", "redirectUri", "codeVerifier")]
        session = call.world.portal.redeem(client, *given)
        if session is None:
            raise _refused("InvalidGrantException", "invalid_grant", "Invalid authorization code")
        return _tokens(session)
    if grant == REFRESH:
        session = call.world.portal.refreshed(client, call.params.get("refreshToken", ""))
        if session is None:
            raise _refused("InvalidGrantException", "invalid_grant", _INVALID_REFRESH)
        return _tokens(session)
    raise _refused("UnsupportedGrantTypeException", "unsupported_grant_type")


def _by_device(call: Call, client: Client) -> Session:
    portal = call.world.portal
    code = portal.codes.get(call.params.get("deviceCode", ""))
    if code is None or code.client != client.id:
        raise _refused("InvalidGrantException", "invalid_grant", "Invalid device code provided")
    if portal.too_fast():
        raise _refused("SlowDownException", "slow_down")
    state = portal.state_of(code)
    if state == "confirmed":
        return portal.sign_in(code)
    code_and_error = {
        "pending": ("AuthorizationPendingException", "authorization_pending"),
        "expired": ("ExpiredTokenException", "expired_token"),
        "denied": ("AccessDeniedException", "access_denied"),
        "used": ("InvalidGrantException", "invalid_grant"),
    }
    raise _refused(*code_and_error[state])


def _client(call: Call) -> Client:
    client = call.world.portal.clients.get(call.params["clientId"])
    if client is None or client.secret != call.params["clientSecret"]:
        raise _refused("InvalidClientException", "invalid_client", status=401)
    if client.expires <= time.time():
        raise _refused("InvalidClientException", "invalid_client", "Client expired", status=401)
    return client


def _tokens(session: Session) -> Document:
    tokens = {
        "accessToken": session.access,
        "tokenType": "Bearer",
        "expiresIn": max(round(session.expires - time.time()), 0),
    }
    return tokens | ({"refreshToken": session.refresh} if session.refresh else {})


def _refused(code: str, error: str, description: str = "", *, status: int = 400) -> Refusal:
    """An error of OAuth's kind: AWS's exception, and OAuth's word for it."""
    return Refusal(code, description, status=status, error=error)
