"""A lifecycle policy's text as it is read: what stands where it should, and what else to say."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, TypeVar

from ecrtui.model import lifecycle_schema as schema
from ecrtui.model.json_places import Node, position
from ecrtui.model.lifecycle import Action, Count, Level, Problem, StorageClass, TagStatus

Path = tuple[str | int, ...]
"""Of a value in the document: ("rules", 0, "selection")."""
_E = TypeVar("_E", TagStatus, StorageClass, Count, Action)
_MOST_PROBLEMS = 100
_SHOWN = 40
"""Characters of a foreign text in a sentence."""


class Findings:
    """The text and what was found so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.problems: list[Problem] = []

    @property
    def errors(self) -> int:
        """How many of them ECR would refuse."""
        return sum(one.level is Level.ERROR for one in self.problems)

    @property
    def failed(self) -> bool:
        """Whether there is an error."""
        return self.errors > 0

    def say(self, offset: int, path: Path, what: str, fix: str, level: Level = Level.ERROR) -> None:
        """One problem at an offset; only so many, since a broken text has no end of them."""
        if len(self.problems) < _MOST_PROBLEMS:
            line, column = position(self.text, offset)
            told = Problem(
                level=level,
                path=schema.called(path),
                line=line,
                column=column,
                what=what,
                fix=fix,
            )
            self.problems.append(told)

    def members(self, node: Node, path: Path) -> dict[str, Node] | None:
        """The members of an object, once each was looked at; None where it is none."""
        name = schema.called(path) or "the policy"
        if node.members is None:
            self.say(node.start, path, f"{name} is {node.kind}", "Write an object: { ... }.")
            return None
        keys = {key.name: key for key in schema.at(path)}
        found: dict[str, Node] = {}
        for key, value in node.members:
            if key.value not in keys:
                self._unknown(key, path, list(keys))
            elif key.value in found:
                self.say(
                    key.start,
                    (*path, key.value),
                    f"{key.value} stands twice",
                    "Leave one of them: which of both counts is nobody's promise.",
                )
            elif value.kind == "null":
                self.say(
                    value.start,
                    (*path, key.value),
                    f"{key.value} is null",
                    "Leave the key out instead: ECR takes no null.",
                )
            else:
                found[key.value] = value
        written = {key.value for key, _ in node.members}
        for key_of in keys.values():
            if key_of.required and key_of.name not in written:
                fix = f'Add "{key_of.name}": {key_of.help}.'
                self.say(node.start, path, f"{key_of.name} is missing", fix)
        return found

    def _unknown(self, key: Node, path: Path, known: list[str]) -> None:
        told = str(key.value)[:_SHOWN]
        close = get_close_matches(told, known, 1)
        elsewhere = next((each for each in _HOMES if key.value in each[1]), None)
        if close:
            fix = f"Write {close[0]}."
        elif elsewhere:
            fix = f"It belongs into {elsewhere[0]}."
        else:
            fix = f"Remove it; there may be {', '.join(known)}."
        self.say(key.start, path, f"no key is called {told}", fix)

    def word(self, members: dict[str, Node], name: str, path: Path, kind: type[_E]) -> _E | None:
        """One of the words that a key takes; None where it is missing or another."""
        node = members.get(name)
        if node is None:
            return None
        words = [one.value for one in kind]
        if node.value in words and isinstance(node.value, str):
            return kind(node.value)
        told = f"{name} is {shown(node)}"
        close = get_close_matches(str(node.value)[:_SHOWN].lower(), words, 1, 0.4)
        likely = f"Write {close[0]}; " if close and isinstance(node.value, str) else ""
        fix = f"{likely or 'There is '}{', '.join(words)}{' are all there is' if likely else ''}."
        self.say(node.start, (*path, name), told, fix)
        return None

    def whole(self, members: dict[str, Node], name: str, path: Path) -> int | None:
        """A whole number from 1 on."""
        node = members.get(name)
        if node is None:
            return None
        if type(node.value) is int and node.value >= 1:
            return node.value
        self.say(
            node.start,
            (*path, name),
            f"{name} is {shown(node)}",
            "Write a whole number from 1 on, without quotes.",
        )
        return None

    def texts(self, members: dict[str, Node], name: str, path: Path) -> tuple[str, ...] | None:
        """A list of texts that are not empty; None where it is missing or something else."""
        node = members.get(name)
        if node is None:
            return None
        where: Path = (*path, name)
        if not node.items:
            told = "an empty list" if node.items is not None else node.kind
            self.say(node.start, where, f"{name} is {told}", 'Write a list: ["prod*"].')
            return None
        good = []
        for index, item in enumerate(node.items):
            if isinstance(item.value, str) and item.value:
                good.append(item.value)
            else:
                told = "an empty text" if item.value == "" else item.kind
                fix = "Write a text in double quotes, or remove it."
                self.say(item.start, (*where, index), f"{name} holds {told}", fix)
        return tuple(good)


_HOMES = (
    ("selection", {key.name for key in schema.SELECTION}),
    ("action", {key.name for key in schema.ACTION}),
    ("the rule itself", {key.name for key in schema.RULE}),
)


def shown(node: Node) -> str:
    """A value as it stands there, shortened; what holds others by its kind."""
    if node.members is not None or node.items is not None:
        return node.kind
    value: Any = node.value
    return f'"{value[:_SHOWN]}"' if isinstance(value, str) else str(value).lower()
