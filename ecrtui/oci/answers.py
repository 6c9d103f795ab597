"""What registries answer, read with care: bodies have a largest size, explanations are short."""

from __future__ import annotations

from typing import TypeAlias

import msgspec
import urllib3

from ecrtui.errors import Corrupt, RemoteError
from ecrtui.model.typed import decoded
from ecrtui.oci.manifest import LARGEST_MANIFEST

Response: TypeAlias = urllib3.BaseHTTPResponse

_LARGEST_ANSWER = LARGEST_MANIFEST


def body_of(response: Response) -> bytes:
    """A small body, whole; raises Corrupt past the size of the largest manifest."""
    try:
        body = response.read(_LARGEST_ANSWER + 1)
    except urllib3.exceptions.HTTPError as failure:
        raise RemoteError(f"the answer broke off: {type(failure).__name__}") from None
    finally:
        response.close()
    if len(body) > _LARGEST_ANSWER:
        raise Corrupt(f"more than {_LARGEST_ANSWER} bytes", title="The answer is too large")
    return body


def explanation(response: Response) -> tuple[str, str]:
    """The registry's own code and words for a failure, short; `no explanation` for none."""
    try:
        listed = decoded(response.read(4096), dict[str, list[dict[str, object]]])
        first = listed["errors"][0]
        return str(first.get("code", "")), str(first.get("message", ""))
    except (msgspec.MsgspecError, urllib3.exceptions.HTTPError, LookupError):
        return "", "no explanation"
