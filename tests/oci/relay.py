"""A line to a server that breaks when a test wants it to."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator


class Line:
    """Carries bytes both ways; `cuts` are how many bytes of a PATCH pass before the line breaks,
    one for each that is to break."""

    def __init__(self, netloc: str) -> None:
        self.netloc = netloc
        self.cuts: list[int] = []
        self.broken = 0

    def serve(self, server: socket.socket, to: str) -> None:
        """Take connections until the socket is closed."""
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            host, _, port = to.partition(":")
            upstream = socket.create_connection((host, int(port)))
            for work in (self._there, self._back):
                threading.Thread(target=work, args=(client, upstream), daemon=True).start()

    def _there(self, client: socket.socket, upstream: socket.socket) -> None:
        left: int | None = None
        with contextlib.suppress(OSError):
            while data := client.recv(1 << 16):
                if left is None and data.startswith(b"PATCH ") and self.cuts:
                    left = self.cuts.pop(0)
                if left is not None:
                    data = data[:left]
                    left -= len(data)
                upstream.sendall(data)
                if left == 0:
                    self.broken += 1
                    break
        _close(client, upstream)

    def _back(self, client: socket.socket, upstream: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := upstream.recv(1 << 16):
                client.sendall(data)
        _close(client, upstream)


def _close(*sockets: socket.socket) -> None:
    for one in sockets:
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


@contextlib.contextmanager
def line(to: str) -> Iterator[Line]:
    """A line to `host:port`."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = Line(f"127.0.0.1:{server.getsockname()[1]}")
        threading.Thread(target=made.serve, args=(server, to), daemon=True).start()
        try:
            yield made
        finally:
            # On Linux a thread in accept() only wakes from a shutdown.
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
