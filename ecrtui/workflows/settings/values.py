"""From what a person typed to a setting's value, and to what it becomes when one thing is set."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NoReturn

from ecrtui.errors import UsageError
from ecrtui.model.setting import Setting

_MOST = 200_000
"""Characters: three times what a repository template may hold."""
_SHOWN = 30


def parsed(setting: Setting, text: str) -> Any:
    """The value that a text means; None for an empty one. Raises UsageError, which says where."""
    stripped = text.strip()
    if not stripped:
        if not setting.removable:
            raise UsageError(
                setting.name,
                title=f"{setting.title}: there must be something",
                hint=_choices(setting),
            )
        return None
    if len(text) > _MOST:
        raise UsageError(setting.name, title=f"{setting.title}: the text is too long")
    if setting.choices:
        return _choice(setting, stripped)
    if setting.word and stripped[0] not in "{[":
        return {setting.word: stripped.strip('"')}
    value = _document(setting, text)
    _refuse_form(setting, value)
    return _ordered(setting, value)


def with_item(setting: Setting, value: Any, item: str, text: str) -> Any:
    """The value with one thing of it set: a rule by its prefix, a tag by its key."""
    _refuse_whole(setting)
    if setting.key == "name":
        return {**(value or {}), item: text}
    if setting.key == "value":
        return sorted({*(value or ()), item})
    row = _document(setting, text)
    if not isinstance(row, dict):
        raise UsageError(item, title=f"{setting.title}: must be an object, in braces")
    named = {setting.key: item} | {key: each for key, each in row.items() if key != setting.key}
    rows = _by_key(setting, value) | {item: named}
    return _ordered(setting, list(rows.values()))


def without_item(setting: Setting, value: Any, item: str) -> Any:
    """The value without one thing of it; raises UsageError where it is not there."""
    _refuse_whole(setting)
    if setting.key == "name":
        names: Iterable[str] = value or {}
        left: Any = {name: value[name] for name in names if name != item}
    elif setting.key == "value":
        names = value or ()
        left = [name for name in names if name != item]
    else:
        names = [str(row[setting.key]) for row in value or ()]
        left = [row for row in value or () if row[setting.key] != item]
    if item not in names:
        raise UsageError(
            item,
            title=f"{setting.title}: there is none of that name",
            hint=f"There are: {', '.join(list(names)[:_SHOWN])}" if names else "There are none.",
        )
    return left or None


def merged_back(setting: Setting, now: Any, before: Any, after: Any) -> Any:
    """What takes one change back: `before`, but for things that others have changed since."""
    if not setting.key:
        return before
    known, was, became = (_by_key(setting, one) for one in (now, before, after))
    for name in {**was, **became}:
        if was.get(name) == became.get(name):
            continue
        known.pop(name, None)
        if name in was:
            known[name] = was[name]
    if setting.key == "name":
        return known or None
    return _ordered(setting, list(known.values())) or None


def _ordered(setting: Setting, value: Any) -> Any:
    """A list whose order says nothing, by its names, as it is read."""
    if not setting.key or not isinstance(value, list):
        return value
    return sorted(value, key=lambda one: one if isinstance(one, str) else one[setting.key])


def _by_key(setting: Setting, value: Any) -> dict[str, Any]:
    if setting.key == "name":
        return dict(value or {})
    if setting.key == "value":
        return {name: name for name in value or ()}
    return {row[setting.key]: row for row in value or ()}


def _refuse_form(setting: Setting, value: Any) -> None:
    """Raise UsageError where single things could not be told apart."""
    if not setting.key or value is None:
        return
    if setting.key == "name":
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise UsageError("{", title=f"{setting.title}: must be an object of texts")
        return
    if not isinstance(value, list):
        raise UsageError("{", title=f"{setting.title}: must be a list")
    wanted = str if setting.key == "value" else dict
    for number, one in enumerate(value, 1):
        if not isinstance(one, wanted):
            noun = "a text" if wanted is str else "an object"
            raise UsageError(f"entry {number}", title=f"{setting.title}: must be {noun}")
        if isinstance(one, dict) and not isinstance(one.get(setting.key), str):
            raise UsageError(f"entry {number}", title=f"{setting.title}: {setting.key} is missing")
    names = [one if isinstance(one, str) else one[setting.key] for one in value]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise UsageError(twice, title=f"{setting.title}: it stands there twice")


def _refuse_whole(setting: Setting) -> None:
    if not setting.key:
        raise UsageError(
            setting.name,
            title=f"{setting.title} can only be set as a whole",
            hint=f"Write {setting.name}=@FILE, without a dot.",
        )


def _choice(setting: Setting, text: str) -> Any:
    for choice in setting.choices:
        if text.strip('"').lower() == str(choice.value).lower():
            return choice.value
    raise UsageError(text, title=f"{setting.title}: no such value", hint=_choices(setting))


def _choices(setting: Setting) -> str:
    told = [
        f"{str(one.value).lower() if one.value in (True, False) else one.value} ({one.means})"
        for one in setting.choices
    ]
    return f"There are: {', '.join(told)}" if told else "It can be changed, not removed."


def _document(setting: Setting, text: str) -> Any:
    """JSON as it is; a name that stands twice in an object is refused, since one would be lost."""
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as problem:
        raise UsageError(
            f"line {problem.lineno}, column {problem.colno}: {problem.msg}",
            title=f"{setting.title}: this is no JSON",
            hint=_near(text, problem.lineno),
        ) from None
    except RecursionError:
        raise UsageError(setting.name, title=f"{setting.title}: this is too deep") from None
    except _Twice as twice:
        raise UsageError(
            str(twice), title=f"{setting.title}: a name stands twice in one object"
        ) from None
    if not isinstance(value, (dict, list)):
        raise UsageError(text[:_SHOWN], title=f"{setting.title}: must be an object or a list")
    return value or None


class _Twice(Exception):
    """A name that an object has twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in pairs:
        if name in made:
            raise _Twice(name)
        made[name] = value
    return made


def _no_number(text: str) -> NoReturn:
    raise json.JSONDecodeError(f"{text} is no JSON", text, 0)


def _near(text: str, line: int) -> str:
    lines = text.split("\n")
    return f"There: {lines[line - 1].strip()[:60]}" if 0 < line <= len(lines) else ""
