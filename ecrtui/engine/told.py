"""What an engine says of a registry, or of itself, as our errors.

The words are those of moby's `distribution` and `registry` packages, of containerd's resolver, of
containers/image, and of Go's net, tls and x509, which all of them hand through.
"""

from __future__ import annotations

from collections.abc import Callable

from ecrtui.errors import (
    Corrupt,
    EcrtuiError,
    EngineCannotReach,
    LocalPartMissing,
    NotAllowed,
    NotFound,
    RemoteError,
    SessionExpired,
    Throttled,
)

_PRUNE = "Make room where the engine is: docker system df shows what takes it."


def told(message: str) -> EcrtuiError:
    """The error that a message of an engine's is; the message stays its detail."""
    low = message.lower()
    for words, make in _MEANINGS:
        if any(word in low for word in words):
            return make(message)
    return RemoteError(message, title="The engine failed")


def _full(message: str) -> EcrtuiError:
    return LocalPartMissing(message, title="The engine's disk is full", hint=_PRUNE)


def _no_platform(message: str) -> EcrtuiError:
    return NotFound(message, title="The image is not there for this platform")


def _denied(message: str) -> EcrtuiError:
    return NotAllowed(message, title="The registry refused the engine")


def _broken(message: str) -> EcrtuiError:
    again = "Try again: the engine keeps the layers that it has whole."
    return RemoteError(message, title="The engine's download broke off", hint=again)


_MEANINGS: tuple[tuple[tuple[str, ...], Callable[[str], EcrtuiError]], ...] = (
    (("no space left on device", "disk quota exceeded"), _full),
    (("toomanyrequests", "too many requests", "rate exceeded"), Throttled),
    (
        (
            "server gave http response to https client",
            "x509:",
            "tls: ",
            "certificate",
            "connection refused",
            "no such host",
            "server misbehaving",
            "no route to host",
            "network is unreachable",
            "i/o timeout",
            "client.timeout exceeded",
            "context deadline exceeded",
            "proxyconnect",
        ),
        EngineCannotReach,
    ),
    (
        ("no matching manifest", "no image found in image index", "no image found in manifest"),
        _no_platform,
    ),
    (("token has expired", "token included in the request is expired"), SessionExpired),
    (
        (
            "denied",
            "unauthorized",
            "no basic auth credentials",
            "authentication required",
            "403 forbidden",
        ),
        _denied,
    ),
    (("manifest unknown", "name unknown", "not found"), NotFound),
    (
        ("verification failed", "does not match expected", "unexpected commit digest", "mismatch"),
        Corrupt,
    ),
    (("unexpected eof", "connection reset by peer", "download failed after"), _broken),
)
