"""The page on which a person confirms a device code, at the address that the code's answer names.

It is one form without a script. Nobody has to say who they are: whoever reaches the page is the
portal's user.
"""

from __future__ import annotations

from html import escape
from urllib.parse import parse_qs

from ecrtui.sandbox.wire import Request, Response
from ecrtui.sandbox.world import World

PATH = "/start/device"
_MAX_FORM = 4096
_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem}"
    "input{font:inherit;letter-spacing:.2em;text-transform:uppercase;width:10em}"
    "button{font:inherit;margin:1rem 1rem 0 0;padding:.3rem 1rem}"
)


def answer(world: World, request: Request) -> Response:
    """The page with the code of the query in it (GET), or what became of the answer (POST)."""
    if request.method in ("GET", "HEAD"):
        return page(200, _form(world, request.query.get("user_code", "")))
    if request.method != "POST":
        return page(405, "<p>Only GET and POST.</p>")
    fields = parse_qs(request.body.read(_MAX_FORM).decode("utf-8", "replace"))
    code, said = (fields.get(name, [""])[0] for name in ("user_code", "answer"))
    act = {"confirm": world.portal.confirm, "deny": world.portal.deny}.get(said)
    if act is None:
        return page(400, "<p>Confirm or deny.</p>")
    try:
        with world.lock:
            act(code)
    except LookupError:
        told = "<p>No such code waits: it was answered, it has expired, or it was mistyped.</p>"
        return page(404, told + _form(world, ""))
    done = "Request approved" if said == "confirm" else "Request denied"
    return page(200, f"<p><strong>{done}.</strong> You can close this page.</p>")


def _form(world: World, code: str) -> str:
    after = world.portal.confirms_after
    alone = (
        "" if after is None else f"<p>In this sandbox a code confirms itself after {after:g} s.</p>"
    )
    return (
        "<p>A program asks to sign in as you. Does it show this code?</p>"
        f'<form method="post" action="{PATH}">'
        f'<input name="user_code" aria-label="Code" value="{escape(code[:32])}">'
        '<br><button name="answer" value="confirm">Confirm and continue</button>'
        '<button name="answer" value="deny">Deny access</button></form>' + alone
    )


def page(status: int, inner: str, *, leads: str = "") -> Response:
    """A page of the portal; its form may lead to `leads` too."""
    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Sign in to the sandbox</title><style>{_STYLE}</style>"
        f"<h1>Sandbox: authorization requested</h1>{inner}</html>"
    )
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
        f"form-action 'self' {leads}; frame-ancestors 'none'",
        "Cache-Control": "no-store",
    }
    return Response(status, headers, text.encode())
