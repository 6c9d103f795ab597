"""Lifecycle policies for tests: AWS's own examples with what they come to, and random ones.

The examples are those of ECR's user guide, "Examples of lifecycle policies in Amazon ECR" (2026):
repository contents as (name, tags, days since the push), the rules in short, who goes.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from hypothesis import strategies as st

from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.trail import Event
from tests import worlds

Rule = dict[str, Any]
DAY = 86_400.0


class Example(NamedTuple):
    """One example of the guide."""

    title: str
    contents: tuple[tuple[str, tuple[str, ...], float], ...]
    rules: tuple[Rule, ...]
    taken: frozenset[str]


def rule(priority: int, action: str = "expire", /, **selection: Any) -> Rule:
    """A rule of any image, the newest of which is kept, unless it is said otherwise."""
    whole = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 1} | selection
    if whole["countType"] != "imageCountMoreThan":
        whole.setdefault("countUnit", "days")
    acts = {"type": action} | ({"targetStorageClass": "archive"} if action == "transition" else {})
    return {
        "rulePriority": priority,
        "description": f"Rule {priority}",
        "selection": whole,
        "action": acts,
    }


def tagged(*patterns: str, **selection: Any) -> dict[str, Any]:
    """A selection of tagged images."""
    return {"tagStatus": "tagged", "tagPatternList": list(patterns), **selection}


def text_of(*rules: Rule) -> str:
    """The text of a policy, long enough for ECR."""
    return json.dumps({"rules": list(rules)}, indent=2)


_BETA_PROD = (
    ("A", ("beta-1", "prod-1"), 10.0),
    ("B", ("beta-2", "prod-2"), 9.0),
    ("C", ("beta-3",), 8.0),
)
_UNTAGGED = {"tagStatus": "untagged"}
EXAMPLES = (
    Example(
        "multiple rules, A",
        _BETA_PROD,
        (rule(1, **tagged("prod*")), rule(2, **tagged("beta*"))),
        frozenset("A"),
    ),
    Example(
        "multiple rules, B",
        _BETA_PROD,
        (rule(1, **tagged("beta*")), rule(2, **tagged("prod*"))),
        frozenset("AB"),
    ),
    Example(
        "multiple tags in a single rule, A",
        (
            ("A", ("alpha-1",), 12.0),
            ("B", ("beta-1",), 11.0),
            ("C", ("alpha-2", "beta-2"), 10.0),
            ("D", ("alpha-3",), 4.0),
            ("E", ("beta-3",), 3.0),
            ("F", ("alpha-4", "beta-4"), 2.0),
        ),
        (rule(1, **tagged("alpha*", "beta*", countType="sinceImagePushed", countNumber=5)),),
        frozenset("C"),
    ),
    Example(
        "multiple tags in a single rule, B",
        (
            ("A", ("alpha-1", "beta-1", "gamma-1"), 10.0),
            ("B", ("alpha-2", "beta-2"), 9.0),
            ("C", ("alpha-3", "beta-3", "gamma-2"), 8.0),
        ),
        (rule(1, **tagged("alpha*", "beta*")),),
        frozenset("AB"),
    ),
    Example(
        "all images, A",
        (
            ("A", ("alpha-1",), 4.0),
            ("B", ("beta-1",), 3.0),
            ("C", (), 2.0),
            ("D", ("alpha-2",), 1.0),
        ),
        (rule(1),),
        frozenset("ABC"),
    ),
    Example(
        "all images, B",
        (
            ("A", ("alpha-1", "beta-1"), 4.0),
            ("B", (), 3.0),
            ("C", ("alpha-2",), 2.0),
            ("D", ("git hash",), 1.0),
            ("E", (), 1.0),
        ),
        (
            rule(1, **tagged("alpha*")),
            rule(2, countType="sinceImagePushed", **_UNTAGGED),
            rule(3),
        ),
        frozenset("ABD"),
    ),
)
SYNTAX = (
    rule(1, **tagged("prod*", countType="sinceImagePushed", countNumber=14)),
    rule(1, "transition", countType="sinceImagePulled", countNumber=90),
    rule(1, countType="sinceImageTransitioned", storageClass="archive", countNumber=365),
    rule(1, **_UNTAGGED),
    rule(1, "transition", **tagged("prod*", countType="sinceImagePushed", countNumber=30)),
)
"""The guide's policies of one rule."""
ARCHIVE_THEN_EXPIRE = (
    rule(1, "transition", countType="sinceImagePushed", countNumber=30),
    rule(2, countType="sinceImageTransitioned", storageClass="archive", countNumber=365),
)
"""The guide's combination: a rule of any image for each storage class."""


