"""Bytes as text, where they are text: in which encoding, with which ends of lines."""

from __future__ import annotations

import codecs
import re

import msgspec

LINES = 200_000
"""Of a text that are looked at."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\r\f\b\x1b") + b"\x7f"
_FEW = 100
"""One control character in so many bytes at most; noise has one in ten."""
_CUT = re.compile(rb"[^\n]*\Z")


class Text(msgspec.Struct, frozen=True):
    """A text, line by line."""

    lines: list[str]
    """Without their ends; a carriage return stays where not all lines have one."""
    encoding: str = "UTF-8"
    """`UTF-8`, `UTF-16`, `Latin-1` ..., for people."""
    line_ends: str = ""
    """`LF`, `CRLF` or `mixed`; '' where there is no end of a line."""
    ended: bool = True
    """Whether the last line has its end."""
    more: bool = False
    """Whether there are more lines than `LINES`."""


def text_of(data: bytes, *, cut: bool = False) -> Text | None:
    """Bytes as text; None where they are none. Of `cut` bytes the last, begun line is left out."""
    if cut:
        data = _CUT.sub(b"", data) or data
    decoded = _decoded(data, cut=cut)
    if decoded is None:
        return None
    text, encoding = decoded
    lines = text.split("\n")
    ended = lines[-1] == ""
    if ended:
        del lines[-1]
    more = len(lines) > LINES
    if more:
        del lines[LINES:]
    ends = "LF" if ended or len(lines) > 1 else ""
    with_return = sum(line.endswith("\r") for line in lines)
    if with_return:
        # The very last line may lack its whole end.
        all_ = with_return >= len(lines) - (not ended) and ends != ""
        ends = "CRLF" if all_ else "mixed" if ends else ""
    if ends == "CRLF":
        lines = [line.removesuffix("\r") for line in lines]
    return Text(lines, encoding, ends, ended or more, more)


def _decoded(data: bytes, *, cut: bool) -> tuple[str, str] | None:
    """Text and the name of its encoding."""
    for mark, codec, name in _BOMS:
        if data.startswith(mark):
            text = _strictly(data[len(mark) :], codec, cut=cut)
            return None if text is None or "\0" in text else (text, name)
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if b"\0" in data or controls * _FEW > len(data):
        return None
    text = _strictly(data, "utf-8", cut=cut)
    return (data.decode("latin-1"), "Latin-1") if text is None else (text, "UTF-8")


def _strictly(data: bytes, codec: str, *, cut: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder(codec)().decode(data, final=not cut)
    except UnicodeDecodeError:
        return None
