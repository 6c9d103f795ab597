"""Signature Version 4: whether a request was signed with its key's secret, and lately."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from datetime import datetime, timedelta, timezone
from urllib.parse import quote, urlsplit

from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.wire import Request
from ecrtui.sandbox.world import World

_PARTS = re.compile(
    r"Credential=[^/,\s]+/(?P<scope>[^,\s]+),\s*SignedHeaders=(?P<headers>[^,\s]+),\s*"
    r"Signature=(?P<signature>[0-9a-f]+)"
)
_FORM = "%Y%m%dT%H%M%SZ"
_MINUTES = 5
_WRONG = (
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details."
)


def check_signature(world: World, request: Request, body: bytes, key: AccessKey) -> None:
    """Refuse a request that another secret signed, or at another time, as services word it."""
    parts = _PARTS.search(request.header("Authorization"))
    date = request.header("X-Amz-Date")
    if parts is None or not parts["scope"].startswith(date[:8]):
        raise _refused(_WRONG)
    _lately(date, time.time() + world.clock_ahead)
    text = "\n".join(("AWS4-HMAC-SHA256", date, parts["scope"], _canonical(request, parts, body)))
    signature = hmac.new(_signing_key(key.secret, parts["scope"]), text.encode(), "sha256")
    if not hmac.compare_digest(signature.hexdigest(), parts["signature"]):
        raise _refused(_WRONG)


def _lately(date: str, now: float) -> None:
    try:
        signed = datetime.strptime(date, _FORM).replace(tzinfo=timezone.utc)
    except ValueError:
        raise _refused(_WRONG) from None
    present, margin = datetime.fromtimestamp(now, tz=timezone.utc), timedelta(minutes=_MINUTES)
    told = present.strftime(_FORM)
    if signed < present - margin:
        limit = (present - margin).strftime(_FORM)
        raise _refused(
            f"Signature expired: {date} is now earlier than {limit} ({told} - {_MINUTES} min.)"
        )
    if signed > present + margin:
        limit = (present + margin).strftime(_FORM)
        raise _refused(
            f"Signature not yet current: {date} is still later than {limit} "
            f"({told} + {_MINUTES} min.)"
        )


def _canonical(request: Request, parts: re.Match[str], body: bytes) -> str:
    """The hash of the request in its one form (IAM user guide, create a canonical request)."""
    names = parts["headers"].split(";")
    headers = [f"{name}:{' '.join(request.header(name).split())}" for name in names]
    query = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, value in request.query.items()
    )
    path, payload = urlsplit(request.target).path, hashlib.sha256(body).hexdigest()
    if parts["scope"].split("/")[2] == "s3":
        # Its paths are not encoded once more, and it says itself what was hashed.
        payload = request.header("X-Amz-Content-Sha256")
    else:
        path = quote(path, safe="/-_.~")
    lines = (
        request.method,
        path,
        "&".join(f"{name}={value}" for name, value in query),
        *headers,
        "",
        parts["headers"],
        payload,
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _signing_key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _refused(message: str) -> Refusal:
    return Refusal("InvalidSignatureException", message)