def policy_ran(sandbox: Sandbox, repository: str) -> None:
    """Have CloudTrail tell that a policy deleted `gone` and archived `shelved` an hour ago."""
    rules = [{"rulePriority": 1, "action": "expire"}, {"rulePriority": 2, "action": "transition"}]
    images = [
        {"lifecycleEventImage": {"digest": f"sha256:{tag}", "tagList": [tag]}, "rulePriority": rule}
        for tag, rule in (("gone", 1), ("shelved", 2))
    ]
    details = {
        "repositoryName": repository,
        "lifecycleEventPolicy": {"lifecycleEventRules": rules},
        "lifecycleEventImageActions": images,
    }
    record = {
        "eventName": "PolicyExecutionEvent",
        "recipientAccountId": worlds.ACCOUNT,
        "serviceEventDetails": details,
    }
    world, at = sandbox.world, sandbox.world.clock.start - 3600
    name = "PolicyExecutionEvent"
    event = Event(repository, name, "ecr", at, "", "", True, (), json.dumps(record))
    world.trail.add(worlds.ACCOUNT, worlds.REGION, event)


_PIECES = st.sampled_from(("v", "rc", "prod", "a", "1", "2", "-", ".", "*"))
_PATTERN = st.lists(_PIECES, min_size=1, max_size=5).map("".join)
_COUNTS = ("imageCountMoreThan", "sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned")


@st.composite
def selections(draw: st.DrawFn) -> dict[str, Any]:
    """Selections that may be right, and often are not."""
    found: dict[str, Any] = {
        "tagStatus": draw(st.sampled_from(("tagged", "untagged", "any"))),
        "countType": draw(st.sampled_from(_COUNTS)),
        "countNumber": draw(st.sampled_from((1, 2, 5, 30, 90, 200, 0, -1, "3", 1.5))),
    }
    likely_tagged = found["tagStatus"] == "tagged"
    if draw(st.booleans()) if not likely_tagged else draw(st.integers(0, 9)) > 0:
        which = draw(st.sampled_from(("tagPatternList", "tagPrefixList")))
        found[which] = draw(st.lists(_PATTERN, max_size=3))
    if found["countType"] == "sinceImageTransitioned" or draw(st.integers(0, 9)) == 0:
        found["storageClass"] = draw(st.sampled_from(("archive", "archive", "standard")))
    if found["countType"] != "imageCountMoreThan" or draw(st.integers(0, 9)) == 0:
        found["countUnit"] = draw(st.sampled_from(("days", "days", "days", "weeks")))
    if draw(st.integers(0, 19)) == 0:
        del found[draw(st.sampled_from(sorted(found)))]
    return found


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """One rule that may be right."""
    action: dict[str, Any] = {"type": draw(st.sampled_from(("expire", "transition")))}
    if action["type"] == "transition" or draw(st.integers(0, 9)) == 0:
        action["targetStorageClass"] = draw(st.sampled_from(("archive", "archive", "standard")))
    return {
        "rulePriority": draw(st.integers(1, 9)),
        "description": "x" * 80,
        "selection": draw(selections()),
        "action": action,
    }


@st.composite
def good_rules(draw: st.DrawFn, priority: int) -> Rule:
    """One rule that is right by itself."""
    count = draw(st.sampled_from(_COUNTS))
    archive = count == "sinceImageTransitioned"
    pulled = count == "sinceImagePulled"
    acts = (
        "expire"
        if archive
        else "transition"
        if pulled
        else draw(st.sampled_from(("expire", "transition")))
    )
    number = draw(st.integers(90, 120)) if archive else draw(st.integers(1, 40))
    selection: dict[str, Any] = {"countType": count, "countNumber": number}
    if archive:
        selection["storageClass"] = "archive"
    selection["tagStatus"] = draw(st.sampled_from(("tagged", "tagged", "untagged", "any")))
    if selection["tagStatus"] == "tagged":
        patterns = draw(st.booleans())
        texts = draw(
            st.lists(_PATTERN.filter(lambda one: one.count("*") <= 4), min_size=1, max_size=2)
        )
        selection["tagPatternList" if patterns else "tagPrefixList"] = texts
    return rule(priority, acts, **selection)


@st.composite
def good_policies(draw: st.DrawFn) -> str:
    """Texts of policies that ECR takes: rules of a class with `any` last, one untagged ..."""
    drawn = [draw(good_rules(place + 1)) for place in range(draw(st.integers(1, 5)))]
    kept: list[Rule] = []
    seen: set[Any] = set()
    for one in drawn:
        selection = one["selection"]
        storage = selection.get("storageClass", "standard")
        key: Any = (storage, selection["tagStatus"])
        if selection["tagStatus"] == "tagged":
            key = (storage, frozenset(selection.get("tagPrefixList", [f"*{len(kept)}"])))
        if key not in seen and (storage, "any") not in seen:
            seen.add(key)
            kept.append(one)
    return json.dumps({"rules": kept}, indent=2)
