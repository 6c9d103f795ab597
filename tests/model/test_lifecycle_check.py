"""A policy's text looked through: what ECR refuses is found, at its place, with a fix."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrtui.model import json_places
from ecrtui.model.json_places import NotJson
from ecrtui.model.lifecycle import Level, fits
from ecrtui.model.lifecycle_check import checked
from ecrtui.sandbox.control.ecr.lifecycle_text import policy_entries
from ecrtui.sandbox.refusal import Refusal
from tests import lifecycles
from tests.lifecycles import rule, tagged, text_of

DAYS = {"countType": "sinceImagePushed", "countNumber": 9}


def errors(text: str) -> list[tuple[str, str]]:
    return [(one.path, one.what) for one in checked(text).errors]


@pytest.mark.parametrize("one", [*lifecycles.SYNTAX, *lifecycles.ARCHIVE_THEN_EXPIRE])
def test_the_guides_policies_are_right(one: dict[str, Any]) -> None:
    assert checked(text_of(one)).problems == ()


def test_the_guides_policies_of_several_rules_are_right() -> None:
    for rules in (lifecycles.ARCHIVE_THEN_EXPIRE, *(each.rules for each in lifecycles.EXAMPLES)):
        assert checked(text_of(*rules)).problems == ()


SELECTION = "rules[0].selection"
WRONG: list[tuple[dict[str, Any], str, str]] = [
    (rule(0), "rules[0].rulePriority", "rulePriority is 0"),
    (rule(1, "burn"), "rules[0].action.type", 'type is "burn"'),
    (rule(1, tagStatus="Tagged"), f"{SELECTION}.tagStatus", 'tagStatus is "Tagged"'),
    (rule(1, tagStatus="tagged"), SELECTION, "tagged, and no tags are named"),
    (
        rule(1, tagPatternList=["v*"]),
        f"{SELECTION}.tagPatternList",
        "tagPatternList with any",
    ),
    (
        rule(1, **tagged("v*", tagPrefixList=["v"])),
        f"{SELECTION}.tagPrefixList",
        "patterns and prefixes",
    ),
    (
        rule(1, **tagged("*test*1*2*3", "test*1*2*3*4*5*6")),
        f"{SELECTION}.tagPatternList[1]",
        "6 wildcards (*)",
    ),
    (rule(1, **tagged()), f"{SELECTION}.tagPatternList", "tagPatternList is an empty list"),
    (rule(1, **tagged("")), f"{SELECTION}.tagPatternList[0]", "tagPatternList holds an empty text"),
    (rule(1, countNumber="3"), f"{SELECTION}.countNumber", 'countNumber is "3"'),
    (rule(1, countNumber=True), f"{SELECTION}.countNumber", "countNumber is true"),
    (rule(1, countUnit="days"), f"{SELECTION}.countUnit", "countUnit with imageCountMoreThan"),
    (rule(1, **DAYS, countUnit="weeks"), f"{SELECTION}.countUnit", 'countUnit is "weeks"'),
    (
        rule(1, **DAYS, storageClass="archive"),
        f"{SELECTION}.storageClass",
        'sinceImagePushed with storageClass "archive"',
    ),
    (
        rule(1, countType="sinceImageTransitioned", countNumber=90),
        SELECTION,
        "sinceImageTransitioned without a storageClass",
    ),
    (
        rule(1, countType="sinceImageTransitioned", storageClass="archive", countNumber=89),
        f"{SELECTION}.countNumber",
        "89 days in the archive",
    ),
    (
        rule(1, countType="sinceImagePulled", countNumber=9),
        "rules[0].action",
        "expire with sinceImagePulled",
    ),
    (rule(1, description=1), SELECTION, "no key is called description"),
]


@pytest.mark.parametrize(("one", "path", "what"), WRONG, ids=lambda value: str(value)[:40])
def test_what_is_wrong_is_named_at_its_place(one: dict[str, Any], path: str, what: str) -> None:
    text = text_of(one)
    found = checked(text)
    assert found.policy is None
    assert [(each.path, each.what) for each in found.problems] == [(path, what)]
    problem = found.problems[0]
    assert problem.fix
    # The place is one that can be pointed at: what stands there begins there.
    line = text.split("\n")[problem.line - 1]
    assert line[problem.column - 1 : problem.column].strip()
    with pytest.raises(Refusal):
        policy_entries(text)


def test_rules_that_do_not_go_together() -> None:
    days = {"countType": "sinceImagePushed", "countNumber": 9}
    both = errors(text_of(rule(1), rule(2, **tagged("v*"))))
    assert both == [
        ("rules[0].selection.tagStatus", "a rule of any image (standard) that is not the last")
    ]
    assert errors(
        text_of(rule(1, tagStatus="untagged"), rule(2, tagStatus="untagged", **days))
    ) == [("rules[1].selection.tagStatus", "a second rule of untagged images (standard)")]
    assert errors(text_of(rule(3, **tagged("a*")), rule(3, **tagged("b*")))) == [
        ("rules[1].rulePriority", "two rules have the priority 3")
    ]
    prefixes = {"tagStatus": "tagged", "tagPrefixList": ["v", "rc"]}
    turned = prefixes | {"tagPrefixList": ["rc", "v"]}
    assert errors(text_of(rule(1, **prefixes), rule(2, **days, **turned))) == [
        ("rules[1].selection.tagPrefixList", "the same prefixes as the rule of priority 1")
    ]


def test_a_rule_that_never_acts_is_noted_and_no_error() -> None:
    found = checked(text_of(rule(1, **tagged("v*")), rule(2, **tagged("v1*", "rc*"))))
    assert found.policy is not None
    assert [(one.level, one.path) for one in found.problems] == [(Level.NOTE, "rules[1]")]


@pytest.mark.parametrize(
    ("text", "line", "column", "what"),
    [
        ("", 1, 1, "there is nothing"),
        ('{"rules": [\n  1,\n]}', 3, 1, "a comma before the end of a list"),
        ('{"rules": [],\n}', 2, 1, "a comma before the end of an object"),
        ('{"rules": []', 1, 13, "the { of line 1 is never closed"),
        ("{'rules': []}", 1, 2, "single quotes"),
        ('{"rules": [] // all\n}', 1, 13, "a comma is missing"),
        ('{"rules": NaN}', 1, 11, "NaN is no number in JSON"),
        ('{"rules": tagged}', 1, 11, "a word without quotes"),
        ('{"rules": "a', 1, 11, "a text without its end"),
        ('{"rules": "a\tb"}', 1, 11, "a text with a sign that JSON does not take as it is"),
        ('{"rules": "\\ud800"}', 1, 11, "half of a character (\\ud800 to \\udfff)"),
        ('{"rules": 0123}', 1, 11, "a value is missing, or is no JSON"),
        ('{"rules" []}', 1, 10, '"rules" has no value'),
        ('{"rules": [] "a": 1}', 1, 13, "a comma is missing"),
        ('{"rules": []} {}', 1, 15, "something comes after the end"),
        ("[" * 99, 1, 22, "brackets are nested more than 20 deep"),
        ('{"rules": ' + "9" * 99 + "}", 1, 11, "a number that is too long"),
    ],
)
def test_what_is_no_json_is_pointed_at(text: str, line: int, column: int, what: str) -> None:
    [problem] = checked(text).errors[:1]
    assert (problem.line, problem.column, problem.what) == (line, column, what)
    assert problem.fix


def test_a_key_that_stands_twice_is_an_error_though_json_allows_it() -> None:
    text = text_of(rule(1)).replace('"rulePriority": 1', '"rulePriority": 2, "rulePriority": 1')
    assert errors(text) == [("rules[0].rulePriority", "rulePriority stands twice")]


def test_null_is_refused_as_ecr_does() -> None:
    """Seen at ECR: a targetStorageClass of null fails its schema (terraform-aws-ecr #158)."""
    text = text_of(rule(1)).replace(
        '"type": "expire"', '"type": "expire", "targetStorageClass": null'
    )
    assert errors(text) == [("rules[0].action.targetStorageClass", "targetStorageClass is null")]


def test_what_is_too_long_or_too_short_is_told_by_number() -> None:
    assert errors(" " * 30_721) == [("", "30,721 characters")]
    short = '{"rules":[{"rulePriority":1,"selection":{},"action":{}}]}'
    assert ("rules[0].action", "type is missing") in errors(short)  # first things first
    many = text_of(*(rule(place + 1, **tagged(f"v{place}*")) for place in range(51)))
    assert errors(many) == [("rules[50]", "51 rules")]


@settings(max_examples=400)
@given(st.lists(lifecycles.rules(), min_size=1, max_size=4))
def test_it_refuses_what_the_sandbox_refuses(rules: list[dict[str, Any]]) -> None:
    text = text_of(*rules)
    try:
        policy_entries(text)
        refused = False
    except Refusal:
        refused = True
    found = checked(text)
    assert (found.policy is None) == refused == bool(found.errors), found.problems


_ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                (
                    "rules",
                    "rulePriority",
                    "selection",
                    "action",
                    "tagStatus",
                    "type",
                    "countNumber",
                    "",
                )
            )
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=30,
)


