"""Fault knobs, as a real client and a plain HTTP connection see them."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import boto3
import pytest
import urllib3
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from ecrtui.sandbox.faults import Faults, Rule
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.clients import ONCE, client, code


@pytest.fixture
def ecr(sandbox: Sandbox) -> Any:
    worlds.add_repository(sandbox.world, "team/app")
    return client("ecr")


def refused(call: Any, **arguments: Any) -> Any:
    with pytest.raises(Exception, match="An error occurred") as caught:
        call(**arguments)
    return caught.value


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("throttle", "ThrottlingException"),
        ("deny", "AccessDeniedException"),
        ("expire", "ExpiredTokenException"),
        ("unknown", "UnknownOperationException"),
    ],
)
def test_refusals(sandbox: Sandbox, ecr: Any, action: str, expected: str) -> None:
    sandbox.faults.add(action, operation="DescribeRep*")
    assert code(refused(ecr.describe_repositories)) == expected
    assert ecr.list_images(repositoryName="team/app")["imageIds"] == []
    sandbox.faults.clear()
    assert ecr.describe_repositories()["repositories"]


def test_a_denial_names_who_and_what(sandbox: Sandbox, ecr: Any) -> None:
    sandbox.faults.add("deny", service="ecr", operation="DescribeRepositories")
    message = refused(ecr.describe_repositories).response["Error"]["Message"]
    assert "ecr:DescribeRepositories" in message
    assert f"arn:aws:iam::{worlds.ACCOUNT}:user/tester" in message


@pytest.mark.parametrize("status", [500, 502, 503])
def test_server_errors(sandbox: Sandbox, ecr: Any, status: int) -> None:
    sandbox.faults.add("status", status=status)
    answer = refused(ecr.describe_repositories).response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status


def test_a_client_that_retries_outlives_a_few_throttles(sandbox: Sandbox, ecr: Any) -> None:
    rule = sandbox.faults.add("throttle", times=2)
    retrying = client("ecr", config=Config(retries={"total_max_attempts": 4, "mode": "standard"}))
    answer = retrying.describe_repositories()
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    assert rule.times == 0


def test_skip_lets_the_first_pass(sandbox: Sandbox, ecr: Any) -> None:
    sandbox.faults.add("throttle", skip=1)
    assert ecr.describe_repositories()["repositories"]
    refused(ecr.describe_repositories)


def test_a_rule_for_one_region_or_account_spares_the_others(sandbox: Sandbox, ecr: Any) -> None:
    sandbox.faults.add("throttle", region=worlds.OTHER_REGION)
    sandbox.faults.add("throttle", account=worlds.OTHER_ACCOUNT)
    assert ecr.describe_repositories()["repositories"]
    refused(client("ecr", region=worlds.OTHER_REGION).describe_repositories)
    refused(client("ecr", profile="other").describe_repositories)


def test_a_stall_outlasts_an_impatient_client(sandbox: Sandbox, ecr: Any) -> None:
    sandbox.faults.add("stall", seconds=30)
    hurried = client("ecr", config=ONCE.merge(Config(read_timeout=0.3)))
    with pytest.raises(ReadTimeoutError):
        hurried.describe_repositories()


def test_stopping_does_not_wait_for_a_stall(sandbox: Sandbox, ecr: Any) -> None:
    sandbox.faults.add("stall", seconds=60)
    hurried = client("ecr", config=ONCE.merge(Config(read_timeout=0.2)))
    with pytest.raises(ReadTimeoutError):
        hurried.describe_repositories()
    begun = time.monotonic()
    sandbox.faults.stopping.set()
    sandbox.faults.clear()
    assert client("ecr").describe_repositories()["repositories"]
    assert time.monotonic() - begun < 5


def test_a_sandbox_that_ends_in_a_stall_answers_nothing(sandbox: Sandbox, ecr: Any) -> None:
    sandbox.faults.add("stall", seconds=60)
    sandbox.faults.stopping.set()
    with pytest.raises((ConnectionClosedError, EndpointConnectionError)):
        client("ecr", config=ONCE).describe_repositories()


def test_hanging_up(sandbox: Sandbox, ecr: Any) -> None:
    sandbox.faults.add("hang-up")
    with pytest.raises((ConnectionClosedError, EndpointConnectionError)):
        ecr.describe_repositories()


def raw(sandbox: Sandbox) -> urllib3.BaseHTTPResponse:
    key = next(iter(sandbox.world.keys))
    scope = f"{key}/20260101/{worlds.REGION}/ecr/aws4_request"
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}",
        "X-Amz-Target": "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories",
    }
    return urllib3.request(
        "POST", sandbox.endpoint, headers=headers, body=b"{}", preload_content=False, retries=False
    )


def test_a_cut_body_is_short_of_its_length(sandbox: Sandbox, ecr: Any) -> None:
    whole = raw(sandbox).read()
    sandbox.faults.add("cut", after=10)
    answer = raw(sandbox)
    assert int(answer.headers["Content-Length"]) == len(whole)
    with pytest.raises(urllib3.exceptions.ProtocolError):
        answer.read()
    # botocore holds no body against its length, and takes what is no JSON for an empty answer.
    plain = boto3.Session(profile_name="main").client("ecr", config=ONCE)
    assert plain.describe_repositories().keys() == {"ResponseMetadata"}


def test_a_corrupt_body_differs_in_one_byte(sandbox: Sandbox, ecr: Any) -> None:
    whole = raw(sandbox).read()
    sandbox.faults.add("corrupt", after=7)
    spoiled = raw(sandbox).read()
    assert len(spoiled) == len(whole)
    assert [at for at in range(len(whole)) if whole[at] != spoiled[at]] == [7]


def test_a_stall_in_the_middle_sends_what_came_before(sandbox: Sandbox, ecr: Any) -> None:
    whole = raw(sandbox).read()
    sandbox.faults.add("stall", after=9, seconds=0.5)
    begun = time.monotonic()
    answer = raw(sandbox)
    assert answer.read(9) == whole[:9]
    early = time.monotonic() - begun
    assert answer.read() == whole[9:]
    assert early < 0.4 < 0.5 <= time.monotonic() - begun


def test_the_file_is_read_again_when_it_changes(tmp_path: Path, monkeypatch: Any) -> None:
    file = tmp_path / "faults.json"
    file.write_text('{"rules": []}')
    with Sandbox(worlds.empty_world(), faults=Faults(file=file)) as sandbox:
        for name, value in sandbox.env.items():
            monkeypatch.setenv(name, value)
        ecr = client("ecr")
        assert ecr.describe_repositories()["repositories"] == []
        file.write_text(json.dumps({"rules": [{"action": "throttle", "service": "ecr"}]}))
        os.utime(file, ns=(1, 1))
        assert code(refused(ecr.describe_repositories)) == "ThrottlingException"


def test_probability_is_repeatable() -> None:
    from ecrtui.sandbox.faults import Occasion
    from ecrtui.sandbox.refusal import Refusal

    def hits() -> list[bool]:
        faults = Faults([Rule("throttle", probability=0.3)], seed=5)
        outcome = []
        for _ in range(50):
            try:
                faults.before(Occasion("ecr", "X"))
                outcome.append(False)
            except Refusal:
                outcome.append(True)
        return outcome

    assert hits() == hits()
    assert 3 < sum(hits()) < 30


@pytest.mark.parametrize(
    "text", ["[", '{"rules": [{"action": "x"}]}', '{"rules": [{"action": "cut", "when": 1}]}']
)
def test_a_bad_faults_file_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "faults.json"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"fault|member|Expecting"):
        Faults(file=file)
