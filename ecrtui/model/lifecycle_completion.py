"""What may be written at a place of a lifecycle policy's text, which is as broken as texts are
while somebody types them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ecrtui.model import lifecycle_schema as schema
from ecrtui.model.lifecycle import MOST_RULES

_PIECE = re.compile(r'"(?:[^"\\\n]|\\.)*"?|[{}\[\]:,]|[^\s{}\[\]:,"]+')
_DEEPEST = 20


class Option(NamedTuple):
    """One thing that may stand there."""

    text: str
    """What is written."""
    help: str
    caret: int = -1
    """Where one goes on to type, in it; -1 for its end."""

    @property
    def label(self) -> str:
        """What the list shows: the text up to its first bracket or line end."""
        return self.text.partition("\n")[0].rstrip(",: ").partition(": ")[0]


class Offer(NamedTuple):
    """All that may stand at a place."""

    start: int
    end: int
    """What is replaced: offsets into the text."""
    options: tuple[Option, ...]


class _Frame:
    """An object or a list that is open."""

    def __init__(self, bracket: str, path: tuple[str | int, ...]) -> None:
        self.bracket = bracket
        self.path = path
        self.wants = "key" if bracket == "{" else "value"
        """What comes next: key, colon, value, comma."""
        self.key = ""
        self.count = 0
        """Of values so far."""
        self.members: dict[str, str] = {}
        """Keys with their values as they are written."""

    def inner(self) -> tuple[str | int, ...]:
        """The path of the value that comes next."""
        return (*self.path, self.key if self.bracket == "{" else self.count)

    def take(self, piece: str) -> None:
        """One piece that opens and closes nothing."""
        if piece == ",":
            self.wants = "key" if self.bracket == "{" else "value"
        elif piece == ":":
            self.wants = "value"
        elif self.wants == "key":
            self.key, self.wants = _unquoted(piece), "colon"
        elif self.wants == "value":
            self.had(piece)

    def had(self, piece: str) -> None:
        """A value has ended."""
        self.wants = "comma"
        self.count += 1
        if self.bracket == "{":
            self.members.setdefault(self.key, _unquoted(piece))


def offered(text: str, offset: int) -> Offer:
    """What may stand where the cursor is; no options where nothing is known to."""
    frames, piece = _walked(text, offset)
    start = end = offset
    if piece is not None:
        # A text that is still open reaches to the line's end: only its word is replaced.
        word = re.compile(r'\w*"?' if piece[0][0] == '"' else r"\w*").match(text, offset)
        start, end = piece.start(), word.end() if word is not None else offset
    typed = text[start:offset].strip('"').lower()
    if not frames:
        return Offer(start, end, ())
    frame = frames[-1]
    if frame.wants == "key":
        options = _keys(text, frame, end)
    elif frame.wants == "value":
        options = _values(text, frame, start)
    else:
        options = ()
    comma = _comma(text, end)
    fitting = tuple(
        one if not comma or one.text.endswith(": ") else _ended(one)
        for one in options
        if typed in one.label.lower()
    )
    return Offer(start, end, fitting)


def _comma(text: str, end: int) -> bool:
    """Whether another member or value follows, before which a comma is missing."""
    return re.match(r'\s*["{\[]', text[end:]) is not None


def _ended(option: Option) -> Option:
    caret = len(option.text) + 1 if option.caret < 0 else option.caret
    return Option(f"{option.text},", option.help, caret)


def _walked(text: str, offset: int) -> tuple[list[_Frame], re.Match[str] | None]:
    """What is open at a place, and the piece that the place is in or at the end of."""
    frames: list[_Frame] = []
    for piece in _PIECE.finditer(text):
        if piece.end() > offset or (piece.end() == offset and _may_grow(piece[0])):
            inside = piece.start() < offset and piece[0] not in "{}[]:,"
            return frames, piece if inside else None
        _step(frames, piece[0])
    return frames, None


def _may_grow(piece: str) -> bool:
    """Whether what is typed next belongs to it: a word, or a text that is still open."""
    if piece[0] == '"':
        return len(piece) == 1 or not piece.endswith('"')
    return piece not in "{}[]:,"


def _step(frames: list[_Frame], piece: str) -> None:
    if piece in ("{", "["):
        path = frames[-1].inner() if frames else ()
        if len(frames) < _DEEPEST:
            frames.append(_Frame(piece, path))
    elif piece in ("}", "]"):
        if frames:
            frames.pop()
        if frames:
            frames[-1].had("")
    elif frames:
        frames[-1].take(piece)


def _unquoted(piece: str) -> str:
    return piece.strip('"')


def _keys(text: str, frame: _Frame, end: int) -> tuple[Option, ...]:
    """The keys that the object does not have yet, and that go with those it has."""
    rest = _rest(text, end)
    members = frame.members | rest
    colon = re.match(r"\s*:", text[end:]) is not None
    return tuple(
        Option(f'"{key.name}"', key.help) if colon else _with_value(key)
        for key in schema.at(frame.path)
        if key.name not in members and _goes_with(key.name, members)
    )


def _with_value(key: schema.Key) -> Option:
    text = f'"{key.name}": {key.skeleton}'
    inside = len(key.skeleton) // 2
    return Option(text, key.help, len(text) - inside if inside else -1)


def _goes_with(name: str, members: dict[str, str]) -> bool:
    if name in ("tagPatternList", "tagPrefixList"):
        other = "tagPrefixList" if name == "tagPatternList" else "tagPatternList"
        return members.get("tagStatus", "tagged") == "tagged" and other not in members
    if name == "countUnit":
        return members.get("countType", "") != "imageCountMoreThan"
    return name != "targetStorageClass" or members.get("type", "transition") != "expire"


def _rest(text: str, end: int) -> dict[str, str]:
    """The members of the object that stand behind a place, until it closes."""
    own = _Frame("{", ())
    frames = [own]
    for piece in _PIECE.finditer(text, end):
        _step(frames, piece[0])
        if not frames:
            break
    return own.members


def _values(text: str, frame: _Frame, start: int) -> tuple[Option, ...]:
    path = frame.inner()
    if frame.bracket == "[":
        inner = frame.path == ("rules",) and frame.count < MOST_RULES
        return (_rule(text, start),) if inner else ()
    known = next((key for key in schema.at(frame.path) if key.name == frame.key), None)
    if known is None:
        return ()
    if known.values:
        return tuple(Option(f'"{word}"', means) for word, means in known.values)
    if known.name == "rulePriority":
        return (Option(str(_free(text)), "the next one that is free"),)
    if known.name == "countNumber":
        days = frame.members.get("countType", "") != "imageCountMoreThan"
        return tuple(_numbers(days=days))
    if known.name == "rules":
        return (Option("[]", "a list of rules", 1),)
    return (Option(known.skeleton, known.help, 1),) if known.skeleton and path else ()


def _numbers(*, days: bool) -> Iterator[Option]:
    for number in (14, 30, 90, 365) if days else (1, 10, 50):
        yield Option(str(number), "days" if days else "images that stay")


def _free(text: str) -> int:
    """A priority after all that the text names."""
    named = re.findall(r'"rulePriority"\s*:\s*(\d{1,9})', text)
    return max(map(int, named), default=0) + 1


def _rule(text: str, start: int) -> Option:
    """A rule to be filled in, indented as its place is."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    indent = " " * (len(line) - len(line.lstrip(" ")))
    inner = f"\n{indent}  "
    body = (
        f'{{{inner}"rulePriority": {_free(text)},{inner}"description": "",'
        f'{inner}"selection": {{}},{inner}"action": {{}}\n{indent}}}'
    )
    return Option(body, "a rule", body.index('""') + 1)
