"""A line to an engine: one client for one thread, failures in our words, and a way to hang up."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import docker
import requests
import urllib3
from docker.errors import APIError, DockerException
from docker.tls import TLSConfig

from ecrtui.engine import tunnel
from ecrtui.engine.addresses import Address
from ecrtui.engine.failures import broken_off, said, unreachable
from ecrtui.engine.lines import Lines, OnNetwork, OnUnix
from ecrtui.errors import EngineMissing, GivenUp

T = TypeVar("T")

SECONDS = 60.0
"""Until an engine that says nothing has failed: exporting begins only when it has looked."""
_OLDEST = (1, 32)
"""Docker 17.09: the first that pulls for a platform."""
_NEWEST = (1, 51)
"""Docker 28: what is asked for here is known to be answered so."""
_VERSION = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})")
_FAILURES = (DockerException, requests.RequestException, urllib3.exceptions.HTTPError, OSError)


class Connection:
    """One engine, asked by one thread; `hang_up` may be called from any other.

    Whoever waits in a call when it is hung up gets GivenUp, and so does every later call.
    """

    def __init__(self, where: Address, seconds: float = SECONDS) -> None:
        """Connects and greets; raises EngineMissing."""
        self.address = where
        self._seconds = seconds
        self._lines = Lines()
        self._path = where.path
        self.client = self._greeted()
        """The SDK's low-level client, for calls inside `answered` and `streamed`."""

    def answered(self, call: Callable[[], T], what: str, kind: str = "image") -> T:
        """What a call answers; raises NotFound, RemoteError, EngineMissing, GivenUp.

        `what` is the thing it is about, for the error; `kind` is `image`, `container` ...
        """
        try:
            return call()
        except APIError as failure:
            raise said(self.address, failure, what, kind) from None
        except _FAILURES as failure:
            self._check()
            raise unreachable(self.address, failure) from None

    @contextmanager
    def streamed(self, what: str, kind: str = "image") -> Iterator[None]:
        """Around the reading or sending of a stream; raises NotFound, RemoteError, GivenUp."""
        try:
            yield
        except APIError as failure:
            raise said(self.address, failure, what, kind) from None
        except _FAILURES as failure:
            self._check()
            raise broken_off(what, failure) from None

    def hang_up(self) -> None:
        """End whatever is under way, and this connection with it."""
        self._lines.hang_up()

    def close(self) -> None:
        """Let go of its sockets."""
        self.client.close()

    def _check(self) -> None:
        if self._lines.hung_up:
            raise GivenUp

    def _greeted(self) -> Any:
        if self.address.url.startswith("ssh://"):
            self._path = str(tunnel.socket_of(self.address, self._seconds))
        elif self._path:
            self._knock()
        told = self._told_version()
        newest, oldest = _version(told.get("ApiVersion")), _version(told.get("MinAPIVersion"))
        place = f"{self.address.url} speaks API {told.get('ApiVersion')}"
        if newest is None:
            raise EngineMissing(f"{self.address.url} is no engine: it tells no version")
        if newest < _OLDEST:
            hint = "Update Docker or Podman there, or ask another with DOCKER_HOST."
            raise EngineMissing(place, title="The engine is too old", hint=hint)
        if oldest is not None and oldest > _NEWEST:
            hint = "A newer ecrtui may know it."
            raise EngineMissing(place, title="The engine is too new", hint=hint)
        return self._made(min(newest, _NEWEST))

    def _told_version(self) -> dict[str, Any]:
        try:
            client = self._made(_OLDEST)
            found = client.version(api_version=False)
            client.close()
        except (*_FAILURES, ValueError) as failure:
            self._check()
            if self.address.url.startswith("ssh://"):
                raise tunnel.behind(self.address) from None
            raise unreachable(self.address, failure) from None
        return found if isinstance(found, dict) else {}

    def _made(self, version: tuple[int, int]) -> Any:
        where = self.address
        client = docker.APIClient(
            f"unix://{self._path}" if self._path else where.url,
            version=f"{version[0]}.{version[1]}",
            timeout=self._seconds,
            tls=_tls(where),
            use_ssh_client=False,
        )
        if self._path:
            unix = OnUnix(f"http+unix://{self._path}", self._seconds)
            unix.lines = self._lines
            client.mount("http+docker://", unix)
        else:
            for scheme in ("http://", "https://"):
                network = OnNetwork()
                network.lines = self._lines
                network.trust = client.verify if where.tls is not None else None
                client.mount(scheme, network)
        return client

    def _knock(self) -> None:
        """Connect to a socket and hang up: the SDK does not tell why it could not."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
                asked.settimeout(self._seconds)
                asked.connect(self._path)
        except OSError as failure:
            raise unreachable(self.address, failure) from None


def _version(text: object) -> tuple[int, int] | None:
    """The two numbers of an API's version; None for what is none."""
    found = _VERSION.fullmatch(text) if isinstance(text, str) else None
    return (int(found[1]), int(found[2])) if found else None


def _tls(where: Address) -> TLSConfig | bool:
    if where.tls is None:
        return False
    files = [str(where.tls / name) for name in ("cert.pem", "key.pem", "ca.pem")]
    return TLSConfig(
        client_cert=(files[0], files[1]),
        ca_cert=files[2] if where.verify else None,
        verify=where.verify,
    )
