"""Pre-signed URLs for layers, as S3 signs the ones ECR hands out.

One signing and one checking function, used by the registry API's 307 redirects and by
GetDownloadUrlForLayer. They live on real time, whatever the clock of the world says.

The URLs name ``localhost`` where the registry names ``127.0.0.1``: real layers come from another
host than the registry, and HTTP clients (Go's among them) drop the Authorization header only when
the host name changes. The bucket refuses a request that still carries one, as S3 does.
"""

from __future__ import annotations

import calendar
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode

from ecrtui.sandbox.distribution.secret import matches, sign
from ecrtui.sandbox.made import secret

BUCKET = "/prod-starport-layer-bucket/"
LIFETIME_SECONDS = 3600
_STAMP = "%Y%m%dT%H%M%SZ"
_ONE_AUTH = (
    "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, "
    "Signature query string parameter or the Authorization header should be specified"
)


@dataclass(frozen=True)
class LayerObject:
    """Where a layer lies in the bucket: whose registry, which repository, which digest.

    The account is ``public`` for a repository of the public gallery (``alias/name``).
    """

    account: str
    region: str
    repository: str
    digest: str

    @property
    def path(self) -> str:
        """The URL path, each part quoted."""
        place = f"{self.account}/{self.region}/{self.repository}/{self.digest}"
        return BUCKET + quote(place, safe="/:")


class Refused(Exception):
    """The bucket refuses; ``status``, ``code`` and ``message`` as S3 words them."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def sign_layer_url(host: str, layer: LayerObject, *, lifetime: int = LIFETIME_SECONDS) -> str:
    """A URL that GETs ``layer`` for ``lifetime`` seconds; ``host`` is the registry's host:port."""
    query = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"sandbox/{layer.region}/s3/aws4_request",
        "X-Amz-Date": time.strftime(_STAMP, time.gmtime()),
        "X-Amz-Expires": str(lifetime),
        "X-Amz-Security-Token": secret(160),
        "X-Amz-SignedHeaders": "host",
    }
    query["X-Amz-Signature"] = sign(_text("GET", layer.path, query))
    host = host.replace("127.0.0.1", "localhost")
    return f"http://{host}{layer.path}?{urlencode(query)}"


def check_layer_request(method: str, target: str, headers: Mapping[str, str]) -> LayerObject:
    """The layer that a request to a signed URL may read; Refused otherwise.

    ``target`` is the path and query as sent.
    """
    path, _, query = target.partition("?")
    given = dict(parse_qsl(query))
    signature = given.pop("X-Amz-Signature", "")
    if headers.get("Authorization"):
        raise Refused(400, "InvalidArgument", _ONE_AUTH)
    if not signature:
        raise Refused(403, "AccessDenied", "Access Denied")
    if not matches(signature, _text(method, path, given)):
        raise Refused(
            403,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method.",
        )
    if time.time() > _signed_at(given) + int(given["X-Amz-Expires"]):
        raise Refused(403, "AccessDenied", "Request has expired")
    account, region, rest = unquote(path[len(BUCKET) :]).split("/", 2)
    repository, _, digest = rest.rpartition("/")
    return LayerObject(account, region, repository, digest)


def _text(method: str, path: str, query: Mapping[str, str]) -> str:
    """What is signed: method, path and every query parameter but the signature itself."""
    return "\n".join([method, path, urlencode(sorted(query.items()))])


def _signed_at(query: Mapping[str, str]) -> float:
    return calendar.timegm(time.strptime(query["X-Amz-Date"], _STAMP))
