"""Secrets that are wrong and clocks that are off, where a world looks at them."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
import urllib3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.clients import ONCE, client
from tests.sandbox.programs import run
from tests.sandbox.test_identity import with_key
from tests.sandbox.test_sts import refused

WRONG = "The request signature we calculated does not match"


@pytest.fixture
def strict(sandbox: Sandbox) -> Sandbox:
    sandbox.world.checks_signatures = True
    return sandbox


def test_real_clients_sign_right(strict: Sandbox) -> None:
    worlds.add_repository(strict.world, "team/app")
    assert client("sts").get_caller_identity()
    assert client("sts", profile="other-visitor").get_caller_identity()
    assert client("iam").list_access_keys()
    assert client("account").list_regions(MaxResults=1)
    ecr = client("ecr")
    begun = ecr.initiate_layer_upload(repositoryName="team/app")["uploadId"]
    part = {"partFirstByte": 0, "partLastByte": 5, "layerPartBlob": "gepäck".encode()[:6]}
    assert ecr.upload_layer_part(repositoryName="team/app", uploadId=begun, **part)
    for program in ("aws", "aws2"):
        assert worlds.ACCOUNT in run(program, "sts", "get-caller-identity").stdout


def test_a_wrong_secret_is_told_in_each_services_words(strict: Sandbox) -> None:
    key = next(iter(strict.world.keys))
    code, sentence = refused(with_key("ecr", key).describe_repositories)
    assert code == "InvalidSignatureException"
    assert sentence.startswith(WRONG)
    for service, operation in (("sts", "get_caller_identity"), ("iam", "list_access_keys")):
        code, sentence = refused(getattr(with_key(service, key), operation))
        assert code == "SignatureDoesNotMatch"
        assert sentence.startswith(WRONG)


@pytest.mark.parametrize(
    ("ahead", "sentence"), [(301, "Signature expired: "), (-301, "Signature not yet current: ")]
)
def test_a_clock_that_is_off(strict: Sandbox, ahead: float, sentence: str) -> None:
    strict.world.clock_ahead = ahead
    for service, operation, expected in (
        ("ecr", "describe_repositories", "InvalidSignatureException"),
        ("sts", "get_caller_identity", "SignatureDoesNotMatch"),
    ):
        code, told = refused(getattr(client(service), operation))
        assert code == expected
        assert told.startswith(sentence)
        assert told.endswith("5 min.)")


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=40,
)
@given(
    header=st.sampled_from(["", ", SignedHeaders=host, Signature=00"]) | st.text(max_size=20),
    date=st.sampled_from(["20260101T000000Z", "20260101", ""])
    | st.text(st.characters(min_codepoint=33, max_codepoint=126)),
)
def test_what_is_no_signature_is_refused(strict: Sandbox, header: str, date: str) -> None:
    (key, *_) = strict.world.keys
    scope = f"AWS4-HMAC-SHA256 Credential={key}/20260101/eu-west-1/ecr/aws4_request"
    sent = header.encode("ascii", "ignore").decode().replace("\n", "").replace("\r", "")
    headers = {"Authorization": scope + sent.replace("\0", ""), "X-Amz-Date": date}
    answer: Any = urllib3.request("POST", strict.endpoint, headers=headers, body=b"{}")
    assert answer.status == 400
    assert answer.json()["__type"].endswith("Exception")


def test_without_the_knob_any_secret_will_do(sandbox: Sandbox) -> None:
    sandbox.world.clock_ahead = 3600
    made = boto3.Session().client(
        "ecr",
        region_name=worlds.REGION,
        aws_access_key_id=next(iter(sandbox.world.keys)),
        aws_secret_access_key="any",
        config=ONCE,
    )
    assert made.describe_repositories()["repositories"] == []
