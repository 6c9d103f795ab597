"""Rules that many policies have, to begin with: put into a text, with a priority that is free."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from ecrtui.errors import UsageError
from ecrtui.model.json_places import DEEPEST, Node, NotJson, position, read


class Template(NamedTuple):
    """One rule without its priority."""

    title: str
    help: str
    rule: dict[str, Any]


def _template(
    title: str, said: str, action: str, selection: dict[str, Any], description: str
) -> Template:
    acts = {"type": action} | ({"targetStorageClass": "archive"} if action == "transition" else {})
    rule = {"description": description, "selection": selection, "action": acts}
    return Template(title, said, rule)


TEMPLATES = (
    _template(
        "keep the newest 10 releases",
        "tags v*; deletes the older ones",
        "expire",
        {
            "tagStatus": "tagged",
            "tagPatternList": ["v*"],
            "countType": "imageCountMoreThan",
            "countNumber": 10,
        },
        "Keep the newest 10 releases",
    ),
    _template(
        "delete untagged after 14 days",
        "counted from the push",
        "expire",
        {
            "tagStatus": "untagged",
            "countType": "sinceImagePushed",
            "countUnit": "days",
            "countNumber": 14,
        },
        "Delete untagged images after 14 days",
    ),
    _template(
        "archive what nobody pulls",
        "for 90 days; it comes back within 20 minutes",
        "transition",
        {
            "tagStatus": "any",
            "countType": "sinceImagePulled",
            "countUnit": "days",
            "countNumber": 90,
        },
        "Archive what nobody pulled for 90 days",
    ),
    _template(
        "delete what was archived",
        "a year after it was archived",
        "expire",
        {
            "tagStatus": "any",
            "storageClass": "archive",
            "countType": "sinceImageTransitioned",
            "countUnit": "days",
            "countNumber": 365,
        },
        "Delete what has been archived for a year",
    ),
)


def with_rule(text: str, template: Template) -> str:
    """A policy's text with one more rule; rules of any image stay behind it.

    Raises UsageError for a text that is no policy: nothing of it is lost then.
    """
    document = parsed(text) if text.strip() else {"rules": []}
    rules = document.get("rules") if isinstance(document, dict) else None
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise UsageError("there is no list of rules", title="The text is no policy yet")
    known = [rule.get("rulePriority") for rule in rules]
    numbers = [number for number in known if type(number) is int]
    new = {"rulePriority": max(numbers, default=0) + 1, **template.rule}
    last = rules[-1:] if _is_any(rules[-1:]) and not _is_any([new]) else []
    if last:  # it must be the last of its class
        new["rulePriority"], last[0]["rulePriority"] = known[-1], new["rulePriority"]
    at = len(rules) - len(last)
    rules.insert(at, new)
    return lined(document)


def _is_any(rules: list[dict[str, Any]]) -> bool:
    selection = rules[0].get("selection") if rules else None
    return isinstance(selection, dict) and selection.get("tagStatus") == "any"


def parsed(text: str) -> Any:
    """The document of a text; raises UsageError with the place of what is no JSON."""
    try:
        return _value(read(text))
    except NotJson as fault:
        line, column = position(text, fault.offset)
        raise UsageError(
            f"line {line}, column {column}: {fault.what}",
            title="The text is no JSON yet",
            hint=fault.fix,
        ) from None


def _value(node: Node, depth: int = 0) -> Any:
    if depth > DEEPEST:
        return None
    if node.members is not None:
        return {key.value: _value(value, depth + 1) for key, value in node.members}
    if node.items is not None:
        return [_value(item, depth + 1) for item in node.items]
    return node.value


def lined(document: Any) -> str:
    """A document with a line for each member, two spaces for each bracket."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
