"""HTTP to registries and to the buckets behind them, by the environment's proxies and certificates.

The proxy is chosen for each address, as botocore and curl do: NO_PROXY keeps local endpoints and
VPC endpoints direct.
"""

from __future__ import annotations

import functools
import os
import ssl
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from ecrtui import __version__
from ecrtui.errors import SettingsError

_TIMEOUT = urllib3.Timeout(connect=5, read=20)
_TIMEOUTS = {"PUT": urllib3.Timeout(connect=5, read=300)}
"""Of what a registry answers only when it has looked at all of a large layer."""
_TIMEOUT_OF_BODIES = urllib3.Timeout(connect=60, read=300)
"""The first is for each piece that is sent, too."""
_RETRIES = urllib3.Retry(3, respect_retry_after_header=False)
"""Of connections that fail. How long to wait for a registry that wants it is not urllib3's to say:
it would sleep for hours, and nobody could stop it."""
_AT_ONCE = 8
_REST = 1 << 16
"""Bytes of an answer that nobody wants, which are read to use its connection once more."""


class Connections:
    """Pools of connections, one for each proxy; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pools: dict[str, urllib3.PoolManager] = {}

    def get(
        self, url: str, headers: dict[str, str], *, redirect: bool = False, method: str = "GET"
    ) -> urllib3.BaseHTTPResponse:
        """GET (or HEAD) an address as it is stored there; the body is not read yet.

        Raises urllib3's HTTPError, whose text may hold the address: it is for nobody's eyes.
        """
        return self._pool(proxy_for(url)).request(
            method,
            url,
            headers=_with_ours(headers),
            preload_content=False,
            redirect=redirect,
            retries=_RETRIES,
            timeout=_TIMEOUT,
        )

    def send(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes | Iterator[bytes] | None = None,
    ) -> urllib3.BaseHTTPResponse:
        """Any request, also with a body, which is sent once: tried again by nobody below us.

        Without a Content-Length a body in pieces is sent in chunks. Raises urllib3's HTTPError,
        and what a body in pieces raises, whose connection is closed then.
        """
        if body is None and method in ("GET", "HEAD"):
            return self.get(url, headers, method=method)
        return self._pool(proxy_for(url)).request(
            method,
            url,
            body=body,
            headers=_with_ours(headers),
            preload_content=False,
            redirect=False,
            retries=False,
            timeout=_TIMEOUT_OF_BODIES if body else _TIMEOUTS.get(method, _TIMEOUT),
        )

    def _pool(self, proxy: str) -> urllib3.PoolManager:
        with self._lock:
            if proxy not in self._pools:
                self._pools[proxy] = _made(proxy)
            return self._pools[proxy]


def let_go(response: urllib3.BaseHTTPResponse) -> None:
    """Be done with an answer: its connection is kept when its end is near, else closed."""
    try:
        if len(response.read(_REST, decode_content=False)) == _REST:
            response.close()
    except urllib3.exceptions.HTTPError:
        response.close()


def _with_ours(headers: dict[str, str]) -> dict[str, str]:
    return {"User-Agent": f"ecrtui/{__version__}", "Accept-Encoding": "identity", **headers}


@functools.lru_cache(maxsize=1)
def shared() -> Connections:
    """The connections of this run."""
    return Connections()


def proxy_for(url: str) -> str:
    """The proxy an address is reached by, '' for none."""
    try:
        where = urlsplit(url)
        direct = proxy_bypass(where.netloc.rpartition("@")[2])
    except ValueError:
        return ""
    found = getproxies()
    chosen = "" if direct else found.get(where.scheme) or found.get("all") or ""
    return chosen if "://" in chosen or not chosen else f"http://{chosen}"


def _made(proxy: str) -> urllib3.PoolManager:
    context = _trust()
    if not proxy:
        return urllib3.PoolManager(ssl_context=context, maxsize=_AT_ONCE)
    login = urllib3.util.parse_url(proxy).auth
    headers = urllib3.util.make_headers(proxy_basic_auth=login) if login else None
    return urllib3.ProxyManager(proxy, ssl_context=context, maxsize=_AT_ONCE, proxy_headers=headers)


def _trust() -> ssl.SSLContext:
    """Whom to trust: AWS_CA_BUNDLE, else the system."""
    bundle = os.environ.get("AWS_CA_BUNDLE") or None
    try:
        return ssl.create_default_context(cafile=bundle)
    except OSError as failure:  # ssl.SSLError is one
        raise SettingsError(
            f"{bundle}: {failure}", title="AWS_CA_BUNDLE cannot be used", hint="Name a PEM file."
        ) from None
