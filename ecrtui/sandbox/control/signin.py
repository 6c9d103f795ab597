"""AWS Sign-In: keys for a quarter of an hour for who is signed in to the console (`aws login`)."""

from __future__ import annotations

import base64
import json
from typing import Any

from ecrtui.sandbox.console import Login
from ecrtui.sandbox.control.service import Call, Document, Service
from ecrtui.sandbox.made import secret
from ecrtui.sandbox.refusal import Refusal

signin = Service("signin")


@signin.operation("CreateOAuth2Token")
def create_oauth2_token(call: Call) -> Document:
    """Keys and a refresh token, for what a browser brought or for the token of before."""
    console, asked = call.world.console, call.params["tokenInput"]
    client = asked["clientId"]
    if asked["grantType"] == "refresh_token":
        login = console.refreshed(client, asked.get("refreshToken", ""))
        if login is None:
            raise _refused("TOKEN_EXPIRED", "The refresh token has expired")
        return _tokens(call, login)
    given = [asked.get(name, "") for name in ("code", "redirectUri", "codeVerifier")]
    if not console.grants.redeem(client, *given):
        raise _refused("AUTHCODE_EXPIRED", "The authorization code has expired")
    return _tokens(call, console.sign_in(client))


def _tokens(call: Call, login: Login) -> Document:
    console = call.world.console
    if console.key is None:
        raise _refused("USER_CREDENTIALS_CHANGED", "The user has signed out")
    key = console.new_key(console.key)
    call.world.keys[key.id] = key
    told = {
        "accessToken": {
            "accessKeyId": key.id,
            "secretAccessKey": key.secret,
            "sessionToken": key.token,
        },
        "tokenType": "aws_sigv4",
        "expiresIn": max(int(console.key_seconds), 1),
        "refreshToken": login.refresh,
        "idToken": ".".join((_part({"alg": "sandbox"}), _part({"sub": key.arn}), secret(40))),
    }
    return {"tokenOutput": told}


def _part(document: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


def _refused(error: str, message: str) -> Refusal:
    return Refusal("AccessDeniedException", message, status=403, error=error)
