"""What can go wrong between us and an engine, in our words."""

from __future__ import annotations

import requests
from docker.errors import APIError

from ecrtui.engine.addresses import Address
from ecrtui.errors import EcrtuiError, EngineMissing, NotFound, RemoteError

_NOT_FOUND = 404
_LIST = {"image": "docker images", "container": "docker ps -a", "network": "docker network ls"}


def said(where: Address, failure: APIError, what: str, kind: str = "image") -> EcrtuiError:
    """What the engine says of a request about one thing."""
    if failure.status_code == _NOT_FOUND:
        return NotFound(
            f"{what} at {where.url}",
            title=f"The engine has no such {kind}",
            hint=f"{_LIST.get(kind, 'docker')} lists those it has.",
        )
    return RemoteError(str(failure.explanation or failure), title="The engine failed")


def broken_off(what: str, failure: Exception) -> RemoteError:
    """A stream that ended before its end."""
    return RemoteError(f"{what} broke off: {type(failure).__name__}", title="The engine failed")


def unreachable(where: Address, failure: Exception) -> EcrtuiError:
    """No answer at all, and why."""
    place = f"{where.url} ({where.source})" if where.source else where.url
    cause = _cause(failure)
    if isinstance(cause, PermissionError):
        return EngineMissing(
            place,
            title="The engine may not be asked",
            hint="Join the group that owns the socket (docker), or use a rootless engine.",
        )
    if isinstance(cause, FileNotFoundError):
        return EngineMissing(place, title="There is no engine's socket")
    if isinstance(cause, ConnectionRefusedError):
        return EngineMissing(place, title="The engine does not answer: it is not running")
    reason = cause.strerror if isinstance(cause, OSError) and cause.strerror else ""
    return EngineMissing(f"{place}: {reason or type(failure).__name__}")


def _cause(failure: BaseException) -> BaseException:
    """The operating system's error below what the libraries made of it."""
    seen = failure
    for _ in range(8):
        if isinstance(seen, OSError) and not isinstance(seen, requests.RequestException):
            return seen
        below = seen.__cause__ or seen.__context__
        if below is None:
            return failure
        seen = below
    return failure
