"""The pages of sign-ins by a browser: OAuth's authorization code with PKCE.

The browser comes with what the program asks (RFC 6749 §4.1.1, RFC 7636), a person confirms or
denies, and the browser takes a code back to an address of this machine (RFC 8252 §7.3). For a
program on another machine, `aws login --remote`, the page shows what to paste there.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from ecrtui.sandbox.control import verification
from ecrtui.sandbox.grants import Grants
from ecrtui.sandbox.portal import Client
from ecrtui.sandbox.wire import Request, Response
from ecrtui.sandbox.world import World

PORTAL, CONSOLE = "/authorize", "/v1/authorize"
CONFIRMATION = "/v1/sessions/confirmation"
"""Where a browser goes whose program is on another machine: this very sandbox."""
_MAX_FORM = 8192
_PASSED_ON = ("client_id", "redirect_uri", "state", "code_challenge")
_PRINTABLE = re.compile(r"[\x21-\x7e]{1,2000}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_DEVTOOLS = "arn:aws:signin:::devtools/"


def is_here(address: str) -> bool:
    """Whether an address is on this machine, on whatever port."""
    if not _PRINTABLE.fullmatch(address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    except ValueError:
        return False


def answer(world: World, request: Request) -> Response:
    """The form for what a program asks (GET), or the way back to it (POST)."""
    if request.method not in ("GET", "HEAD", "POST"):
        return verification.page(405, "<p>Only GET and POST.</p>")
    fields: Mapping[str, str] = request.query
    if request.method == "POST":
        fields = dict(parse_qsl(request.body.read(_MAX_FORM).decode("utf-8", "replace")))
    grants = _grants(world, request.path, fields)
    if grants is None:
        return verification.page(400, "<p>No program that is known here asks like this.</p>")
    if request.method != "POST":
        return _form(request.path, fields)
    back = {"state": fields["state"]} if "state" in fields else {}
    if fields.get("answer") != "confirm":
        return _away(fields["redirect_uri"], back | {"error": "access_denied"})
    with world.lock:
        code = grants.give(fields["client_id"], fields["redirect_uri"], fields["code_challenge"])
    return _away(fields["redirect_uri"], back | {"code": code})


def confirmation(_world: World, request: Request) -> Response:
    """What is to be pasted where the program runs."""
    if "code" not in request.query:
        return verification.page(200, "<p><strong>Request denied.</strong></p>")
    packed = base64.b64encode(urlencode(request.query).encode()).decode()
    return verification.page(200, f"<p>Paste this where you started:</p><pre>{packed}</pre>")


def _grants(world: World, path: str, fields: Mapping[str, str]) -> Grants | None:
    """Who gives codes for a request like this; None when nobody does."""
    client_id, redirect = fields.get("client_id", ""), fields.get("redirect_uri", "")
    if not is_here(redirect) or not _CHALLENGE.fullmatch(fields.get("code_challenge", "")):
        return None
    if path == CONSOLE:
        where = {"same-device": "/oauth/callback", "cross-device": CONFIRMATION}
        fits = where.get(client_id.removeprefix(_DEVTOOLS)) == urlsplit(redirect).path
        return world.console.grants if fits and world.console.key else None
    client = world.portal.clients.get(client_id)
    return world.portal.grants if client and _registered(client, redirect) else None


def _registered(client: Client, redirect: str) -> bool:
    """Whether the client said before that its browser may go there; any port will do."""
    return _without_port(redirect) in {_without_port(each) for each in client.redirects}


def _without_port(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.hostname}{parts.path}"


def _form(path: str, fields: Mapping[str, str]) -> Response:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(fields[name])}">'
        for name in _PASSED_ON
        if name in fields
    )
    inner = (
        "<p>A program asks to sign in as you. Did you just start it?</p>"
        f'<form method="post" action="{path}">{hidden}'
        '<button name="answer" value="confirm">Allow access</button>'
        '<button name="answer" value="deny">Deny access</button></form>'
    )
    return verification.page(200, inner, leads="http://127.0.0.1:* http://localhost:*")


def _away(redirect: str, fields: dict[str, str]) -> Response:
    address = urlsplit(redirect)._replace(query=urlencode(fields), fragment="").geturl()
    return Response(303, {"Location": address, "Cache-Control": "no-store"})
