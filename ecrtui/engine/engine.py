"""One engine: asked what it holds, and for an image as an archive."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import docker
import requests
from docker.errors import APIError, DockerException
from docker.tls import TLSConfig

from ecrtui.engine.addresses import Address, address
from ecrtui.errors import EcrtuiError, EngineMissing, NotFound, RemoteError

_SECONDS = 60
"""Until an engine that says nothing has failed: exporting begins only when it has looked."""
_CHUNK = 1 << 20
_NOT_FOUND = 404
_ID = re.compile(r"(sha256:)?[0-9a-f]{64}")


class Engine:
    """The engine that is meant here; safe for several threads, nothing is asked until needed."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        """Finds and greets it; raises EngineMissing, SettingsError for a context that is none."""
        self.address = address()
        self._client = _connected(self.address, seconds)

    def version(self) -> str:
        """What answers there: `Podman Engine 4.3.1`; raises EngineMissing, RemoteError."""
        found = self._answer(self._client.version, "version")
        parts = found.get("Components")
        first = parts[0] if isinstance(parts, list) and parts else None
        told = first if isinstance(first, dict) else {"Version": found.get("Version", "")}
        name = told.get("Name", "Engine")
        return f"{'Docker Engine' if name == 'Engine' else name} {told.get('Version', '')}".strip()

    def identity(self, name: str) -> str:
        """The engine's id of an image by name, tag, digest or id; raises NotFound, RemoteError.

        `sha256:...` of its config, or of its manifest where containerd keeps the images.
        """
        found = self._answer(lambda: self._client.inspect_image(name), name).get("Id")
        if not isinstance(found, str) or _ID.fullmatch(found) is None:
            raise RemoteError(f"{name} has no id", title="The engine failed")
        return found

    def export(self, name: str) -> Iterator[bytes]:
        """The image as `docker save` writes it; raises NotFound, RemoteError."""
        try:
            with closing(self._client.get_image(name, chunk_size=_CHUNK)) as chunks:
                yield from chunks
        except APIError as failure:
            raise self._said(failure, name) from None
        except (requests.RequestException, OSError) as failure:
            raise RemoteError(
                f"{name} broke off: {type(failure).__name__}", title="The engine failed"
            ) from None

    def _answer(self, call: Callable[[], Any], name: str) -> dict[str, Any]:
        """An answer that is an object; an empty one for any other."""
        try:
            found = call()
        except APIError as failure:
            raise self._said(failure, name) from None
        except (DockerException, requests.RequestException) as failure:
            raise _unreachable(self.address, failure) from None
        return found if isinstance(found, dict) else {}

    def _said(self, failure: APIError, name: str) -> EcrtuiError:
        """What the engine says of a request."""
        if failure.status_code == _NOT_FOUND:
            return NotFound(
                f"{name} at {self.address.url}",
                title="The engine has no such image",
                hint="docker images lists those it has.",
            )
        return RemoteError(str(failure.explanation or failure), title="The engine failed")


def _connected(where: Address, seconds: float) -> Any:
    if where.url.startswith("ssh://"):
        raise EngineMissing(
            f"{where.url} ({where.source})",
            title="An engine behind ssh is not asked directly",
            hint="Bring its socket here: ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock HOST,"
            " then DOCKER_HOST=unix:///tmp/docker.sock",
        )
    if where.url.startswith("unix://"):
        _knock(where, seconds)
    try:
        return docker.APIClient(
            where.url, version="auto", timeout=seconds, tls=_tls(where), use_ssh_client=False
        )
    except (DockerException, requests.RequestException, ValueError, OSError) as failure:
        raise _unreachable(where, failure) from None


def _knock(where: Address, seconds: float) -> None:
    """Connect to a socket and hang up: the SDK does not tell why it could not."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
            asked.settimeout(seconds)
            asked.connect(where.url.removeprefix("unix://"))
    except OSError as failure:
        raise _unreachable(where, failure) from None


def _tls(where: Address) -> TLSConfig | bool:
    if where.tls is None:
        return False
    files = [str(where.tls / name) for name in ("cert.pem", "key.pem", "ca.pem")]
    return TLSConfig(
        client_cert=(files[0], files[1]),
        ca_cert=files[2] if where.verify else None,
        verify=where.verify,
    )


def _unreachable(where: Address, failure: Exception) -> EcrtuiError:
    place = f"{where.url} ({where.source})" if where.source else where.url
    if isinstance(failure, PermissionError):
        return EngineMissing(
            place,
            title="The engine may not be asked",
            hint="Join the group that owns the socket (docker), or use a rootless engine.",
        )
    if isinstance(failure, FileNotFoundError):
        return EngineMissing(place, title="There is no engine's socket")
    if isinstance(failure, ConnectionRefusedError):
        return EngineMissing(place, title="The engine does not answer: it is not running")
    reason = failure.strerror if isinstance(failure, OSError) and failure.strerror else ""
    return EngineMissing(f"{place}: {reason or type(failure).__name__}")
