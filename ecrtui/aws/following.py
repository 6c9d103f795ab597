"""Lists of services that name their pages' tokens in ways of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ecrtui.aws.calls import Calls
from ecrtui.errors import RemoteError


class Tokens(NamedTuple):
    """What a list calls the token of the next page, where it is given and where it is asked."""

    answered: str
    asked: str


LOWER = Tokens("nextToken", "nextToken")
UPPER = Tokens("NextToken", "NextToken")
MARKER = Tokens("NextMarker", "Marker")


def rows(
    calls: Calls, operation: str, key: str, tokens: Tokens = LOWER, **parameters: Any
) -> Iterator[Any]:
    """All items of a list as they are decoded, whatever its pages."""
    token: str | None = None
    while True:
        more = {tokens.asked: token} if token else {}
        answer = calls.call(operation, **parameters, **more)
        yield from answer.get(key) or ()
        following = answer.get(tokens.answered)
        if following is not None and following == token:
            raise RemoteError(f"{operation} answers the same page again and again")
        token = following
        if not token:
            return
