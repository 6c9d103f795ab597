"""Settings: the API's members in words, a person's own as they are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ecrtui.errors import NotAllowed
from ecrtui.model.repository import Repository, SettingsPart
from ecrtui.model.settings_table import SETTINGS
from ecrtui.render.ages import Times
from ecrtui.render.settings import markdown, part_lines, sentences, settings_lines

NOW = 1_000_000.0


def text(*parts: SettingsPart, columns: int = 80, account: str = "") -> list[str]:
    lines = settings_lines(Repository("team/app"), parts, Times(NOW), columns, account)
    return ["".join(cell.text for cell in line.cells).rstrip() for line in lines]


def part(name: str, value: Any = None, problem: Exception | None = None) -> SettingsPart:
    title = next(one.title for one in SETTINGS if one.name == name)
    return SettingsPart(title, value, problem, name)


_DESTINATION = {"region": "eu-north-1", "registryId": "111122223333"}


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (
            part("mutability", {"imageTagMutability": "IMMUTABLE"}),
            "Tags          immutable: they",
        ),
        (
            part(
                "mutability",
                {
                    "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
                    "imageTagMutabilityExclusionFilters": [
                        {"filter": "dev-*", "filterType": "WILDCARD"}
                    ],
                },
            ),
            "But for       dev-*: these may be moved",
        ),
        (part("scan-on-push", True), "yes"),
        (part("blob-mounting", "DISABLED"), "disabled"),
        (part("encryption", {"encryptionType": "AES256"}), "Encryption type  AES256"),
        (part("tags", {"costCentre": "MUTABLE"}), "costCentre    MUTABLE"),
        (part("lifecycle", {"rules": [{"rulePriority": 1}]}), '"rulePriority": 1'),
        (part("policy", "no JSON at all"), "no JSON at all"),
        (part("tags"), "none"),
        (
            part(
                "replication",
                {
                    "rules": [
                        {
                            "destinations": [_DESTINATION],
                            "repositoryFilters": [{"filter": "a/", "filterType": "PREFIX_MATCH"}],
                            "deleteReplication": {"enabled": True},
                        }
                    ]
                },
            ),
            "a/*           to eu-north-1 1111-2222-3333, deletions too",
        ),
        (part("replication", [{**_DESTINATION, "status": "FAILED", "failureCode": "X"}]), "eu-n"),
        (
            part(
                "pull-through",
                [
                    {
                        "ecrRepositoryPrefix": "hub",
                        "upstreamRegistryUrl": "registry-1.docker.io",
                        "credentialArn": "arn:aws:secretsmanager:r:1:secret:ecr-p/hub-abc",
                    }
                ],
            ),
            "hub/*         from registry-1.docker.io, with the secret hub-abc",
        ),
        (
            part("templates", [{"prefix": "ROOT", "appliedFor": ["CREATE_ON_PUSH"]}]),
            "all others    first pushes",
        ),
        (
            part(
                "scanning",
                {
                    "scanType": "ENHANCED",
                    "rules": [{"scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": []}],
                },
            ),
            "continuously  all",
        ),
        (part("pull-time-exclusions", ["arn:aws:iam::1:role/x"]), "Role          arn:aws:iam::1:"),
    ],
)
def test_a_part_in_words(shown: SettingsPart, said: str) -> None:
    lines = text(shown)
    assert any(line.strip().startswith(said) for line in lines), lines


def test_a_part_that_may_not_be_read_says_why_and_how_to_mend_it() -> None:
    problem = NotAllowed("ecr:GetLifecyclePolicy", hint="Ask for it.")
    shown = "\n".join(text(part("lifecycle", None, problem)))
    assert "ecr:GetLifecyclePolicy" in shown
    assert "Ask for it." in shown


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": [
                    "ecr:BatchGetImage",
                    "ecr:GetDownloadUrlForLayer",
                    "ecr:BatchCheckLayerAvailability",
                ],
            },
            "Anyone, in any account, may pull (PUBLIC)",
        ),
        (
            {
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "ecr:*",
                "Condition": {"StringEquals": {"aws:PrincipalOrgID": ["o-1", "o-2"]}},
            },
            "Anyone, in any account, may do everything, if aws:PrincipalOrgID is o-1 or o-2"
            " (PUBLIC but for the conditions)",
        ),
        (
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::999900001111:root"},
                "Action": [
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:PutImage",
                    "ecr:InitiateLayerUpload",
                    "ecr:UploadLayerPart",
                    "ecr:CompleteLayerUpload",
                ],
            },
            "Account 9999-0000-1111 may push (another account)",
        ),
        (
            {
                "Effect": "Deny",
                "Principal": {"AWS": "arn:aws:iam::111122223333:role/build"},
                "Action": "ecr:BatchDeleteImage",
            },
            "Role/build may NOT delete images",
        ),
        (
            {
                "Effect": "Allow",
                "NotPrincipal": {"AWS": "111122223333"},
                "NotAction": "ecr:PutImage",
            },
            "Everybody but this account (1111-2222-3333) may do everything but ecr:PutImage"
            " (PUBLIC)",
        ),
    ],
)
def test_a_policy_in_words(statement: dict[str, Any], said: str) -> None:
    value = {"Version": "2012-10-17", "Statement": [statement]}
    shown = text(part("policy", value), columns=400, account="111122223333")
    assert any(said in line for line in shown), shown


_ANY = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=9),
    lambda inner: (
        some.lists(inner, max_size=3)
        | some.dictionaries(
            some.sampled_from(["rules", "status", "Statement", "Effect", "destinations", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(some.sampled_from(SETTINGS), _ANY)
def test_a_document_of_any_form_is_shown(setting: Any, value: Any) -> None:
    shown = SettingsPart(setting.title, value, name=setting.name)
    lines = part_lines(shown, Times(NOW), 60)
    assert lines[0].text.strip() == setting.title
    assert list(markdown(shown, Times(NOW)))
    assert isinstance(sentences(shown, Times(NOW), ""), list)
