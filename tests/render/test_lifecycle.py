"""A policy's rules as somebody would say them."""

from __future__ import annotations

from typing import Any

import pytest

from ecrtui.model.lifecycle_check import checked
from ecrtui.model.lifecycle_words import counted, sentences
from tests.lifecycles import ARCHIVE_THEN_EXPIRE, rule, tagged, text_of


def said(*rules: dict[str, Any]) -> list[str]:
    policy = checked(text_of(*rules)).policy
    assert policy is not None
    return [sentence for _, sentence in sentences(policy)]


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (rule(1), "Keeps the newest of all images, deletes the others."),
        (rule(1, countNumber=9), "Keeps the newest 9 of all images, deletes the others."),
        (
            rule(1, tagStatus="untagged", countNumber=2),
            "Keeps the newest 2 untagged images, deletes the others.",
        ),
        (rule(1, **tagged("v*")), "Keeps the newest image tagged v*, deletes the others."),
        (
            rule(1, **tagged("*", countType="sinceImagePushed")),
            "Deletes tagged images that were pushed more than 1 day ago.",
        ),
        (
            rule(1, "transition", countType="sinceImagePulled", countNumber=90),
            "Archives all images that nobody has pulled for 90 days.",
        ),
        (
            rule(1, tagStatus="tagged", tagPrefixList=["a", "b"], countNumber=3),
            "Keeps the newest 3 images with a tag that begins with a and b, deletes the others.",
        ),
    ],
)
def test_each_kind_of_rule(one: dict[str, Any], sentence: str) -> None:
    assert said(one) == [sentence]


def test_what_rules_above_leave_to_the_others() -> None:
    assert said(rule(1, **tagged("a", "b", "c", "d", "e", "f")), rule(2)) == [
        "Keeps the newest image tagged a and b and c and d and 2 more, deletes the others.",
        "Keeps the newest of all other images, deletes the others.",
    ]
    assert said(*ARCHIVE_THEN_EXPIRE) == [
        "Archives all images that were pushed more than 30 days ago.",
        "Deletes all archived images that have been in the archive for more than 365 days.",
    ]
    assert (counted(1, "index", "indexes"), counted(2, "index", "indexes")) == (
        "1 index",
        "2 indexes",
    )
