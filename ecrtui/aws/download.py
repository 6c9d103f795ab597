"""Blobs of a private registry: pre-signed URLs from ECR, bytes from S3 with urllib3.

The URL is the permission: no Authorization header goes with it (S3 refuses two), and it is never
shown or logged. A 403 means that it ran out, and a new one is asked for once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import urllib3

from ecrtui.errors import NotAllowed, NotFound, RemoteError, Unreachable

CHUNK = 1 << 18
_BUCKET = (
    "In a private network the policy of the S3 endpoint has to allow s3:GetObject on "
    "arn:aws:s3:::prod-REGION-starport-layer-bucket/*"
)
"""ECR's user guide, interface VPC endpoints: the least that S3's endpoint must allow."""
Fetch = Callable[[str, dict[str, str]], urllib3.BaseHTTPResponse]
"""GETs an address with some headers; given by whoever knows the proxies."""


class Downloads:
    """Streams blobs from URLs that `locate` makes for a digest."""

    def __init__(self, locate: Callable[[str], str], fetch: Fetch) -> None:
        self._locate = locate
        self._fetch = fetch

    def stream(self, digest: str, *, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The blob's bytes, or a range of them, in chunks of at most CHUNK."""
        response = self._open(digest, offset, length)
        try:
            yield from response.stream(CHUNK, decode_content=False)
        except urllib3.exceptions.HTTPError as failure:
            raise RemoteError(
                f"the download of {digest} broke off: {type(failure).__name__}"
            ) from None
        finally:
            response.close()

    def _open(self, digest: str, offset: int, length: int | None) -> urllib3.BaseHTTPResponse:
        headers = _headers(offset, length)
        response = self._get(self._locate(digest), headers)
        if response.status == 403:
            response.close()
            response = self._get(self._locate(digest), headers)
        ranged = "Range" in headers
        if response.status == (206 if ranged else 200):
            return response
        response.close()
        if response.status == 403:
            raise NotAllowed(
                f"{digest}: HTTP 403", title="The bucket with the layers refuses", hint=_BUCKET
            )
        if response.status == 404:
            raise NotFound(digest, title="The blob is not there")
        raise RemoteError(f"the download of {digest} answered HTTP {response.status}")

    def _get(self, url: str, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
        try:
            return self._fetch(url, headers)
        except urllib3.exceptions.HTTPError as failure:
            # The message would hold the pre-signed URL.
            raise Unreachable(f"blob storage: {type(failure).__name__}") from None


def _headers(offset: int, length: int | None) -> dict[str, str]:
    if not offset and length is None:
        return {}
    end = "" if length is None else str(offset + length - 1)
    return {"Range": f"bytes={offset}-{end}"}
