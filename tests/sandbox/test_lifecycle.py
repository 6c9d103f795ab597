"""What a lifecycle policy would do, rule by rule, as ECR's user guide tells it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.sandbox.control.ecr.lifecycle_rules import DAY, Verdict, evaluate, read_rules
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.shelf import Image

NOW = 1_770_000_000.0


def image(name: str, age: float, *tags: str, **more: Any) -> Image:
    return Image(name, b"{}", "any", 1, NOW - age * DAY, tags=set(tags), **more)


def rule(priority: int, action: str = "expire", **selection: Any) -> dict[str, Any]:
    selection = {"tagStatus": "any", "countType": "imageCountMoreThan", **selection}
    acts = {"type": action} | ({"targetStorageClass": "archive"} if action == "transition" else {})
    return {"rulePriority": priority, "selection": selection, "action": acts}


def decide(images: list[Image], *rules: dict[str, Any]) -> list[Verdict]:
    return evaluate(read_rules(json.dumps({"rules": rules})), images, NOW)


def names(verdicts: list[Verdict]) -> list[tuple[str, int]]:
    return [(verdict.image.digest, verdict.priority) for verdict in verdicts]


def test_counting_keeps_the_newest() -> None:
    images = [image("new", 1), image("old", 9), image("older", 20)]
    assert names(decide(images, rule(1, countNumber=1))) == [("older", 1), ("old", 1)]


def test_ages_are_counted_from_push_pull_or_archiving() -> None:
    used = image("used", 50, last_pull=NOW - DAY)
    unused = image("unused", 50)
    archived = image("archived", 190, status="ARCHIVED", last_archived_at=NOW - 100 * DAY)
    everything = [used, unused, archived]
    days: dict[str, Any] = {"countUnit": "days", "countNumber": 30}
    pushed = decide(everything, rule(1, countType="sinceImagePushed", **days))
    assert names(pushed) == [("unused", 1), ("used", 1)]
    pulled = decide(everything, rule(1, "transition", countType="sinceImagePulled", **days))
    assert names(pulled) == [("unused", 1)]
    days["countNumber"] = 90
    moved = rule(1, countType="sinceImageTransitioned", storageClass="archive", **days)
    assert names(decide(everything, moved)) == [("archived", 1)]


def test_what_was_restored_counts_from_then() -> None:
    back = image("back", 400, last_pull=NOW - 300 * DAY, last_activated_at=NOW - 5 * DAY)
    days: dict[str, Any] = {"countUnit": "days", "countNumber": 30}
    everything = [back, image("old", 100)]
    pushed = decide(everything, rule(1, countType="sinceImagePushed", **days))
    assert names(pushed) == [("old", 1)]
    pulled = decide(everything, rule(1, "transition", countType="sinceImagePulled", **days))
    assert names(pulled) == [("old", 1)]
    assert names(decide(everything, rule(1, countNumber=1))) == [("old", 1)]


def test_what_refers_to_an_image_goes_with_it_alone() -> None:
    subject, signature = image("subject", 9, "v1"), image("signature", 9, subject="subject")
    orphan = image("orphan", 9, subject="gone")
    untagged = rule(
        1, tagStatus="untagged", countType="sinceImagePushed", countUnit="days", countNumber=1
    )
    assert names(decide([subject, signature, orphan], untagged)) == [("orphan", 1)]


def test_only_the_star_is_special_in_a_pattern() -> None:
    images = [image("odd", 5, "a?[b]c"), image("plain", 5, "axbc")]
    count: dict[str, Any] = {"countType": "sinceImagePushed", "countUnit": "days", "countNumber": 1}
    by_pattern = rule(1, tagStatus="tagged", tagPatternList=["a?[b]*"], **count)
    assert names(decide(images, by_pattern)) == [("odd", 1)]


def test_a_rule_selects_by_tags() -> None:
    images = [image("prod", 5, "prod-1"), image("dev", 5, "dev-1", "nightly"), image("none", 5)]
    count: dict[str, Any] = {"countType": "sinceImagePushed", "countUnit": "days", "countNumber": 1}
    cases: list[tuple[dict[str, Any], set[str]]] = [
        ({"tagStatus": "untagged"}, {"none"}),
        ({"tagStatus": "tagged", "tagPrefixList": ["prod"]}, {"prod"}),
        ({"tagStatus": "tagged", "tagPatternList": ["*-1"]}, {"prod", "dev"}),
        ({"tagStatus": "tagged", "tagPatternList": ["dev*", "night*"]}, {"dev"}),
        ({"tagStatus": "any"}, {"prod", "dev", "none"}),
    ]
    for selection, expected in cases:
        verdicts = decide(images, rule(1, **selection, **count))
        assert {verdict.image.digest for verdict in verdicts} == expected


def test_the_rule_of_lower_number_decides_even_by_sparing() -> None:
    images = [image("a", 40, "v1"), image("b", 50, "v2"), image("spared", 20, "v3")]
    days: dict[str, Any] = {"countType": "sinceImagePushed", "countUnit": "days"}
    releases: dict[str, Any] = {"tagStatus": "tagged", "tagPatternList": ["v*"]}
    archive = rule(1, "transition", countNumber=30, **releases, **days)
    verdicts = decide(images, rule(2, countNumber=10, **days), archive)
    assert names(verdicts) == [("b", 1), ("a", 1)]
    assert verdicts[0].action == {"type": "TRANSITION", "targetStorageClass": "ARCHIVE"}


def test_children_go_only_with_their_index() -> None:
    child, index = image("child", 90), image("index", 90, "v1", children=("child",))
    free = image("free", 90)
    untagged = rule(
        1, tagStatus="untagged", countType="sinceImagePushed", countUnit="days", countNumber=1
    )
    assert names(decide([child, index, free], untagged)) == [("free", 1)]


@given(
    ages=st.lists(st.integers(0, 400), max_size=30),
    numbers=st.lists(st.integers(1, 60), min_size=1, max_size=4),
)
def test_no_image_is_decided_over_twice(ages: list[int], numbers: list[int]) -> None:
    images = [image(f"image-{place}", age) for place, age in enumerate(ages)]
    images += [image(f"tagged-{place}", age, "v1") for place, age in enumerate(ages)]
    tagged: dict[str, Any] = {"tagStatus": "tagged", "tagPatternList": ["v*"]}
    rules = [rule(place + 1, countNumber=number, **tagged) for place, number in enumerate(numbers)]
    verdicts = decide(images, *rules)
    digests = [verdict.image.digest for verdict in verdicts]
    assert len(digests) == len(set(digests)) == max(0, len(ages) - numbers[0])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"rules": []}',
        json.dumps({"rules": [rule(1, countNumber=1), rule(1, countNumber=2)]}),
        json.dumps({"rules": [rule(1, countNumber=0)]}),
        json.dumps({"rules": [rule(1, "burn", countNumber=1)]}),
        json.dumps({"rules": [rule(1, countType="sinceImagePushed", countNumber=1)]}),
        json.dumps({"rules": [rule(1, tagStatus="odd", countNumber=1)]}),
        json.dumps({"rules": [rule(1, countNumber=1), rule(2, countNumber=1)]}),
        json.dumps({"rules": [rule(1, countNumber=1, countUnit="days")]}),
        json.dumps({"rules": [rule(1, countNumber=1, extra=1)]}),
        json.dumps({"rules": [rule(1, tagStatus="tagged", countNumber=1)]}),
        '{"rules": [], "rules": []}',
        '{"rules": NaN}',
    ],
)
def test_what_is_no_policy_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="Lifecycle policy validation failure"):
        read_rules(text)
