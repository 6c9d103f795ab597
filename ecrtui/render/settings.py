"""A repository's settings as lines: the API's members in words, policies as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from ecrtui.errors import EcrtuiError
from ecrtui.model.repository import Repository, SettingsPart
from ecrtui.render.ages import Times
from ecrtui.render.columns import Cell
from ecrtui.render.fields import Field, Section
from ecrtui.render.json_lines import json_lines
from ecrtui.render.lines import INDENT, TextLine, broken, note, problem_lines, section_lines, title


def settings_lines(
    repository: Repository | None, parts: Iterable[SettingsPart], times: Times, columns: int
) -> list[TextLine]:
    """The repository itself, then every part: its value, `none`, or why it may not be read."""
    lines = _repository(repository, times, columns) if repository else []
    for part in parts:
        lines += [TextLine(), *_part(part, columns)]
    return lines


def _repository(repository: Repository, times: Times, columns: int) -> list[TextLine]:
    fields = [
        Field("Name", repository.repository_name),
        Field("URI", repository.repository_uri),
        Field("ARN", repository.repository_arn),
        Field("Created", times.long(repository.created_at)),
    ]
    known = tuple(field for field in fields if field.text)
    return section_lines([Section("Repository", known)], columns)


def _part(part: SettingsPart, columns: int) -> list[TextLine]:
    if isinstance(part.problem, EcrtuiError):
        return [title(part.title), *problem_lines(part.problem, columns)]
    if part.value is None:
        return [title(part.title), note("none")]
    if isinstance(part.value, str):
        text = _text(part.value) if part.title in _IN_WORDS else part.value
        return [title(part.title), *broken((Cell(INDENT),), text, columns, copy=part.value)]
    if isinstance(part.value, Mapping):
        fields = _fields(part.title, part.value)
        if fields:
            return section_lines([Section(part.title, fields)], columns)
    return [title(part.title), *json_lines(msgspec.to_builtins(part.value))]


_IN_WORDS = frozenset({"Tag mutability", "Encryption", "Scanning", "Catalog"})
"""Parts whose members are the API's; those of the others are a person's own."""
_TOLD_ABOVE = frozenset({"repositoryArn", "repositoryName"})


def _fields(part: str, value: Mapping[str, Any]) -> tuple[Field, ...]:
    """A field for each member; none where the value is too deep for that."""
    if part in _IN_WORDS:
        members = {name: each for name, each in value.items() if name not in _TOLD_ABOVE}
        return tuple(Field(_words(name), _text(each)) for name, each in members.items())
    if all(map(_is_short, value.values())):
        return tuple(Field(str(name), str(each)) for name, each in value.items())
    return ()


def _words(member: str) -> str:
    """`scanOnPush` as `Scan on push`."""
    words = re.sub(r"(?<=[a-z0-9])[A-Z]", lambda letter: " " + letter[0].lower(), member)
    return words[:1].upper() + words[1:]


def _is_short(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, float, bool))


_ENUMERATION = re.compile(r"[A-Z]+(_[A-Z]+)+|MUTABLE|IMMUTABLE|WILDCARD|MANUAL")


def _text(value: Any) -> str:
    """A value in words: `yes`, `scan on push`, `prod-* (wildcard), v* (wildcard)`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        first, *rest = map(_text, value.values()) if value else ("",)
        return f"{first} ({', '.join(rest)})" if rest else first
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(map(_text, value)) or "none"
    text = "" if value is None else str(value)
    return text.replace("_", " ").lower() if _ENUMERATION.fullmatch(text) else text
