"""JSON and plain values turned into our types, by any number of threads.

msgspec works out what a Struct is made of when one is first asked for, and two threads that do so
at the same time bring the whole process down (msgspec 0.22, tried on Python 3.10, 3.11 and 3.13).
So the first use of every type is made under a lock, here and nowhere else.
"""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_lock = threading.Lock()
_ready: set[Any] = set()


def decoded(data: bytes | str, kind: type[T]) -> T:
    """A value of a type from JSON; raises msgspec.DecodeError, msgspec.ValidationError.

    Nothing else: msgspec lets bytes that are no text, and brackets without an end, be other errors.
    """
    _prepare(kind)
    try:
        return msgspec.json.decode(data, type=kind)
    except (UnicodeDecodeError, RecursionError) as problem:
        raise msgspec.DecodeError(type(problem).__name__) from None


def converted(value: Any, kind: type[T]) -> T:
    """A value of a type from dicts and lists; raises msgspec.ValidationError."""
    _prepare(kind)
    return msgspec.convert(value, kind)


def _prepare(kind: Any) -> None:
    if kind not in _ready:
        with _lock:
            msgspec.json.Decoder(kind)
            _ready.add(kind)
