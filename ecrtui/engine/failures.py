"""What can go wrong between us and an engine, in our words."""

from __future__ import annotations

import grp
import os
import socket
import ssl
from collections.abc import Callable

import requests
from docker.errors import APIError, TLSParameterError

from ecrtui.engine.addresses import Address
from ecrtui.engine.sockets import start_of
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
    return RemoteError(
        f"{what} broke off: {type(failure).__name__}",
        title="The engine failed",
        hint="See whether it still runs (docker version), then try again.",
    )


def unreachable(where: Address, failure: Exception) -> EcrtuiError:
    """No answer at all, and why."""
    if isinstance(failure, APIError):
        return _answered_otherwise(where, str(failure.explanation or failure))
    cause = _cause(failure)
    for kinds, make in _REASONS:
        if isinstance(cause, kinds):
            return make(where, cause)
    reason = cause.strerror if isinstance(cause, OSError) and cause.strerror else ""
    return EngineMissing(f"{where.shown}: {reason or type(failure).__name__}")


def _answered_otherwise(where: Address, text: str) -> EngineMissing:
    """Something answers there, and not as an engine does."""
    if "HTTP request to an HTTPS server" in text:
        hint = "DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH, or a context, say how."
        return EngineMissing(where.shown, title="The engine wants TLS", hint=hint)
    return EngineMissing(f"{where.shown}: {text}", title="What answers there is no engine")


def _not_let_in(where: Address, _: BaseException) -> EngineMissing:
    group = _group(where.path)
    join = f"sudo usermod -aG {group} $USER, then log in anew" if group else "Ask who owns it"
    return EngineMissing(
        where.shown,
        title="The engine may not be asked",
        hint=f"Only the socket's owner and group may: {join}; or use a rootless engine.",
    )


def _no_socket(where: Address, _: BaseException) -> EngineMissing:
    fix = start_of(where.path) or "Start the engine that listens there"
    other = f", or choose another: {where.source} names this one" if where.source else ""
    return EngineMissing(
        where.shown, title="There is no engine's socket", hint=f"{fix.rstrip('.')}{other}."
    )


def _not_running(where: Address, _: BaseException) -> EngineMissing:
    fix = start_of(where.path) or "Start it, or name another in DOCKER_HOST."
    return EngineMissing(
        where.shown, title="The engine does not answer: it is not running", hint=fix
    )


def _no_host(where: Address, failure: BaseException) -> EngineMissing:
    reason = getattr(failure, "strerror", None) or type(failure).__name__
    return EngineMissing(
        f"{where.shown}: {reason}",
        title="The engine's host is not reached",
        hint=f"Check the network, and what {where.source or 'its address'} says.",
    )


def _distrusted(where: Address, failure: BaseException) -> EngineMissing:
    reason = getattr(failure, "verify_message", "") or getattr(failure, "reason", "") or "TLS"
    return EngineMissing(
        f"{where.shown}: {reason}",
        title="There is no trust in the engine's TLS, or none of it in ours",
        hint="ca.pem, cert.pem and key.pem for it belong into DOCKER_CERT_PATH or the context;"
        " without TLS there, unset DOCKER_TLS_VERIFY.",
    )


def _no_certificates(where: Address, _: BaseException) -> EngineMissing:
    return EngineMissing(
        f"{where.shown}: no ca.pem, cert.pem and key.pem in {where.tls}",
        title="The certificates for the engine are missing",
        hint="DOCKER_CERT_PATH names the folder that has them.",
    )


def _group(path: str) -> str:
    try:
        return grp.getgrgid(os.stat(path).st_gid).gr_name
    except (OSError, KeyError, ValueError):
        return ""


_REASONS: tuple[
    tuple[tuple[type[BaseException], ...], Callable[[Address, BaseException], EngineMissing]], ...
] = (
    ((PermissionError,), _not_let_in),
    ((FileNotFoundError,), _no_socket),
    ((ConnectionRefusedError,), _not_running),
    ((ssl.SSLError,), _distrusted),
    ((TLSParameterError,), _no_certificates),
    ((socket.gaierror, TimeoutError), _no_host),
)


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
