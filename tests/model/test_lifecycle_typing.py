"""What an editor of policies offers while somebody types, and the rules one begins with."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.errors import UsageError
from ecrtui.model.lifecycle_check import checked
from ecrtui.model.lifecycle_completion import Offer, offered
from ecrtui.model.lifecycle_templates import TEMPLATES, with_rule
from tests.lifecycles import EXAMPLES, rule, text_of


def at(text: str) -> tuple[str, Offer]:
    """The text, and what is offered at its `|`."""
    offset = text.index("|")
    whole = text.replace("|", "")
    return whole, offered(whole, offset)


def labels(text: str) -> list[str]:
    return [one.label for one in at(text)[1].options]


def taken(text: str, number: int = 0) -> str:
    """The text once an option was taken, with the cursor's place."""
    whole, offer = at(text)
    option = offer.options[number]
    caret = offer.start + (len(option.text) if option.caret < 0 else option.caret)
    done = whole[: offer.start] + option.text + whole[offer.end :]
    return done[:caret] + "|" + done[caret:]


def test_a_policy_is_written_by_taking_what_is_offered() -> None:
    text = "{|"
    assert labels(text) == ['"rules"']
    text = taken(text)
    assert text == '{"rules": [|]'
    text = taken(text)
    assert '"rulePriority": 1' in text
    assert text.count("|") == 1
    assert labels('{"rules": [{"selection": {"tagStatus": |') == ['"tagged"', '"untagged"', '"any"']
    assert taken('{"rules": [{"selection": {"tagStatus": "un|') == (
        '{"rules": [{"selection": {"tagStatus": "untagged"|'
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"rules": [{|', ['"rulePriority"', '"description"', '"selection"', '"action"']),
        ('{"rules": [{"rulePriority": 1, "sel|', ['"selection"']),
        ('{"rules": [{"rulePriority": 1, | "action": {}}', ['"description"', '"selection"']),
        ('{"rules": [{"rulePriority": |', ["1"]),
        ('{"rules": [{"rulePriority": 4}, {"rulePriority": |', ["5"]),
        ('{"rules": [{"action": {"type": |', ['"expire"', '"transition"']),
        ('{"rules": [{"action": {"type": "expire", |', []),
        ('{"rules": [{"action": {"type": "transition", |', ['"targetStorageClass"']),
        (
            '{"rules": [{"selection": {"tagStatus": "any", "countType": "imageCountMoreThan", |',
            ['"storageClass"', '"countNumber"'],
        ),
        ('{"rules": [{"selection": {"countType": "sinceImagePulled", "countUnit": |', ['"days"']),
        ('{"rules": [{"selection": {"tagStatus": "tagged"|', []),
        ('{"rules"|: []}', []),
        ('{"other": {|', []),
        ("|", []),
        ("]]]}|", []),
        ('{"rules": ["|', ["{"]),
        ('{"rules": [{"action": {|}', ['"type"', '"targetStorageClass"']),
        ('{"rules": [{"action": {|}}]}', ['"type"', '"targetStorageClass"']),
    ],
)
def test_only_what_may_stand_there_is_offered(text: str, expected: list[str]) -> None:
    assert labels(text) == expected


def test_a_key_that_has_its_value_is_replaced_alone() -> None:
    assert taken('{"ru|": []}') == '{"rules"|: []}'


def test_what_stands_behind_an_open_text_stays() -> None:
    assert taken('{"rules": [{"selection": {"tagStatus": "any", "countT|},') == (
        '{"rules": [{"selection": {"tagStatus": "any", "countType": |},'
    )


def test_a_comma_is_written_where_something_follows() -> None:
    assert taken('{"rules": [{"action": {"type": |\n"x": 1}') == (
        '{"rules": [{"action": {"type": "expire",|\n"x": 1}'
    )
    assert taken('{"rules": [{"sel|\n"action": {}}') == (
        '{"rules": [{"selection": {|},\n"action": {}}'
    )
    assert taken('{"rules": [{"selection": {"tagS|\n"countNumber": 1') == (
        '{"rules": [{"selection": {"tagStatus": |\n"countNumber": 1'
    )


@given(st.text(alphabet=st.sampled_from('{}[]":, \nrulesactionTg1\\\x00ü')), st.integers(0, 200))
def test_no_text_is_too_broken(text: str, offset: int) -> None:
    offset = min(offset, len(text))
    found = offered(text, offset)
    assert 0 <= found.start <= offset <= found.end <= len(text) or found.start == offset


@given(st.sampled_from(EXAMPLES), st.data())
def test_anywhere_in_a_whole_policy(example: object, data: st.DataObject) -> None:
    text = text_of(*getattr(example, "rules"))  # noqa: B009 - an Example
    offset = data.draw(st.integers(0, len(text)))
    found = offered(text, offset)
    for option in found.options:
        assert option.help


def test_every_template_is_right_by_itself_and_all_of_them_together() -> None:
    whole = ""
    for template in TEMPLATES:
        assert checked(with_rule("", template)).problems == ()
        whole = with_rule(whole, template)
    assert checked(whole).problems == ()
    assert [one["rulePriority"] for one in json.loads(whole)["rules"]] == [1, 2, 3, 4]


def test_a_rule_of_any_image_stays_the_last() -> None:
    text = with_rule(text_of(rule(7)), TEMPLATES[0])
    rules = json.loads(text)["rules"]
    assert [(one["rulePriority"], one["selection"]["tagStatus"]) for one in rules] == [
        (7, "tagged"),
        (8, "any"),
    ]
    assert checked(text).errors == ()


@pytest.mark.parametrize("text", ["{", "[]", '{"rules": 1}', '{"rules": [1]}'])
def test_nothing_is_put_into_what_is_no_policy(text: str) -> None:
    with pytest.raises(UsageError):
        with_rule(text, TEMPLATES[0])
