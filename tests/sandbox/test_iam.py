"""A user's own access keys and the account's alias, by real clients and beside moto."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.clients import ONCE, client
from tests.sandbox.test_identity import refused, with_key


@pytest.fixture
def iam(sandbox: Sandbox) -> Any:
    return client("iam")


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def test_two_keys_at_most_each_used_by_itself(sandbox: Sandbox, iam: Any) -> None:
    (first,) = iam.list_access_keys()["AccessKeyMetadata"]
    made = iam.create_access_key()["AccessKey"]
    assert made["Status"] == "Active"
    assert made["UserName"] == first["UserName"] == "tester"
    listed = {one["AccessKeyId"] for one in iam.list_access_keys()["AccessKeyMetadata"]}
    assert listed == {first["AccessKeyId"], made["AccessKeyId"]}
    assert refused(iam.create_access_key) == "LimitExceeded"
    sts = with_key("sts", made["AccessKeyId"])
    assert sts.get_caller_identity()["Arn"].endswith(":user/tester")
    used = iam.get_access_key_last_used(AccessKeyId=made["AccessKeyId"])
    assert used["AccessKeyLastUsed"]["ServiceName"] == "sts"
    assert used["AccessKeyLastUsed"]["LastUsedDate"].timestamp() >= sandbox.world.clock.start - 1


def test_an_inactive_key_is_a_stranger(iam: Any) -> None:
    made = iam.create_access_key()["AccessKey"]["AccessKeyId"]
    iam.update_access_key(AccessKeyId=made, Status="Inactive")
    assert refused(with_key("sts", made).get_caller_identity) == "InvalidClientTokenId"
    assert refused(with_key("ecr", made).describe_repositories) == "UnrecognizedClientException"
    iam.update_access_key(AccessKeyId=made, Status="Active")
    with_key("ecr", made).describe_repositories()
    iam.delete_access_key(AccessKeyId=made)
    assert refused(with_key("sts", made).get_caller_identity) == "InvalidClientTokenId"
    assert refused(iam.delete_access_key, AccessKeyId=made) == "NoSuchEntity"


def test_a_change_spreads_after_a_while(sandbox: Sandbox, iam: Any) -> None:
    sandbox.world.spreading = 3600
    made = iam.create_access_key()["AccessKey"]["AccessKeyId"]
    sts = with_key("sts", made)
    assert refused(sts.get_caller_identity) == "InvalidClientTokenId"
    sandbox.world.keys[made].known_from = 0
    sts.get_caller_identity()
    iam.update_access_key(AccessKeyId=made, Status="Inactive")
    iam.update_access_key(AccessKeyId=made, Status="Active")
    assert refused(sts.get_caller_identity) == "InvalidClientTokenId"


def test_a_key_never_used(sandbox: Sandbox, iam: Any) -> None:
    made = iam.create_access_key()["AccessKey"]["AccessKeyId"]
    used = iam.get_access_key_last_used(AccessKeyId=made)["AccessKeyLastUsed"]
    assert used == {"ServiceName": "N/A", "Region": "N/A"}
    assert refused(iam.get_access_key_last_used, AccessKeyId="AKIA" + "0" * 16) == "AccessDenied"


def test_only_of_oneself(sandbox: Sandbox, iam: Any) -> None:
    assert refused(iam.list_access_keys, UserName="another") == "NoSuchEntity"
    iam.list_access_keys(UserName="tester")
    role = client("iam", profile="other-visitor")
    assert refused(role.list_access_keys) == "ValidationError"
    other = client("iam", profile="other").list_access_keys()["AccessKeyMetadata"][0]
    assert refused(iam.delete_access_key, AccessKeyId=other["AccessKeyId"]) == "NoSuchEntity"


def test_who_the_user_is(iam: Any) -> None:
    user = iam.get_user()["User"]
    assert user == iam.get_user(UserName="tester")["User"]
    assert (user["UserName"], user["Path"]) == ("tester", "/")
    assert user["Arn"] == client("sts").get_caller_identity()["Arn"]
    assert refused(iam.get_user, UserName="another") == "NoSuchEntity"
    assert refused(client("iam", profile="other-visitor").get_user) == "ValidationError"


def test_permissions(sandbox: Sandbox) -> None:
    sandbox.world.add_key(worlds.ACCOUNT, "narrow", allow=("ecr:*",))
    key = next(one for one in sandbox.world.keys.values() if one.arn.endswith("narrow"))
    assert refused(with_key("iam", key.id).create_access_key) == "AccessDenied"


def test_the_alias(sandbox: Sandbox, iam: Any) -> None:
    assert iam.list_account_aliases()["AccountAliases"] == []
    sandbox.world.accounts[worlds.ACCOUNT].alias = "ours"
    assert iam.list_account_aliases()["AccountAliases"] == ["ours"]


@pytest.mark.parametrize("end", ["sandbox", "moto"])
def test_alike(sandbox: Sandbox, moto: str, end: str) -> None:
    """Of a user that moto has as well. Its GetAccessKeyLastUsed and its limit differ."""
    known: dict[str, Any] = {}
    if end == "moto":
        known = {
            "endpoint_url": moto,
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
        }
        boto3.Session().client("iam", "us-east-1", config=ONCE, **known).create_user(
            UserName="tester"
        )
    iam = client("iam") if end == "sandbox" else boto3.Session().client("iam", "us-east-1", **known)
    made = iam.create_access_key(UserName="tester")["AccessKey"]
    assert made.keys() == {"UserName", "AccessKeyId", "Status", "SecretAccessKey", "CreateDate"}
    assert made["AccessKeyId"].startswith("AKIA")
    assert (len(made["AccessKeyId"]), len(made["SecretAccessKey"])) == (20, 40)
    name = {"UserName": "tester", "AccessKeyId": made["AccessKeyId"]}
    iam.update_access_key(**name, Status="Inactive")
    listed = iam.list_access_keys(UserName="tester")["AccessKeyMetadata"]
    assert "Inactive" in {one["Status"] for one in listed}
    iam.delete_access_key(**name)
    assert refused(iam.delete_access_key, **name) == "NoSuchEntity"
