"""A registry that answers whatever a test wants, and keeps what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

Answer = tuple[int, dict[str, str], bytes]


class Asked(NamedTuple):
    """One request."""

    path: str
    authorization: str
    agent: str
    headers: Mapping[str, str]
    """By names in lower case."""
    body: bytes = b""


class Host:
    """A server on loopback: `netloc` to reach it, `asked` in order."""

    def __init__(self, netloc: str) -> None:
        self.netloc = netloc
        self.asked: list[Asked] = []


@contextmanager
def host(answer: Callable[[str], Answer]) -> Iterator[Host]:
    """A running server whose answers are `answer(path)`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def do_GET(self) -> None:
            self._answer(b"")

        def _answer(self, sent: bytes) -> None:
            headers = self.headers
            running.asked.append(
                Asked(
                    self.path,
                    headers.get("Authorization", ""),
                    headers.get("User-Agent", ""),
                    _lower(dict(headers)),
                    sent,
                )
            )
            status, more, body = answer(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_PUT(self) -> None:
            self.do_POST()

        def do_PATCH(self) -> None:
            self.do_POST()

        def do_DELETE(self) -> None:
            self.do_POST()

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running = Host(f"127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers by their names in lower case."""
    return {name.lower(): value for name, value in headers.items()}
