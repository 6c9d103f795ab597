"""HTTP/1.1 over threads: keep-alive, both request framings, streamed responses."""

from __future__ import annotations

import contextlib
import io
import json
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from ecrtui.sandbox.wire import Body, Request, Response

_JSON = "application/x-amz-json-1.1"
_LINGER_SECONDS = 5.0
_LINGER_PIECES = 1 << 14
Handle = Callable[[Request], Response]


class HangUp(Exception):
    """Close the connection without (the rest of) an answer."""


class Listener(ThreadingHTTPServer):
    """One port that gives every request to `handle`; answers 500 to nothing: handlers refuse."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, host: str, port: int, handle: Handle) -> None:
        super().__init__((host, port), _Connection)
        self.handle = handle
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._stopped = False
        self._thread = threading.Thread(target=self._serve, daemon=True, name=f"sandbox {port}")
        self._thread.start()

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        host, port = self.server_address[:2]
        return str(host), port

    @property
    def netloc(self) -> str:
        """The same as it stands in a URL: `127.0.0.1:port`."""
        host, port = self.address
        return f"{host}:{port}"

    def server_bind(self) -> None:
        """Bind without asking DNS for our own name, which can take seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that stopping can end it."""
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection that ended."""
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news; anything else is a defect and is told."""
        if not isinstance(sys.exc_info()[1], (OSError, HangUp)):
            super().handle_error(request, client_address)

    def stop(self) -> None:
        """Stop listening and end every connection, also those in the middle of an answer."""
        self._stopped = True
        # A connection of our own ends the wait for one, on every platform and at once.
        with contextlib.suppress(OSError), socket.create_connection(self.address, 1):
            self._thread.join(1)
        self.server_close()
        with self._guard:
            for connection in self._open:
                _end(connection)

    def _serve(self) -> None:
        """Accept until stopped, asleep in between: serve_forever would wake to look around."""
        while not self._stopped:
            try:
                connection, address = self.get_request()
            except OSError:
                time.sleep(0.01)
                continue
            self.process_request(connection, address)


def _end(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        connection.close()


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "ecrtui-sandbox"
    sys_version = ""
    # Without both of these every answer waits for the client's delayed ACK, 40 ms.
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    server: Listener

    def parse_request(self) -> bool:
        """Give every method the one handler."""
        if not super().parse_request():
            return False
        setattr(self, f"do_{self.command}", self._answer)
        return True

    def _answer(self) -> None:
        body = _body(self)
        request = Request(self.command, self.path, _joined(self.headers), body)
        try:
            response = self._handled(request)
            done = self._drained(body)
            self.close_connection |= not done
            self._send(response)
            if not done:
                self._linger()
        except HangUp:
            self.close_connection = True
            self.wfile.flush()
            _end(self.connection)

    def _handled(self, request: Request) -> Response:
        """The handler's response; a defect of ours is told on stderr and looks like AWS's own."""
        try:
            return self.server.handle(request)
        except HangUp:
            raise
        except Exception:  # noqa: BLE001 - every client must get an answer
            traceback.print_exc()
            failure = {"__type": "InternalFailure", "message": "The sandbox has a defect."}
            return Response(500, {"Content-Type": _JSON}, json.dumps(failure).encode())

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status not in (204, 304):
            self.send_header("Content-Length", str(response.size))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            for piece in response.pieces():
                # An empty piece asks for what is written so far to be sent now.
                self.wfile.write(piece) if piece else self.wfile.flush()
        self.wfile.flush()

    def _drained(self, body: Body) -> bool:
        """Read what the handler left of the body: the next request begins after it.

        False for a long rest, which the answer does not wait for; the connection ends with it.
        """
        left = 1 << 20
        while left > 0:
            piece = body.read(1 << 16)
            if not piece:
                return True
            left -= len(piece)
        return False

    def _linger(self) -> None:
        """Take and forget what the client still sends: a reset would overtake the answer."""
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_LINGER_SECONDS)
            for _ in range(_LINGER_PIECES):
                if not self.connection.recv(1 << 16):
                    return

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing: stdout is data and stderr is the program's."""


def _joined(headers: Message) -> Mapping[str, str]:
    """The headers, those that came on several lines as one list (RFC 9110 §5.3).

    Go's clients send each media type they accept on a line of its own.
    """
    for name in {name.lower() for name in headers}:
        lines = headers.get_all(name, [])
        if len(lines) > 1:
            del headers[name]
            headers[name] = ", ".join(lines)
    return cast("Mapping[str, str]", headers)


def _body(connection: _Connection) -> Body:
    headers, stream = connection.headers, connection.rfile
    if "chunked" in headers.get("Transfer-Encoding", "").lower():
        return _Chunked(stream)
    length = headers.get("Content-Length", "0")
    return _Counted(stream, int(length) if length.isdigit() else 0)


class _Counted:
    """A body whose length was announced."""

    def __init__(self, stream: io.BufferedIOBase, length: int) -> None:
        self._stream = stream
        self._left = length

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        data = self._stream.read(wanted) if wanted else b""
        if len(data) < wanted:
            raise HangUp
        self._left -= len(data)
        return data


class _Chunked:
    """A body in chunks (RFC 9112 §7.1), as docker push sends layers."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream
        self._left = 0
        self._done = False

    def read(self, size: int = -1) -> bytes:
        pieces: list[bytes] = []
        while size and not self._done:
            piece = self._piece(size)
            pieces.append(piece)
            if size > 0:
                size -= len(piece)
        return b"".join(pieces)

    def _piece(self, size: int) -> bytes:
        if not self._left:
            self._left = self._chunk_size()
            if not self._left:
                self._trailers()
                return b""
        wanted = self._left if size < 0 else min(size, self._left)
        data = self._stream.read(wanted)
        if len(data) < wanted:
            raise HangUp
        self._left -= wanted
        if not self._left:
            self._stream.readline()
        return data

    def _chunk_size(self) -> int:
        line = self._stream.readline(1024).split(b";")[0].strip()
        try:
            return int(line, 16)
        except ValueError:
            raise HangUp from None

    def _trailers(self) -> None:
        self._done = True
        while self._stream.readline(65536) not in (b"\r\n", b"\n", b""):
            pass
