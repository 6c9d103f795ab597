"""Requests and responses as every handler of the sandbox sees them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit


class Body(Protocol):
    """A request's body, decoded from whatever framing it came in."""

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, all of them for -1; empty at the end."""
        ...


@dataclass
class Request:
    """One HTTP request. `path` is decoded, `target` as sent; `headers` ignore case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: Body = field(repr=False)
    path: str = field(init=False)
    query: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.target)
        self.path = unquote(parts.path)
        self.query = dict(parse_qsl(parts.query, keep_blank_values=True))

    def header(self, name: str, default: str = "") -> str:
        """A header's value, whatever its case."""
        return self.headers.get(name, default)

    def whole(self) -> bytes:
        """All of the body, which can be read once more afterwards."""
        data = self.body.read()
        self.body = io.BytesIO(data)
        return data

    def chunks(self, size: int = 1 << 16) -> Iterator[bytes]:
        """The body piece by piece."""
        while piece := self.body.read(size):
            yield piece


@dataclass
class Response:
    """One HTTP response: the body whole, or in pieces with `length` telling their sum.

    For a HEAD the body is not sent, and `length` (or the body's) stands in Content-Length.
    """

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | Iterable[bytes] = b""
    length: int | None = None

    @property
    def size(self) -> int:
        """What Content-Length says."""
        if self.length is not None:
            return self.length
        if isinstance(self.body, bytes):
            return len(self.body)
        raise ValueError("a body in pieces needs its length")

    def pieces(self) -> Iterable[bytes]:
        """The body as pieces."""
        return [self.body] if isinstance(self.body, bytes) else self.body
