"""Pages: maxResults, and nextTokens that mean nothing to whoever holds them."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from typing import Any, TypeVar

from ecrtui.sandbox.control.service import Call
from ecrtui.sandbox.refusal import invalid_parameter

T = TypeVar("T")
DEFAULT_PAGE = 100
_MAC = 12


def issue(call: Call, about: str, position: int) -> str:
    """A token for the page that begins at a position of the list `about` names."""
    data = position.to_bytes(8, "big")
    return base64.b64encode(_mac(call, about, data) + data).decode()


def position_of(call: Call, about: str) -> int:
    """Where the page asked for begins; refuses a token that was not given for this list."""
    token = call.params.get("nextToken")
    if not token:
        return 0
    try:
        raw = base64.b64decode(token, validate=True)
    except ValueError:
        raw = b""
    mac, data = raw[:_MAC], raw[_MAC:]
    if not hmac.compare_digest(mac, _mac(call, about, data)):
        raise invalid_parameter(
            "Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid pagination "
            "token'"
        )
    return int.from_bytes(data, "big")


def page(
    call: Call, about: str, items: Sequence[T], *, default: int = DEFAULT_PAGE
) -> tuple[Sequence[T], dict[str, Any]]:
    """One page of a list, and the output member that leads to the next one, if there is one."""
    start = position_of(call, about)
    stop = start + call.params.get("maxResults", default)
    more = {"nextToken": issue(call, about, stop)} if stop < len(items) else {}
    return items[start:stop], more


def not_with_pages(call: Call, member: str) -> None:
    """Refuse maxResults and nextToken beside a list of names or ids, as the API reference does."""
    for option in ("nextToken", "maxResults"):
        if option in call.params and member in call.params:
            raise invalid_parameter(
                f"Invalid parameter at '{option}' failed to satisfy constraint: "
                f"'must not be specified when {member} is specified'"
            )


def _mac(call: Call, about: str, data: bytes) -> bytes:
    scope = f"{call.key.account}/{call.region}/{about}/".encode()
    return hmac.digest(call.world.secret, scope + data, "sha256")[:_MAC]
