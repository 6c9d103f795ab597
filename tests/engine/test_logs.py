"""Lines of a container's streams, however the engine cuts them."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from ecrtui.engine.containers import moment
from ecrtui.engine.logs import MOST, Lines
from ecrtui.model.running import LogLine

STAMP = b"2026-11-26T01:12:24.5Z "
AT = 1795655544.5
pieces = st.lists(st.tuples(st.booleans(), st.binary(max_size=60)), max_size=20)


def frame(text: bytes, *, error: bool = False, stamp: bytes = STAMP) -> bytes:
    """A piece as engines send it."""
    return bytes([2 if error else 1, 0, 0, 0]) + len(stamp + text).to_bytes(4, "big") + stamp + text


def read(chunks: list[bytes], *, terminal: bool = False) -> list[LogLine]:
    """All lines that are whole at the end."""
    lines = Lines(terminal=terminal)
    return [line for chunk in chunks for line in lines.take(chunk)] + lines.rest()


@given(pieces, st.lists(st.integers(0, 2000), max_size=10))
def test_how_a_stream_is_cut_makes_no_difference(
    given_pieces: list[tuple[bool, bytes]], cuts: list[int]
) -> None:
    stream = b"".join(frame(text, error=error) for error, text in given_pieces)
    at = sorted({0, *(cut for cut in cuts if cut < len(stream)), len(stream)})
    chunks = [stream[one:two] for one, two in itertools.pairwise(at)]
    assert read(chunks) == read([stream])
    for error in (False, True):
        sent = b"".join(text for which, text in given_pieces if which is error)
        parts = sent.split(b"\n")
        whole = parts if parts[-1] else parts[:-1]
        shown = [line.text for line in read([stream]) if line.error is error]
        assert shown == [one.removesuffix(b"\r").decode("utf-8", "replace") for one in whole]


def test_both_streams_with_their_times() -> None:
    assert read([frame(b"out\n"), frame(b"err\n", error=True)]) == [
        LogLine("out", AT),
        LogLine("err", AT, error=True),
    ]


def test_a_line_in_pieces_is_told_as_it_grows() -> None:
    lines = Lines(terminal=False)
    assert not [*lines.take(frame(b"pa"))]
    assert [*lines.unfinished()] == [LogLine("pa", AT, whole=False)]
    assert not [*lines.unfinished()]
    assert [*lines.take(frame(b"rt\nnext"))] == [LogLine("part", AT)]
    assert [*lines.unfinished()] == [LogLine("next", AT, whole=False)]
    assert lines.rest() == [LogLine("next", AT)]


def test_a_terminal_has_one_stream() -> None:
    sent = [STAMP + b"one\r\n" + STAMP + b"tw", STAMP + b"o\r\n", b"\xff\x1b[31m\n"]
    assert [line.text for line in read(sent, terminal=True)] == ["one", "two", "\ufffd\x1b[31m"]


def test_a_line_without_an_end_is_cut() -> None:
    chunks = [frame(b"x" * 30_000) for _ in range(10)]
    found = read(chunks)
    assert [len(line.text) for line in found] == [MOST] * 4 + [300_000 - 4 * MOST]


def test_what_is_no_stream_of_frames_is_read_no_further_than_it_goes() -> None:
    assert len(read([b"\xff" * 50_000, b"x"])) <= 2


def test_moments() -> None:
    assert moment("2026-11-26T01:12:24.500000000Z") == AT
    assert moment("2026-11-26T02:12:24.5+01:00") == AT
    assert moment("0001-01-01T00:00:00Z") is None
    assert moment("yesterday") is None
