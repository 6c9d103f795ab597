"""What a lifecycle policy would do, by the evaluation rules of ECR's user guide.

Rules are taken by rising priority number; an image that meets the tagging of one rule cannot be
expired by a later one, even if the first spares it; images that an index lists are decided over
with their index alone; ARCHIVED images are not archived again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ecrtui.sandbox.refusal import Refusal, invalid_parameter
from ecrtui.sandbox.shelf import Image

DAY = 86_400
_COUNT_TYPES = (
    "imageCountMoreThan",
    "sinceImagePushed",
    "sinceImagePulled",
    "sinceImageTransitioned",
)


@dataclass(frozen=True)
class Rule:
    """One rule: its priority, what it selects by, and what it does to what it selects."""

    priority: int
    selection: dict[str, Any]
    action: dict[str, str]

    def selects(self, image: Image) -> bool:
        """Whether the rule is about this image at all, its age or rank aside."""
        kind = self.selection["tagStatus"]
        if kind != "any" and (kind == "tagged") != bool(image.tags):
            return False
        storage = self.selection.get("storageClass", "standard")
        if (storage == "archive") != (image.status == "ARCHIVED"):
            return False
        prefixes = self.selection.get("tagPrefixList", [])
        patterns = self.selection.get("tagPatternList", [])
        # Every pattern of the list must be met by some tag of the image (user guide).
        return all(any(tag.startswith(each) for tag in image.tags) for each in prefixes) and all(
            any(fnmatchcase(tag, each) for tag in image.tags) for each in patterns
        )


@dataclass(frozen=True)
class Verdict:
    """An image that would be acted on, and by which rule."""

    image: Image
    priority: int
    action: dict[str, str]


def read_rules(text: str) -> list[Rule]:
    """The rules of a policy text by priority; refuses what is no policy."""
    try:
        entries = json.loads(text)["rules"]
        rules = [_rule(entry) for entry in entries]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _invalid(f"{type(error).__name__}: {error}") from None
    if len({rule.priority for rule in rules}) != len(rules) or not rules:
        raise _invalid("every rule needs a priority of its own, and there must be one")
    return sorted(rules, key=lambda rule: rule.priority)


def evaluate(rules: list[Rule], images: list[Image], now: float) -> list[Verdict]:
    """The images that would be acted on, the oldest first within a rule."""
    held = {child for image in images for child in image.children}
    free = [image for image in images if image.digest not in held]
    verdicts: list[Verdict] = []
    claimed: set[str] = set()
    for rule in rules:
        candidates = [image for image in free if rule.selects(image)]
        # Images claimed before count here too, as if they had not been.
        hit = [image for image in _counted(rule, candidates, now) if image.digest not in claimed]
        verdicts += [Verdict(image, rule.priority, _action(rule)) for image in hit]
        claimed |= {image.digest for image in candidates}
    return verdicts


def _rule(entry: dict[str, Any]) -> Rule:
    selection, action = entry["selection"], entry["action"]
    if selection["tagStatus"] not in ("tagged", "untagged", "any"):
        raise ValueError("tagStatus must be tagged, untagged or any")
    if selection["countType"] not in _COUNT_TYPES:
        raise ValueError(f"countType must be one of {', '.join(_COUNT_TYPES)}")
    if selection["countType"] != "imageCountMoreThan" and selection["countUnit"] != "days":
        raise ValueError("countUnit must be days")
    if not isinstance(selection["countNumber"], int) or selection["countNumber"] < 1:
        raise ValueError("countNumber must be a whole number from 1 on")
    if action["type"] not in ("expire", "transition"):
        raise ValueError("action must be expire or transition")
    return Rule(int(entry["rulePriority"]), selection, action)


def _counted(rule: Rule, candidates: list[Image], now: float) -> list[Image]:
    kind, number = rule.selection["countType"], rule.selection["countNumber"]
    oldest_first = sorted(candidates, key=lambda image: (image.pushed_at, image.digest))
    if kind == "imageCountMoreThan":
        return oldest_first[: max(0, len(oldest_first) - number)]
    since = _SINCE[kind]
    return [image for image in oldest_first if now - since(image) > number * DAY]


_SINCE: dict[str, Callable[[Image], float]] = {
    "sinceImagePushed": lambda image: image.pushed_at,
    # Never pulled: counted from the push (user guide).
    "sinceImagePulled": lambda image: image.last_pull or image.pushed_at,
    "sinceImageTransitioned": lambda image: image.last_archived_at or image.pushed_at,
}


def _action(rule: Rule) -> dict[str, str]:
    if rule.action["type"] == "expire":
        return {"type": "EXPIRE"}
    return {"type": "TRANSITION", "targetStorageClass": "ARCHIVE"}


def _invalid(reason: str) -> Refusal:
    return invalid_parameter(
        "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: "
        f"'Lifecycle policy validation failure: {reason}'"
    )
