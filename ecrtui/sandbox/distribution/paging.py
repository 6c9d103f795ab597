"""Pages of tags/list and _catalog: ECR's sizes and its opaque `last`, the next page in Link."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from ecrtui.sandbox.distribution.answers import answer, unsupported
from ecrtui.sandbox.distribution.secret import matches, sign
from ecrtui.sandbox.wire import Request, Response

_PAGE = 100
_LARGEST_PAGE = 1000
# A Go HTTP server's guess at a body it is not told the type of; JSON all the same.
_TEXT = "text/plain; charset=utf-8"


def page(
    rows: Iterable[tuple[str, str]], request: Request, host: str, member: str, **more: Any
) -> Response:
    """One page of names as `member`; `rows` are names from the page's start, each with its place.

    A place is what `start` answers for the page that begins there. `more` stands before the names.
    """
    asked = request.query.get("n")
    size = _size(asked)
    found = list(islice(rows, size + 1))
    response = answer(200, {**more, member: [name for name, _ in found[:size]]})
    if len(found) > size:
        query = {"last": _token(request.path, found[size][1])} | ({"n": asked} if asked else {})
        target = f"http://{host}{request.path}?{urlencode(query)}"
        response.headers["Link"] = f'<{target}>; rel="next"'
    response.headers["Content-Type"] = _TEXT
    return response


def start(request: Request, first: str) -> str:
    """The place where the page begins: `last` is a token of this list, never a name."""
    last = request.query.get("last")
    if not last:
        return first
    try:
        place, _, signature = base64.urlsafe_b64decode(last).decode().partition(":")
    except ValueError:
        place, signature = "", ""
    if not matches(signature, _signed(request.path, place)):
        raise unsupported(
            "Invalid parameter at 'NextToken' failed to satisfy constraint: "
            "'Invalid next token provided'"
        )
    return place


def _size(asked: str | None) -> int:
    if asked is None:
        return _PAGE
    number = int(asked) if asked.isascii() and asked.isdigit() else 0
    if 1 <= number <= _LARGEST_PAGE:
        return number
    bound = "greater than or equal to 1" if number < 1 else "less than or equal to 1000"
    raise unsupported(
        "Invalid parameter at 'maxResults' failed to satisfy constraint: "
        f"'Member must have value {bound}'"
    )


def _token(path: str, place: str) -> str:
    text = f"{place}:{sign(_signed(path, place))}"
    return base64.urlsafe_b64encode(text.encode()).decode()


def _signed(path: str, place: str) -> str:
    return f"{path}\n{place}"
