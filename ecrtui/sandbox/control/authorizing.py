"""The page of sign-ins by a browser on the same machine: OAuth's authorization code with PKCE.

The browser comes with what the program asks (RFC 6749 §4.1.1, RFC 7636), a person confirms or
denies, and the browser takes a code back to an address of this machine (RFC 8252 §7.3).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from ecrtui.sandbox.control import verification
from ecrtui.sandbox.portal import Client
from ecrtui.sandbox.wire import Request, Response
from ecrtui.sandbox.world import World

PATH = "/authorize"
_MAX_FORM = 8192
_PASSED_ON = ("client_id", "redirect_uri", "state", "code_challenge")
_PRINTABLE = re.compile(r"[\x21-\x7e]{1,2000}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


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
    client = world.portal.clients.get(fields.get("client_id", ""))
    if client is None or not _fits(client, fields):
        return verification.page(400, "<p>No program that the portal knows asks like this.</p>")
    if request.method != "POST":
        return _form(fields)
    back = {"state": fields["state"]} if "state" in fields else {}
    if fields.get("answer") == "confirm":
        with world.lock:
            code = world.portal.grant(client, fields["redirect_uri"], fields["code_challenge"])
        return _away(fields["redirect_uri"], back | {"code": code})
    return _away(fields["redirect_uri"], back | {"error": "access_denied"})


def _fits(client: Client, fields: Mapping[str, str]) -> bool:
    """Whether the client said before that its browser may go there; any port will do."""
    redirect = fields.get("redirect_uri", "")
    known = {_without_port(each) for each in client.redirects}
    return (
        is_here(redirect)
        and _without_port(redirect) in known
        and _CHALLENGE.fullmatch(fields.get("code_challenge", "")) is not None
    )


def _without_port(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.hostname}{parts.path}"


def _form(fields: Mapping[str, str]) -> Response:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(fields[name])}">'
        for name in _PASSED_ON
        if name in fields
    )
    inner = (
        "<p>A program on this machine asks to sign in as you. Did you just start it?</p>"
        f'<form method="post" action="{PATH}">{hidden}'
        '<button name="answer" value="confirm">Allow access</button>'
        '<button name="answer" value="deny">Deny access</button></form>'
    )
    return verification.page(200, inner, leads="http://127.0.0.1:* http://localhost:*")


def _away(redirect: str, fields: dict[str, str]) -> Response:
    address = urlsplit(redirect)._replace(query=urlencode(fields), fragment="").geturl()
    return Response(302, {"Location": address, "Cache-Control": "no-store"})
