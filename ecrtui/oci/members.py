"""Looking into JSON that anyone may have written: whatever is not as expected is not there."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

import msgspec

Fields = tuple[tuple[str, str], ...]
_LONGEST = 400
"""Characters of one value; the whole stands in the document's text."""


def member(value: object, *path: str) -> Any:
    """The member at the end of a path of names; None where it ends earlier."""
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def each(value: object) -> Iterator[dict[str, Any]]:
    """The objects in a list; nothing when it is no list."""
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, dict))


def text_of(value: object) -> str:
    """A string or a number as text, '' for all else."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return str(value)


def field(label: str, value: object) -> Fields:
    """One field, or none when there is nothing to say."""
    text = text_of(value)
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    return ((label, text),) if text else ()


def count(label: str, value: object) -> Fields:
    """How many a list has, when it is one."""
    return ((label, str(len(value))),) if isinstance(value, list) else ()


def digested(name: object, digests: object) -> str:
    """`name algorithm:digest`, of what in-toto and SLSA call a resource."""
    known = digests if isinstance(digests, dict) else {}
    digest = next((f"{algorithm}:{text_of(value)}" for algorithm, value in known.items()), "")
    return " ".join(part for part in (text_of(name), digest) if part)


def object_of(body: bytes | None) -> dict[str, Any]:
    """The JSON object in some bytes; an empty one when there is none."""
    try:
        value = msgspec.json.decode(body or b"{}")
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return {}
    return value if isinstance(value, dict) else {}


def base64_of(value: object) -> bytes | None:
    """The bytes of base64 in either alphabet, padded or not; None when it is none."""
    text = text_of(value).translate(_URL_SAFE)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


_URL_SAFE = str.maketrans("-_", "+/")
