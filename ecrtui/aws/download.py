"""Blobs of a private registry: pre-signed URLs from ECR, bytes from S3 with urllib3.

The URL is the permission: no Authorization header goes with it (S3 refuses two), and it is never
shown or logged. A 403 means that it ran out, and a new one is asked for once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import urllib3

from ecrtui import __version__
from ecrtui.errors import NotFound, RemoteError, Unreachable

CHUNK = 1 << 18
_TIMEOUT = urllib3.Timeout(connect=5, read=20)


class Downloads:
    """Streams blobs from URLs that `locate` makes for a digest."""

    def __init__(self, locate: Callable[[str], str], pool: urllib3.PoolManager) -> None:
        self._locate = locate
        self._pool = pool

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
        if response.status == 404:
            raise NotFound(digest, title="The blob is not there")
        raise RemoteError(f"the download of {digest} answered HTTP {response.status}")

    def _get(self, url: str, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
        try:
            return self._pool.request(
                "GET", url, headers=headers, preload_content=False, redirect=True, timeout=_TIMEOUT
            )
        except urllib3.exceptions.HTTPError as failure:
            # The message would hold the pre-signed URL.
            raise Unreachable(f"blob storage: {type(failure).__name__}") from None


def _headers(offset: int, length: int | None) -> dict[str, str]:
    headers = {"User-Agent": f"ecrtui/{__version__}", "Accept-Encoding": "identity"}
    if offset or length is not None:
        end = "" if length is None else str(offset + length - 1)
        headers["Range"] = f"bytes={offset}-{end}"
    return headers