@given(_ANY_JSON)
def test_no_document_is_too_wild(value: Any) -> None:
    for text in (json.dumps(value), json.dumps({"rules": [value]}, indent=1)):
        found = checked(text)
        assert found.errors
        for one in found.problems:
            lines = text.split("\n")
            assert 1 <= one.line <= len(lines)
            assert 1 <= one.column <= len(lines[one.line - 1]) + 1


@given(st.text(alphabet=st.sampled_from("{}[]\",:\\ \n0123eE.-+truefalsn/#'\x00\ud83d\u202eü")))
def test_it_reads_exactly_what_json_is(text: str) -> None:
    """Against the standard library, strictly: no NaN; what that reads is read, and the same."""

    def no_constant(name: str) -> Any:
        raise ValueError(name)

    try:
        expected = json.loads(text, parse_constant=no_constant)
        wild = False
    except (ValueError, RecursionError):
        wild = True
    node = fault = None
    try:
        node = json_places.read(text)
    except NotJson as found:
        fault = found
    if node is None:
        assert fault is not None
        assert 0 <= fault.offset <= len(text)
        assert wild or fault.what.startswith(("half of", "a number that", "brackets"))
        return
    assert not wild
    assert value_of(node) == expected


def value_of(node: json_places.Node) -> Any:
    if node.members is not None:
        return {key.value: value_of(value) for key, value in node.members}
    if node.items is not None:
        return [value_of(item) for item in node.items]
    return node.value


@given(
    st.lists(st.sampled_from(("a", "b", "*")), max_size=8).map("".join),
    st.text(alphabet="ab", max_size=8),
)
def test_a_pattern_fits_what_its_stars_allow(pattern: str, tag: str) -> None:
    import re

    expected = re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), tag) is not None
    assert fits(pattern)(tag) == expected
