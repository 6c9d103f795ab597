"""Policies judged as IAM does: against an oracle that tries every world, and case by case."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.errors import UsageError
from ecrtui.model.policy import PULL, Caller, judge, matches, read

ACCOUNT, OTHER = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/task"
ARN = f"arn:aws:ecr:eu-west-1:{OTHER}:repository/team/app"
ACTION = "ecr:BatchGetImage"

# What each means for ROLE that reads ARN, as the user guide says it. None: it depends.
PRINCIPALS: list[tuple[Any, bool | None]] = [
    ("*", True),
    ({"AWS": "*"}, True),
    ({"AWS": ACCOUNT}, True),
    ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, True),
    ({"AWS": [OTHER, ROLE]}, True),
    ({"AWS": ROLE}, True),
    ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/other"}, False),
    ({"AWS": f"arn:aws:iam::{OTHER}:role/team/task"}, False),
    ({"AWS": f"arn:aws:iam::{ACCOUNT}:user/task"}, False),
    ({"AWS": OTHER}, False),
    ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/*"}, False),
    ({"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/task/one"}, None),
    ({"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/another/one"}, False),
    ({"AWS": "AROA1234567890EXAMPLE"}, False),
    ({"Service": "codebuild.amazonaws.com"}, False),
    ({"Federated": "cognito-identity.amazonaws.com"}, False),
]
ACTIONS: list[tuple[dict[str, Any], bool]] = [
    ({"Action": "*"}, True),
    ({"Action": "ecr:*"}, True),
    ({"Action": ["ecr:PutImage", "ecr:BatchGet*"]}, True),
    ({"Action": "ECR:batchgetimage"}, True),
    ({"Action": "ecr:BatchGet?mage"}, True),
    ({"Action": "ecr:BatchGet"}, False),
    ({"Action": "ecr-public:*"}, False),
    ({"NotAction": "ecr:PutImage"}, True),
    ({"NotAction": ["ecr:Get*", "ecr:Batch*"]}, False),
]
RESOURCES: list[tuple[dict[str, Any], bool | None]] = [
    ({}, True),
    ({"Resource": "*"}, True),
    ({"Resource": f"arn:aws:ecr:*:{OTHER}:repository/team/*"}, True),
    ({"Resource": ARN.replace("app", "App")}, False),
    ({"Resource": "arn:aws:ecr:eu-west-1:*:repository/${aws:PrincipalTag/team}/app"}, None),
    ({"NotResource": "arn:aws:ecr:*:*:repository/prod/*"}, True),
    ({"NotResource": [ARN]}, False),
]
CONDITIONS: list[tuple[dict[str, Any], bool | None]] = [
    ({}, True),
    ({"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}, True),
    ({"StringEquals": {"AWS:principalaccount": [OTHER, ACCOUNT]}}, True),
    ({"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}, False),
    ({"StringNotEquals": {"aws:PrincipalAccount": [OTHER]}}, True),
    ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/team/*"}}, True),
    ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/team/task"}}, True),
    ({"ArnLike": {"aws:PrincipalArn": "arn:*:role/team/task"}}, False),
    ({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/ci"}}, True),
    ({"StringLike": {"aws:PrincipalArn": "*:role/?eam/task"}}, True),
    ({"Bool": {"aws:SecureTransport": False}}, False),
    ({"Bool": {"aws:SecureTransport": "true"}}, True),
    ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, None),
    ({"StringEquals": {"aws:PrincipalArn": "${aws:PrincipalArn}"}}, None),
    ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, None),
    ({"ForAnyValue:StringEquals": {"aws:PrincipalAccount": OTHER}}, None),
    ({"StringEquals": {"aws:PrincipalAccount": OTHER, "aws:SourceVpce": "vpce-1"}}, False),
]


@st.composite
def statements(draw: st.DrawFn) -> tuple[dict[str, Any], list[bool | None]]:
    """A statement, and what each of its parts means here."""
    principal, named = draw(st.sampled_from(PRINCIPALS))
    action, acts = draw(st.sampled_from(ACTIONS))
    resource, concerns = draw(st.sampled_from(RESOURCES))
    condition, holds = draw(st.sampled_from(CONDITIONS))
    document = {"Effect": draw(st.sampled_from(["Allow", "Deny"])), "Principal": principal}
    document |= {**action, **resource, **({"Condition": condition} if condition else {})}
    return document, [named, acts, concerns, holds]


def in_every_world(made: list[tuple[dict[str, Any], list[bool | None]]]) -> set[bool]:
    """What IAM would answer, whatever the unknown parts turn out to be."""
    unknown = sum(part is None for _, parts in made for part in parts)
    answers = set()
    for chosen in itertools.product([True, False], repeat=unknown):
        world = iter(chosen)
        allowed = denied = False
        for document, parts in made:
            known = [next(world) if part is None else part for part in parts]
            if all(known):
                allowed |= document["Effect"] == "Allow"
                denied |= document["Effect"] == "Deny"
        answers.add(allowed and not denied)
    return answers


@given(st.lists(statements(), max_size=5))
def test_a_judgement_is_what_every_world_says_and_unknown_where_worlds_differ(
    made: list[tuple[dict[str, Any], list[bool | None]]],
) -> None:
    policy = read(json.dumps({"Version": "2012-10-17", "Statement": [one for one, _ in made]}))
    told = judge(policy, Caller.of(ROLE), ACTION, ARN)
    worlds = in_every_world(made)
    assert told.verdict == (worlds == {True} if len(worlds) == 1 else None)


@given(st.lists(statements(), min_size=1, max_size=5))
def test_the_statements_that_decide_are_enough(
    made: list[tuple[dict[str, Any], list[bool | None]]],
) -> None:
    policy = read({"Statement": [one for one, _ in made]})
    told = judge(policy, Caller.of(ROLE), ACTION, ARN)
    alone = judge(told.by, Caller.of(ROLE), ACTION, ARN)
    if told.denies is not False:
        assert alone.denies == told.denies
        assert not any(one.allow for one in told.by)
    else:
        assert alone.allows == told.allows
        assert all(one.allow for one in told.by)


@given(st.text("ab*?", max_size=6), st.text("ab", max_size=6))
def test_wildcards_fit_as_a_plain_recursion_says(pattern: str, text: str) -> None:
    def fits(pattern: str, text: str) -> bool:
        if not pattern:
            return not text
        if pattern[0] == "*":
            return any(fits(pattern[1:], text[start:]) for start in range(len(text) + 1))
        return bool(text) and pattern[0] in ("?", text[0]) and fits(pattern[1:], text[1:])

    assert matches(pattern, text) == fits(pattern, text)


def only(caller: str, **statement: Any) -> bool | None:
    """What one statement that allows everything, but for what is given, says."""
    document = {"Effect": "Allow", "Action": "*", **statement}
    return judge(read({"Statement": document}), Caller.of(caller), ACTION, ARN).allows


SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/task/one"


@pytest.mark.parametrize(
    ("caller", "named", "allowed"),
    [
        (SESSION, ROLE, True),
        (SESSION, SESSION, True),
        (SESSION, f"arn:aws:sts::{ACCOUNT}:assumed-role/task/two", False),
        (SESSION, f"arn:aws:iam::{ACCOUNT}:role/tas", False),
        (f"arn:aws:iam::{ACCOUNT}:user/a/jo", f"arn:aws:iam::{ACCOUNT}:user/jo", False),
        (ACCOUNT, ROLE, None),
        (ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", True),
        (f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT, True),
    ],
)
def test_a_role_means_its_sessions_and_an_account_means_all_in_it(
    caller: str, named: str, allowed: bool | None
) -> None:
    assert only(caller, Principal={"AWS": named}) == allowed


def test_a_service_is_named_as_a_service() -> None:
    service = "codebuild.amazonaws.com"
    assert only(service, Principal={"Service": service}) is True
    assert only(service, Principal={"AWS": "*"}) is True
    assert only(service, Principal={"AWS": ACCOUNT}) is False


def test_who_is_excepted_must_be_named_with_the_account() -> None:
    def denied(caller: str, *named: str) -> bool | None:
        document = {"Effect": "Deny", "Action": "*", "NotPrincipal": {"AWS": list(named)}}
        return judge(read({"Statement": document}), Caller.of(caller), ACTION, ARN).denies

    user, root = f"arn:aws:iam::{ACCOUNT}:user/jo", f"arn:aws:iam::{ACCOUNT}:root"
    assert denied(user, user, root) is False
    assert denied(user, root) is True
    assert denied(user, user) is None
    assert denied(f"arn:aws:iam::{OTHER}:user/jo", user, root) is True
    assert denied(ROLE, ROLE, root) is None  # its session is not named
    assert denied(ROLE, "*") is False


def test_a_session_does_not_tell_its_roles_path() -> None:
    like = {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/team/*"}}
    assert only(SESSION, Principal="*", Condition=like) is None
    assert only(ROLE, Principal="*", Condition=like) is True


@pytest.mark.parametrize(
    "policy",
    ["", "[]", "{", "[" * 5000, {"Statement": "x"}, {"Statement": [{}]}, {}, None, 3],
)
def test_what_is_no_policy_is_refused(policy: object) -> None:
    with pytest.raises(UsageError):
        read(policy)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
_MEMBERS = ["Principal", "NotPrincipal", "Action", "Resource", "Condition", "Sid"]


@given(st.dictionaries(st.sampled_from(_MEMBERS), JSON), st.sampled_from(PULL))
def test_whatever_a_policy_holds_it_is_read_and_judged(part: dict[str, Any], action: str) -> None:
    policy = read({"Statement": [{"Effect": "Allow", **part}]})
    judge(policy, Caller.of(ROLE), action, ARN)


@pytest.mark.parametrize("text", ["", "12", "role/x", "arn:aws:s3:::bucket"])
def test_who_is_no_caller_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        Caller.of(text)
