"""Which texts are lifecycle policies: ECR's user guide, properties and evaluation rules."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ecrtui.sandbox.refusal import Refusal, invalid_parameter

_RULE = {"rulePriority", "description", "selection", "action"}
_SELECTION = {
    "tagStatus",
    "tagPatternList",
    "tagPrefixList",
    "storageClass",
    "countType",
    "countUnit",
    "countNumber",
}
_COUNTS = ("imageCountMoreThan", "sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned")
_MOST_RULES, _MOST_WILDCARDS, _LEAST_ARCHIVED = 50, 4, 90


def policy_entries(text: str) -> list[dict[str, Any]]:
    """The rules of a policy text as they stand there; refuses what is no policy."""
    try:
        document = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once)
        _only(document, {"rules"})
        entries = document["rules"]
        _sure(isinstance(entries, list) and 0 < len(entries) <= _MOST_RULES, "1 to 50 rules")
        for entry in entries:
            _check(entry)
        _check_together(entries)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _invalid(f"{type(error).__name__}: {error}") from None
    found: list[dict[str, Any]] = entries
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    _sure(len(found) == len(pairs), "a key stands twice")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _sure(holds: bool, wanted: str) -> None:
    if not holds:
        raise ValueError(wanted)


def _only(document: Any, keys: Iterable[str]) -> None:
    _sure(isinstance(document, dict), "an object is needed")
    unwanted = document.keys() - set(keys)
    if unwanted:
        raise ValueError(f"properties which are not allowed by the schema: {sorted(unwanted)}")


def _whole(value: Any, name: str) -> None:
    _sure(type(value) is int and value >= 1, f"{name} must be a whole number from 1 on")


def _check(entry: dict[str, Any]) -> None:
    _only(entry, _RULE)
    _whole(entry["rulePriority"], "rulePriority")
    _sure(isinstance(entry.get("description", ""), str), "description must be a string")
    selection, action = entry["selection"], entry["action"]
    _only(selection, _SELECTION)
    _tags(selection)
    kind = selection["countType"]
    _sure(kind in _COUNTS, f"countType must be one of {', '.join(_COUNTS)}")
    if kind == "imageCountMoreThan":
        _sure("countUnit" not in selection, "countUnit goes with days alone")
    else:
        _sure(selection["countUnit"] == "days", "countUnit must be days")
    _whole(selection["countNumber"], "countNumber")
    storage = selection.get("storageClass", "standard")
    archived = kind == "sinceImageTransitioned"
    _sure(storage == ("archive" if archived else "standard"), "storageClass does not fit")
    _sure(
        not archived or selection["countNumber"] >= _LEAST_ARCHIVED,
        "images are archived for at least 90 days",
    )
    _acts(action, kind)


def _acts(action: dict[str, Any], kind: str) -> None:
    if action["type"] == "transition":
        _only(action, {"type", "targetStorageClass"})
        _sure(action["targetStorageClass"] == "archive", "targetStorageClass must be archive")
        _sure(kind != "sinceImageTransitioned", "what is archived cannot be archived")
    else:
        _only(action, {"type"})
        _sure(action["type"] == "expire", "action must be expire or transition")
        _sure(kind != "sinceImagePulled", "sinceImagePulled cannot be used with expire")


def _tags(selection: dict[str, Any]) -> None:
    status = selection["tagStatus"]
    _sure(status in ("tagged", "untagged", "any"), "tagStatus must be tagged, untagged or any")
    lists = [selection[key] for key in ("tagPatternList", "tagPrefixList") if key in selection]
    _sure(len(lists) == (status == "tagged"), "one list of tags goes with tagged, and only there")
    for texts in lists:
        _sure(isinstance(texts, list) and bool(texts), "a list of tags may not be empty")
        for text in texts:
            _sure(isinstance(text, str) and bool(text), "tags are strings")
    for pattern in selection.get("tagPatternList", ()):
        _sure(pattern.count("*") <= _MOST_WILDCARDS, "at most four wildcards in a pattern")


def _check_together(entries: list[dict[str, Any]]) -> None:
    priorities = [entry["rulePriority"] for entry in entries]
    _sure(len(set(priorities)) == len(priorities), "every rule needs a priority of its own")
    for storage in ("standard", "archive"):
        rules = [
            entry
            for entry in entries
            if entry["selection"].get("storageClass", "standard") == storage
        ]
        last = max((entry["rulePriority"] for entry in rules), default=0)
        statuses = [entry["selection"]["tagStatus"] for entry in rules]
        _sure(statuses.count("untagged") <= 1, "only one rule may select untagged images")
        for entry in rules:
            whole = entry["selection"]["tagStatus"] == "any"
            _sure(not whole or entry["rulePriority"] == last, "any must come last")
        prefixes = [
            frozenset(entry["selection"]["tagPrefixList"])
            for entry in rules
            if "tagPrefixList" in entry["selection"]
        ]
        _sure(len(set(prefixes)) == len(prefixes), "tag prefixes must be unique")


def _invalid(reason: str) -> Refusal:
    return invalid_parameter(
        "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: "
        f"'Lifecycle policy validation failure: {reason}'"
    )
