"""JSON with the place of everything in it, so that whoever finds a fault can say where it is.

Stricter than most readers: no NaN, no half characters, nothing nested without end; a key that
stands twice stays there twice. What it costs grows with the text and no faster.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import msgspec

DEEPEST = 20
"""Brackets within brackets."""
_LONGEST_NUMBER = 30
_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"')
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_WORD = re.compile(r"-?[A-Za-z_]\w*")
_LITERALS = {"true": True, "false": False, "null": None}


class NotJson(ValueError):
    """What is no JSON, where, and how to mend it."""

    def __init__(self, offset: int, what: str, fix: str) -> None:
        super().__init__(what)
        self.offset = offset
        self.what = what
        self.fix = fix


class Node(msgspec.Struct, frozen=True):
    """One value of a document; `start` and `end` are offsets into the text, in characters."""

    start: int
    end: int
    value: Any = None
    """A str, int, float, bool or None; `members` or `items` for what holds others."""
    members: tuple[tuple[Node, Node], ...] | None = None
    """Keys with their values, in their order and as often as they stand there."""
    items: tuple[Node, ...] | None = None

    @property
    def kind(self) -> str:
        """What it is, as a person says it."""
        if self.members is not None:
            return "an object"
        if self.items is not None:
            return "a list"
        return _KINDS.get(type(self.value), "null")


_KINDS: dict[type, str] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number with a point",
}


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1 on."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def read(text: str) -> Node:
    """The whole document; raises NotJson at the first fault."""
    reader = _Reader(text)
    reader.skip()
    if reader.at == len(text):
        reader.fail("there is nothing", "Begin with { and end with }.")
    node = reader.value(0)
    reader.skip()
    if reader.at < len(text):
        reader.fail("something comes after the end", "Remove what follows the last bracket.")
    return node


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def fail(self, what: str, fix: str) -> NoReturn:
        """Raise what is wrong at this place."""
        raise NotJson(self.at, what, fix)

    def skip(self) -> None:
        """Over spaces and line ends."""
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def peek(self) -> str:
        """The next character, '' at the end."""
        self.skip()
        return self.text[self.at : self.at + 1]

    def value(self, depth: int) -> Node:
        """Whatever stands here."""
        if depth > DEEPEST:
            self.fail(f"brackets are nested more than {DEEPEST} deep", "A policy needs five.")
        following = self.peek()
        if following == "{":
            return self._object(depth)
        if following == "[":
            return self._list(depth)
        if following == '"':
            return self._string()
        if following in "-0123456789" and following:
            return self._number()
        return self._literal(following)

    def _object(self, depth: int) -> Node:
        start = self.at
        members: list[tuple[Node, Node]] = []
        self.at += 1
        if self.peek() == "}":
            self.at += 1
            return Node(start, self.at, members=())
        while True:
            following = self.peek()
            if following != '"':
                self._no_key(following, after_comma=bool(members), opened=start)
            key = self._string()
            if self.peek() != ":":
                self.fail(f"{self.text[key.start : key.end]} has no value", "Write : and a value.")
            self.at += 1
            members.append((key, self.value(depth + 1)))
            if self._ends("}", start):
                return Node(start, self.at, members=tuple(members))

    def _list(self, depth: int) -> Node:
        start = self.at
        items: list[Node] = []
        self.at += 1
        if self.peek() == "]":
            self.at += 1
            return Node(start, self.at, items=())
        while True:
            if items and self.peek() == "]":
                self.fail("a comma before the end of a list", "Remove the comma before it.")
            items.append(self.value(depth + 1))
            if self._ends("]", start):
                return Node(start, self.at, items=tuple(items))

    def _ends(self, bracket: str, opened: int) -> bool:
        """Whether the bracket closes here; a comma goes on."""
        end = self.at
        following = self.peek()
        if following == bracket:
            self.at += 1
            return True
        if following == ",":
            self.at += 1
            return False
        if not following:
            self._open(opened)
        if following in "]}":
            self.fail(f"{following} closes what it did not open", f"Write {bracket} here.")
        raise NotJson(end, "a comma is missing", "Write , between two entries.")

    def _no_key(self, following: str, *, after_comma: bool, opened: int) -> NoReturn:
        if not following:
            self._open(opened)
        if following == "}" and after_comma:
            self.fail("a comma before the end of an object", "Remove the comma before it.")
        if following == "'":
            self.fail("single quotes", 'JSON takes double quotes: "key".')
        self._comment(following)
        self.fail("a key is missing", 'Write "key": value, with the key in double quotes.')

    def _open(self, opened: int) -> NoReturn:
        line, _ = position(self.text, opened)
        bracket = self.text[opened]
        close = {"{": "}", "[": "]"}[bracket]
        self.fail(f"the {bracket} of line {line} is never closed", f"Write {close} at its end.")

    def _string(self) -> Node:
        found = _STRING.match(self.text, self.at)
        if found is None:
            self._broken_string()
        value = json.loads(found[0])
        if any("\ud800" <= character <= "\udfff" for character in value):
            self.fail("half of a character (\\ud800 to \\udfff)", "Write the whole character.")
        node = Node(found.start(), found.end(), value)
        self.at = found.end()
        return node

    def _broken_string(self) -> NoReturn:
        line_end = self.text.find("\n", self.at)
        line_end = len(self.text) if line_end < 0 else line_end
        if self.text.find('"', self.at + 1, line_end) < 0:
            self.fail("a text without its end", 'Write " at its end, on the same line.')
        self.fail(
            "a text with a sign that JSON does not take as it is",
            "Write a line end as \\n, a tab as \\t, a backslash as \\\\.",
        )

    def _number(self) -> Node:
        found = _NUMBER.match(self.text, self.at)
        rest = found.end() if found else self.at
        if found is None or self.text[rest : rest + 1].isalnum():
            self._word(_WORD.match(self.text, self.at))
        if len(found[0]) > _LONGEST_NUMBER:
            self.fail("a number that is too long", f"Write at most {_LONGEST_NUMBER} digits.")
        whole = found[0].lstrip("-").isdigit()
        value = int(found[0]) if whole else float(found[0])
        self.at = found.end()
        return Node(found.start(), found.end(), value)

    def _literal(self, following: str) -> Node:
        found = _WORD.match(self.text, self.at)
        if found is not None and found[0] in _LITERALS:
            self.at = found.end()
            return Node(found.start(), found.end(), _LITERALS[found[0]])
        if not following:
            self.fail("the text ends where a value should be", "Write the value.")
        if following == "'":
            self.fail("single quotes", 'JSON takes double quotes: "value".')
        self._comment(following)
        return self._word(found)

    def _comment(self, following: str) -> None:
        if following in ("/", "#"):
            self.fail("a comment", 'JSON has none: remove it, or use "description".')

    def _word(self, found: re.Match[str] | None) -> NoReturn:
        if found is not None and found[0].lstrip("-").lower() in ("nan", "infinity", "inf"):
            self.fail(f"{found[0]} is no number in JSON", "Write a whole number.")
        if found is not None and found[0].isalpha():
            self.fail("a word without quotes", f'Write "{found[0][:40]}".')
        self.fail("a value is missing, or is no JSON", 'Write "text", a number, [ or {.')
