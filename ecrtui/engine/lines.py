"""The sockets under one client, kept so that whoever is blocked on them can be woken.

requests gives no way to end a call that another thread waits in; a socket that is shut down does.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import weakref
from typing import Any

import requests.adapters
from docker.transport import UnixHTTPAdapter


class Lines:
    """The open sockets of one client; `hang_up` may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self.hung_up = False

    def add(self, line: socket.socket) -> None:
        """Keep a socket, or end it at once when all were ended before."""
        with self._lock:
            self._sockets.add(line)
            late = self.hung_up
        if late:
            _shut(line)

    def hang_up(self) -> None:
        """End every socket, and every one to come."""
        with self._lock:
            self.hung_up = True
            lines = list(self._sockets)
        for line in lines:
            _shut(line)


def _shut(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


class _Tracking:
    """A mixin of requests' adapters: every connection of theirs tells its socket."""

    lines: Lines

    def get_connection_with_tls_context(self, *args: Any, **named: Any) -> Any:
        """The pool for a request, whose connections are watched from now on."""
        pool = super().get_connection_with_tls_context(*args, **named)  # type: ignore[misc]
        if not hasattr(pool, "ecrtui_watched"):
            pool.ecrtui_watched = True
            pool._new_conn = _watched(pool._new_conn, self.lines)
        return pool


def _watched(make: Any, lines: Lines) -> Any:
    def made() -> Any:
        connection = make()
        connect = connection.connect

        def connected() -> None:
            connect()
            lines.add(connection.sock)

        connection.connect = connected
        return connection

    return made


class OnUnix(_Tracking, UnixHTTPAdapter):  # type: ignore[misc]
    """Docker's API on a Unix socket."""


class OnNetwork(_Tracking, requests.adapters.HTTPAdapter):
    """Docker's API over TCP, with or without TLS."""

    trust: str | bool | None = None
    """The engine's authority, a file: REQUESTS_CA_BUNDLE would come before the client's own."""

    def send(self, request: Any, *args: Any, **named: Any) -> Any:
        """Send a request, trusting whom the engine's address says."""
        if self.trust is not None:
            named["verify"] = self.trust
        return super().send(request, *args, **named)
