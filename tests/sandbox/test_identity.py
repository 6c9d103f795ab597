"""Who may call: keys, sessions, regions, permissions."""

from __future__ import annotations

import time
from typing import Any

import boto3
import pytest

from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.clients import ONCE, client, code


def refused(call: Any, **arguments: Any) -> str:
    with pytest.raises(Exception, match="An error occurred") as caught:
        call(**arguments)
    return code(caught.value)


def with_key(service: str, key_id: str, token: str | None = None, region: str = "") -> Any:
    # A session of its own: the default one keeps the profile of whichever test came first.
    return boto3.Session().client(
        service,
        region_name=region or worlds.REGION,
        aws_access_key_id=key_id,
        aws_secret_access_key="any",
        aws_session_token=token,
        config=ONCE,
    )


def test_each_profile_is_who_it_says(sandbox: Sandbox) -> None:
    for profile, account, arn in (
        ("main", worlds.ACCOUNT, f"arn:aws:iam::{worlds.ACCOUNT}:user/tester"),
        ("other", worlds.OTHER_ACCOUNT, f"arn:aws:iam::{worlds.OTHER_ACCOUNT}:user/tester"),
    ):
        answer = client("sts", profile=profile).get_caller_identity()
        assert (answer["Account"], answer["Arn"]) == (account, arn)


def test_an_assumed_role_sees_its_own_account(sandbox: Sandbox) -> None:
    worlds.add_repository(sandbox.world, "theirs", account=worlds.OTHER_ACCOUNT)
    answer = client("sts", profile="other-visitor").get_caller_identity()
    assert answer["Arn"].startswith(f"arn:aws:sts::{worlds.OTHER_ACCOUNT}:assumed-role/visitor/")
    rows = client("ecr", profile="other-visitor").describe_repositories()["repositories"]
    assert [row["repositoryName"] for row in rows] == ["theirs"]


def test_a_role_that_is_not_there_cannot_be_assumed(sandbox: Sandbox) -> None:
    arn = f"arn:aws:iam::{worlds.ACCOUNT}:role/none"
    sts = client("sts")
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="me") == "AccessDenied"


def test_registries_are_apart_and_a_registry_id_reaches_across(sandbox: Sandbox) -> None:
    worlds.add_repository(sandbox.world, "theirs", account=worlds.OTHER_ACCOUNT)
    ecr = client("ecr")
    assert ecr.describe_repositories()["repositories"] == []
    (row,) = ecr.describe_repositories(registryId=worlds.OTHER_ACCOUNT)["repositories"]
    assert row["repositoryUri"].endswith("/theirs")
    elsewhere = client("ecr", profile="other", region=worlds.OTHER_REGION)
    assert elsewhere.describe_repositories()["repositories"] == []


def test_a_strange_key_is_refused(sandbox: Sandbox) -> None:
    ecr, sts = (with_key(service, "AKIA" + "X" * 16) for service in ("ecr", "sts"))
    assert refused(ecr.describe_repositories) == "UnrecognizedClientException"
    assert refused(sts.get_caller_identity) == "InvalidClientTokenId"


def test_a_session_ends(sandbox: Sandbox) -> None:
    role = next(iter(sandbox.world.roles.values()))
    key = role.session("short", 0)
    sandbox.world.keys[key.id] = key
    time.sleep(0.01)
    ecr, sts = (with_key(service, key.id, key.token) for service in ("ecr", "sts"))
    assert refused(ecr.describe_repositories) == "ExpiredTokenException"
    assert refused(sts.get_caller_identity) == "ExpiredToken"
    wrong = with_key("ecr", key.id, "another token")
    assert refused(wrong.describe_repositories) == "UnrecognizedClientException"


def test_a_region_not_opted_in_to_is_refused_and_listed(sandbox: Sandbox) -> None:
    account = client("account")
    rows = {row["RegionName"]: row["RegionOptStatus"] for row in account.list_regions()["Regions"]}
    enabled = account.list_regions(RegionOptStatusContains=["ENABLED", "ENABLED_BY_DEFAULT"])
    names = {row["RegionName"] for row in enabled["Regions"]}
    assert names == {name for name, status in rows.items() if status != "DISABLED"}
    disabled = next(name for name, status in rows.items() if status == "DISABLED")
    ecr = client("ecr", region=disabled)
    assert refused(ecr.describe_repositories) == "UnrecognizedClientException"
    sandbox.world.accounts[worlds.ACCOUNT].regions[disabled] = "ENABLED"
    assert ecr.describe_repositories()["repositories"] == []


def test_regions_come_in_pages(sandbox: Sandbox) -> None:
    account = client("account")
    first = account.list_regions(MaxResults=20)
    second = account.list_regions(MaxResults=20, NextToken=first["NextToken"])
    names = [row["RegionName"] for row in first["Regions"] + second["Regions"]]
    assert names == sorted(sandbox.world.accounts[worlds.ACCOUNT].regions)
    assert "NextToken" not in second


def test_a_key_may_call_what_it_is_allowed_and_nothing_else(sandbox: Sandbox) -> None:
    worlds.add_repository(sandbox.world, "team/app")
    key = sandbox.world.add_key(
        worlds.ACCOUNT, "auditor", allow=("ecr:Describe*", "sts:GetCallerIdentity")
    )
    ecr = with_key("ecr", key.id)
    assert ecr.describe_repositories()["repositories"]
    with pytest.raises(ecr.exceptions.ClientError) as caught:
        ecr.list_images(repositoryName="team/app")
    assert code(caught.value) == "AccessDeniedException"
    sentence = caught.value.response["Error"]["Message"]
    assert f"User: {key.arn} is not authorized to perform: ecr:ListImages" in sentence
    assert f"arn:aws:ecr:{worlds.REGION}:{worlds.ACCOUNT}:repository/team/app" in sentence
    assert refused(with_key("account", key.id).list_regions) == "AccessDeniedException"


def test_without_a_signature_nothing_is_told(sandbox: Sandbox) -> None:
    import urllib3

    answer = urllib3.request("POST", sandbox.endpoint, body=b"{}")
    assert answer.status == 400
    assert answer.json()["__type"] == "MissingAuthenticationTokenException"


def test_secrets_are_not_in_reprs(sandbox: Sandbox) -> None:
    world = sandbox.world
    role = next(iter(world.roles.values()))
    for key in [*world.keys.values(), role.session("me", 60)]:
        assert key.secret not in repr(key)
        assert not key.token or key.token not in repr(key)
