"""A repository's settings as lines: short values beside their names, policies as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from ecrtui.errors import EcrtuiError
from ecrtui.model.repository import Repository, SettingsPart
from ecrtui.render.ages import Times
from ecrtui.render.columns import Cell
from ecrtui.render.fields import Field, Section
from ecrtui.render.json_lines import json_lines
from ecrtui.render.lines import INDENT, TextLine, broken, note, section_lines, title


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
        return [title(part.title), note(part.problem.sentence, "warn"), note(part.problem.hint)]
    if part.value is None:
        return [title(part.title), note("none")]
    if isinstance(part.value, str):
        return [title(part.title), *broken((Cell(INDENT),), part.value, columns, copy=part.value)]
    if isinstance(part.value, Mapping) and all(map(_is_short, part.value.values())):
        fields = tuple(Field(str(name), _text(value)) for name, value in part.value.items())
        return section_lines([Section(part.title, fields)], columns)
    return [title(part.title), *json_lines(msgspec.to_builtins(part.value))]


def _is_short(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, float, bool))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
