"""The HTTP listener: framing, keep-alive, streaming, ends."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrtui.sandbox.http import HangUp, Listener
from ecrtui.sandbox.wire import Request, Response


def echo(request: Request) -> Response:
    if request.path == "/hang-up":
        raise HangUp
    if request.path == "/defect":
        raise KeyError("oh")
    if request.path == "/pieces":
        return Response(200, {"X-Query": request.query.get("q", "")}, _pieces(), length=6)
    if request.path == "/unread":
        return Response(200)
    return Response(200, {"X-Method": request.method}, b"".join(request.chunks(7)))


def _pieces() -> Iterator[bytes]:
    yield from (b"ab", b"", b"cd", b"ef")


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    made = Listener("127.0.0.1", 0, echo)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def connection(listener: Listener) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(listener.netloc, timeout=5)


@settings(max_examples=60, deadline=None)
@given(pieces=st.lists(st.binary(max_size=300), max_size=6), chunked=st.booleans())
def test_a_body_arrives_whole_in_either_framing(
    connection: http.client.HTTPConnection, pieces: list[bytes], chunked: bool
) -> None:
    """All on one connection: a body read wrongly would spoil the next request."""
    body: bytes | Iterable[bytes] = iter(pieces) if chunked else b"".join(pieces)
    connection.request("PUT", "/echo", body=body, encode_chunked=chunked)
    answer = connection.getresponse()
    assert answer.read() == b"".join(pieces)
    assert answer.headers["X-Method"] == "PUT"


@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_nobody_reads_does_not_spoil_the_next_request(
    listener: Listener, chunked: bool
) -> None:
    connection = http.client.HTTPConnection(listener.netloc, timeout=5)
    for _ in range(3):
        body = iter([b"x" * 5000] * 3) if chunked else b"x" * 15000
        connection.request("POST", "/unread", body=body, encode_chunked=chunked)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"")


def test_a_body_too_long_to_read_to_its_end_ends_the_connection(listener: Listener) -> None:
    connection = http.client.HTTPConnection(listener.netloc, timeout=5)
    connection.request("POST", "/unread", body=b"x" * (3 << 20))
    answer = connection.getresponse()
    assert answer.headers["Connection"] == "close"


def test_streamed_pieces_have_their_length(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/pieces?q=a%20b")
    answer = connection.getresponse()
    assert answer.headers["Content-Length"] == "6"
    assert answer.headers["X-Query"] == "a b"
    assert answer.read() == b"abcdef"


def test_a_head_has_the_length_and_no_body(connection: http.client.HTTPConnection) -> None:
    connection.request("HEAD", "/pieces")
    answer = connection.getresponse()
    assert (answer.headers["Content-Length"], answer.read()) == ("6", b"")
    connection.request("GET", "/pieces")
    assert connection.getresponse().read() == b"abcdef"


def test_a_defect_is_answered_and_told(
    listener: Listener, capsys: pytest.CaptureFixture[str]
) -> None:
    connection = http.client.HTTPConnection(listener.netloc, timeout=5)
    connection.request("GET", "/defect")
    answer = connection.getresponse()
    assert (answer.status, b"InternalFailure" in answer.read()) == (500, True)
    assert "KeyError" in capsys.readouterr().err


def test_hanging_up_sends_nothing(listener: Listener) -> None:
    connection = http.client.HTTPConnection(listener.netloc, timeout=5)
    connection.request("GET", "/hang-up")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        connection.getresponse()


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc",
        b"\x16\x03\x01 no http at all\r\n\r\n",
    ],
)
def test_nonsense_ends_the_connection_and_nothing_else(listener: Listener, sent: bytes) -> None:
    with socket.create_connection(listener.address, timeout=5) as raw:
        raw.sendall(sent)
        raw.shutdown(socket.SHUT_WR)
        while raw.recv(4096):
            pass
    connection = http.client.HTTPConnection(listener.netloc, timeout=5)
    connection.request("GET", "/pieces")
    assert connection.getresponse().read() == b"abcdef"


def test_stopping_ends_connections_at_once() -> None:
    inside, never = threading.Event(), threading.Event()

    def slow(request: Request) -> Response:
        inside.set()
        never.wait(20)
        return Response(200)

    made = Listener("127.0.0.1", 0, slow)
    connection = http.client.HTTPConnection(made.netloc, timeout=10)
    connection.request("GET", "/")
    inside.wait(5)
    begun = time.monotonic()
    made.stop()
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        connection.getresponse()
    assert time.monotonic() - begun < 2
    never.set()


def test_an_idle_listener_sleeps() -> None:
    made = [Listener("127.0.0.1", 0, echo) for _ in range(10)]
    used = time.process_time()
    time.sleep(0.5)
    assert time.process_time() - used < 0.1
    for listener in made:
        listener.stop()
