"""Settings as lines: in words what the API's members say, policies as JSON beside their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from ecrtui.errors import EcrtuiError
from ecrtui.model.quota import Quota
from ecrtui.model.repository import Repository, SettingsPart
from ecrtui.model.setting import text_of
from ecrtui.render.ages import Times
from ecrtui.render.columns import Cell
from ecrtui.render.fields import Field, Section
from ecrtui.render.json_lines import json_lines
from ecrtui.render.lines import INDENT, TextLine, broken, note, problem_lines, section_lines, title
from ecrtui.render.markdown import cell, fenced
from ecrtui.render.policies import policy_fields
from ecrtui.render.setting_words import in_words, quota_fields

LEADS = "setting:"
"""What a line of a part leads to, before the part's name."""
_DOCUMENTS = frozenset({"policy", "lifecycle"})
"""Parts whose own text is shown too: what words say of them is not all."""


def settings_lines(
    repository: Repository | None,
    parts: Iterable[SettingsPart],
    times: Times,
    columns: int,
    account: str = "",
    notes: Mapping[str, list[TextLine]] | None = None,
) -> list[TextLine]:
    """The repository itself, then every part: its value, `none`, or why it may not be read.

    `notes` are more lines for some parts, by their names.
    """
    lines = _repository(repository, times, columns) if repository else []
    for part in parts:
        lines += [TextLine()] if lines else []
        lines += part_lines(part, times, columns, account)
        lines += [
            line._replace(leads=f"{LEADS}{part.name}") for line in (notes or {}).get(part.name, ())
        ]
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


def part_lines(part: SettingsPart, times: Times, columns: int, account: str = "") -> list[TextLine]:
    """One part under its title; each line leads to it, and the title copies all of it."""
    head = title(part.title)._replace(copy=text_of(part.value))
    body = [head, *_body(part, times, columns, account)]
    leads = f"{LEADS}{part.name}" if part.name else ""
    return [line._replace(leads=leads) for line in body]


def _body(part: SettingsPart, times: Times, columns: int, account: str) -> list[TextLine]:
    if isinstance(part.problem, EcrtuiError):
        return problem_lines(part.problem, columns)
    if part.value is None:
        return [note("none")]
    lines = words_only(part, times, columns, account)
    if part.name in _DOCUMENTS or not lines:
        lines += [TextLine()] if lines else []
        lines += _document(part.value, columns)
    return lines


def words_only(part: SettingsPart, times: Times, columns: int, account: str) -> list[TextLine]:
    """What words say of a part, without its title and its text."""
    fields = tuple(_said(part, times, account))
    if len(fields) == 1 and not fields[0].label:
        said = fields[0]
        return broken((Cell(INDENT),), said.text, columns, style=said.style, copy=said.text)
    return section_lines([Section(part.title, fields)], columns)[1:] if fields else []


def image_fields(parts: Iterable[SettingsPart], times: Times) -> Iterator[Field]:
    """What became of an image by the registry's rules; nothing where no rule speaks of it."""
    for part in parts:
        if isinstance(part.problem, EcrtuiError):
            yield Field(part.title, f"not known: {part.problem.sentence}", "dim")
        for field in in_words(part.name, part.value, times) or () if part.value else ():
            text_of_it = f"{field.label} {field.text}".strip()
            yield Field(_DEEDS.get(part.name, part.title), text_of_it, field.style)


_DEEDS = {"replication": "Copied to", "signing": "Signed by", "tag-times": "Tag"}


def quota_lines(
    rows: Iterable[Quota], problems: Iterable[EcrtuiError], columns: int
) -> list[TextLine]:
    """The quotas under their title, then what could not be read of them."""
    lines = section_lines([Section("Quotas", tuple(quota_fields(rows)))], columns)
    return [*lines, *(line for one in problems for line in problem_lines(one, columns))]


def cache_lines(checks: Iterable[Any]) -> list[TextLine]:
    """What ECR found of each cache rule."""
    fields = tuple(
        Field(
            f"{one.prefix}/*",
            "works" if one.valid else f"fails: {one.failure}",
            "good" if one.valid else "bad",
        )
        for one in checks
    )
    return section_lines([Section("Checked now", fields)], _WIDE)


_WIDE = 200


def _document(value: Any, columns: int) -> list[TextLine]:
    if isinstance(value, str):
        return broken((Cell(INDENT),), value, columns, copy=value)
    return json_lines(msgspec.to_builtins(value))


def _said(part: SettingsPart, times: Times, account: str) -> Iterable[Field]:
    if part.name == "policy":
        return policy_fields(part.value, account)
    found = in_words(part.name, part.value, times)
    return fields_of(part.value) if found is None else found


def fields_of(value: Any) -> tuple[Field, ...]:
    """A field for each member, in words; none where the value is too deep for that."""
    if isinstance(value, Mapping):
        short = {key: each for key, each in value.items() if not isinstance(each, Mapping)}
        if len(short) == len(value):
            return tuple(Field(words(str(key)), text(each)) for key, each in value.items())
        return ()
    if isinstance(value, (str, bool, int, float)):
        return (Field("", text(value)),)
    return ()


def words(member: str) -> str:
    """`scanOnPush` as `Scan on push`."""
    told = re.sub(r"(?<=[a-z0-9])[A-Z]", lambda letter: " " + letter[0].lower(), member)
    return told[:1].upper() + told[1:]


_ENUMERATION = re.compile(r"[A-Z]+(_[A-Z]+)+|MUTABLE|IMMUTABLE|WILDCARD|MANUAL|ENABLED|DISABLED")


def text(value: Any) -> str:
    """A value in words: `yes`, `scan on push`, `prod-* (wildcard), v* (wildcard)`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        first, *rest = map(text, value.values()) if value else ("",)
        return f"{first} ({', '.join(rest)})" if rest else first
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(map(text, value)) or "none"
    said = "" if value is None else str(value)
    return said.replace("_", " ").lower() if _ENUMERATION.fullmatch(said) else said


def sentences(part: SettingsPart, times: Times, account: str) -> list[str]:
    """What words say of a part, a sentence for each rule or statement."""
    if part.value is None:
        return []
    fields = _said(part, times, account)
    return [": ".join(filter(None, (field.label, field.text))) for field in fields]


def markdown(part: SettingsPart, times: Times, account: str = "") -> Iterator[str]:
    """A heading, what words say of a policy, then the document as it is."""
    yield f"## {part.title}"
    yield ""
    if part.name == "policy" and part.value is not None:
        yield from (f"- {cell(line)}" for line in sentences(part, times, account))
        yield ""
    if isinstance(part.problem, EcrtuiError):
        yield cell(part.problem.sentence)
    elif part.value is None:
        yield "none"
    elif isinstance(part.value, (str, bool)) and "\n" not in str(part.value):
        yield f"`{text(part.value) if isinstance(part.value, bool) else part.value}`"
    else:
        document = text_of(part.value).rstrip("\n") or '""'
        yield from fenced(document.split("\n"), "json")
    yield ""
