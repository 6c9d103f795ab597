"""What a lifecycle policy would do, by the evaluation rules of ECR's user guide.

Rules are taken by rising priority number, each storage class by itself; an image that meets the
tagging of one rule cannot be expired by a later one, even if the first spares it; images that an
index lists are decided over with their index alone, what refers to an image with that image;
ARCHIVED images are not archived again; an image that came back from the archive counts from then.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ecrtui.sandbox.control.ecr.lifecycle_text import policy_entries
from ecrtui.sandbox.shelf import Image

DAY = 86_400


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
            any(_wildcard(each).fullmatch(tag) for tag in image.tags) for each in patterns
        )


def _wildcard(pattern: str) -> re.Pattern[str]:
    """`*` is any text; nothing else is special."""
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)


@dataclass(frozen=True)
class Verdict:
    """An image that would be acted on, and by which rule."""

    image: Image
    priority: int
    action: dict[str, str]


def read_rules(text: str) -> list[Rule]:
    """The rules of a policy text by priority; refuses what is no policy."""
    rules = [
        Rule(entry["rulePriority"], entry["selection"], entry["action"])
        for entry in policy_entries(text)
    ]
    return sorted(rules, key=lambda rule: rule.priority)


def evaluate(rules: list[Rule], images: list[Image], now: float) -> list[Verdict]:
    """The images that would be acted on, the oldest first within a rule."""
    held = {child for image in images for child in image.children}
    here = {image.digest for image in images}
    free = [image for image in images if image.digest not in held and image.subject not in here]
    verdicts: list[Verdict] = []
    claimed: set[str] = set()
    for rule in rules:
        candidates = [image for image in free if rule.selects(image)]
        # Images claimed before count here too, as if they had not been.
        hit = [image for image in _counted(rule, candidates, now) if image.digest not in claimed]
        verdicts += [Verdict(image, rule.priority, _action(rule)) for image in hit]
        claimed |= {image.digest for image in candidates}
    return verdicts


def _counted(rule: Rule, candidates: list[Image], now: float) -> list[Image]:
    kind, number = rule.selection["countType"], rule.selection["countNumber"]
    since = _SINCE[kind]
    order = _archived if kind == "sinceImageTransitioned" else _pushed
    oldest_first = sorted(candidates, key=lambda image: (order(image), image.digest))
    if kind == "imageCountMoreThan":
        return oldest_first[: max(0, len(oldest_first) - number)]
    return [image for image in oldest_first if now - since(image) > number * DAY]


def _pushed(image: Image) -> float:
    """Restoring counts as pushing (user guide)."""
    return image.last_activated_at or image.pushed_at


def _pulled(image: Image) -> float:
    """Never pulled: counted from the push; not since it was restored: from that (user guide)."""
    if image.last_activated_at is not None and (image.last_pull or 0.0) < image.last_activated_at:
        return image.last_activated_at
    return image.last_pull or image.pushed_at


def _archived(image: Image) -> float:
    return image.last_archived_at or image.pushed_at


_SINCE: dict[str, Callable[[Image], float]] = {
    "imageCountMoreThan": _pushed,
    "sinceImagePushed": _pushed,
    "sinceImagePulled": _pulled,
    "sinceImageTransitioned": _archived,
}


def _action(rule: Rule) -> dict[str, str]:
    if rule.action["type"] == "expire":
        return {"type": "EXPIRE"}
    return {"type": "TRANSITION", "targetStorageClass": "ARCHIVE"}
