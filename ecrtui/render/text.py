"""Foreign text made safe: shown, never obeyed, and never wider than its place.

Tags, labels, paths and messages come from strangers. Control characters, escape codes and the
marks that turn the direction of writing are shown as visible symbols, on the screen and on a
terminal's stdout alike.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# C0 and C1 controls, soft hyphen, zero-width and direction marks, line separators, surrogates,
# the byte order mark and the tags block: all that moves the cursor, hides, or turns text round.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_ASCII = re.compile(r"[ -~]*")
ELLIPSIS = "…"


def safe(text: str) -> str:
    """The text with every character that a terminal would obey replaced by a visible one."""
    if _ASCII.fullmatch(text):
        return text
    return _UNSAFE.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)  # the Unicode pictures of control characters
    if code == 0x7F:
        return "␡"
    return "�"


@lru_cache(maxsize=8192)
def width(text: str) -> int:
    """Terminal columns of safe text: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def fitted(text: str, columns: int, *, right: bool = False) -> str:
    """Safe text cut or padded to exactly so many columns; a cut ends in an ellipsis."""
    if columns <= 0:
        return ""
    if text.isascii():
        if len(text) > columns:
            return text[: columns - 1] + ELLIPSIS
        return text.rjust(columns) if right else text.ljust(columns)
    if width(text) > columns:
        text = _cut(text, columns - 1) + ELLIPSIS
    padding = " " * (columns - width(text))
    return padding + text if right else text + padding


def _cut(text: str, columns: int) -> str:
    """The longest beginning of at most so many columns."""
    used = 0
    for position, character in enumerate(text):
        used += _columns(character)
        if used > columns:
            return text[:position]
    return text


def wrapped(text: str, columns: int) -> list[str]:
    """Safe text broken into lines of at most so many columns, at spaces where there are any."""
    lines = []
    rest = text
    while width(rest) > columns > 0:
        head = _cut(rest, columns) or rest[:1]
        space = head.rfind(" ")
        if space > 0 and len(head) < len(rest):
            head = head[:space]
        lines.append(head)
        rest = rest[len(head) :].lstrip(" ")
    return [*lines, rest]
