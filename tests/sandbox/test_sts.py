"""Becoming a role: codes, external ids, trust, chains, web identities; keys that end."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
import urllib3
from botocore import UNSIGNED
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer

from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.distribution.tokens import issue_password
from ecrtui.sandbox.mfa import Device
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.web_identity import Provider, claims_of
from tests import worlds
from tests.sandbox.clients import client
from tests.sandbox.test_identity import with_key

RFC_SECRET = b"12345678901234567890"


def refused(call: Callable[..., Any], **arguments: Any) -> tuple[str, str]:
    """The code and the sentence of a refusal."""
    with pytest.raises(Exception, match="An error occurred") as caught:
        call(**arguments)
    error = vars(caught.value)["response"]["Error"]
    return error["Code"], error["Message"]


@pytest.fixture
def device(asking_sandbox: Sandbox) -> Device:
    (device,) = asking_sandbox.world.mfa.values()
    return device


def role_of(sandbox: Sandbox, profile: str) -> dict[str, str]:
    name = profile.partition("-")[2]
    return {"RoleArn": f"arn:aws:iam::{worlds.ACCOUNT}:role/{name}", "RoleSessionName": "me"}


def signed_by(answer: Any, service: str = "sts") -> Any:
    keys = answer["Credentials"]
    return boto3.Session().client(
        service,
        region_name=worlds.REGION,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (2000000000, "279037")],
)
def test_codes_are_rfc_6238s(at: int, code: str) -> None:
    assert Device("serial", "user", RFC_SECRET).code(at) == code


@given(st.binary(min_size=1), st.integers(0, 2**40))
def test_a_code_is_six_digits(secret: bytes, at: int) -> None:
    code = Device("serial", "user", secret).code(at)
    assert len(code) == 6
    assert code.isdecimal()


def test_a_right_code_opens_the_role_once(asking_sandbox: Sandbox, device: Device) -> None:
    sts, role = client("sts"), role_of(asking_sandbox, worlds.MFA_PROFILE)
    coded = {"SerialNumber": device.serial, "TokenCode": device.code()}
    who = signed_by(sts.assume_role(**role, **coded)).get_caller_identity()
    assert ":assumed-role/on-call/me" in who["Arn"]
    code, sentence = refused(sts.assume_role, **role, **coded)
    assert code == "AccessDenied"
    assert sentence == "MultiFactorAuthentication failed with invalid MFA one time pass code. "
    device.once = False
    assert sts.assume_role(**role, **coded)


def test_wrong_and_missing_codes_are_told_apart(asking_sandbox: Sandbox, device: Device) -> None:
    sts, role = client("sts"), role_of(asking_sandbox, worlds.MFA_PROFILE)
    serial = {"SerialNumber": device.serial}
    answers = {
        "wrong": refused(sts.assume_role, **role, **serial, TokenCode=device.wrong()),
        "none": refused(sts.assume_role, **role),
        "half": refused(sts.assume_role, **role, **serial),
        "strange": refused(
            sts.assume_role, **role, SerialNumber=device.serial + "x", TokenCode=device.code()
        ),
    }
    assert {code for code, _ in answers.values()} == {"AccessDenied"}
    assert "invalid MFA one time pass code" in answers["wrong"][1]
    assert "is not authorized to perform: sts:AssumeRole on resource" in answers["none"][1]
    assert "must provide both" in answers["half"][1]
    assert "verify your MFA serial number" in answers["strange"][1]
    assert refused(sts.assume_role, **role, **serial, TokenCode="12345x")[0] == "ValidationError"


def test_a_device_is_its_users_alone(asking_sandbox: Sandbox, device: Device) -> None:
    other, role = client("sts", profile="other"), role_of(asking_sandbox, worlds.MFA_PROFILE)
    coded = {"SerialNumber": device.serial, "TokenCode": device.code()}
    assert "associated with this user" in refused(other.assume_role, **role, **coded)[1]


def test_a_session_with_a_code_behind_it_opens_the_role(
    asking_sandbox: Sandbox, device: Device
) -> None:
    sts, role = client("sts"), role_of(asking_sandbox, worlds.MFA_PROFILE)
    plain = signed_by(sts.get_session_token())
    assert plain.get_caller_identity()["Arn"] == sts.get_caller_identity()["Arn"]
    assert refused(plain.assume_role, **role)[0] == "AccessDenied"
    coded = sts.get_session_token(SerialNumber=device.serial, TokenCode=device.code())
    assert signed_by(coded).assume_role(**role)
    assert refused(plain.get_session_token) == (
        "AccessDenied",
        "Cannot call GetSessionToken with session credentials",
    )


def test_where_nobody_has_the_device_any_code_but_one_is_right(
    asking_sandbox: Sandbox, device: Device
) -> None:
    device.any_code = True
    sts, role = client("sts"), role_of(asking_sandbox, worlds.MFA_PROFILE)
    for code in ("123456", "123456", "999999"):
        assert sts.assume_role(**role, SerialNumber=device.serial, TokenCode=code)
    wrong = refused(sts.assume_role, **role, SerialNumber=device.serial, TokenCode=device.wrong())
    assert "invalid MFA" in wrong[1]


def test_an_external_id_is_asked_for(sandbox: Sandbox) -> None:
    role = sandbox.world.add_role(worlds.OTHER_ACCOUNT, "partner", external_id="shared/1")
    asked = {"RoleArn": role.arn, "RoleSessionName": "me"}
    sts = client("sts")
    assert refused(sts.assume_role, **asked)[0] == "AccessDenied"
    assert refused(sts.assume_role, **asked, ExternalId="another")[0] == "AccessDenied"
    assert sts.assume_role(**asked, ExternalId="shared/1")


def test_a_role_says_whom_it_trusts(sandbox: Sandbox) -> None:
    world = sandbox.world
    first = world.add_role(
        worlds.ACCOUNT, "first", trusts=(f"arn:aws:iam::{worlds.ACCOUNT}:user/*",)
    )
    second = world.add_role(worlds.ACCOUNT, "second", trusts=(first.arn,))
    sts, named = client("sts"), {"RoleSessionName": "me"}
    one = signed_by(sts.assume_role(RoleArn=first.arn, **named))
    two = signed_by(one.assume_role(RoleArn=second.arn, **named))
    assert ":assumed-role/second/me" in two.get_caller_identity()["Arn"]
    other = client("sts", profile="other")
    assert refused(other.assume_role, RoleArn=first.arn, **named)[0] == "AccessDenied"
    assert refused(sts.assume_role, RoleArn=second.arn, **named)[0] == "AccessDenied"


def test_sessions_last_as_long_as_the_role_allows_and_chains_an_hour(sandbox: Sandbox) -> None:
    role = sandbox.world.add_role(worlds.ACCOUNT, "long", max_seconds=7200)
    asked = {"RoleArn": role.arn, "RoleSessionName": "me"}
    sts = client("sts")
    answer = sts.assume_role(**asked, DurationSeconds=7200)
    left = answer["Credentials"]["Expiration"].timestamp() - time.time()
    assert 7100 < left <= 7200
    code, sentence = refused(sts.assume_role, **asked, DurationSeconds=7201)
    assert code == "ValidationError"
    assert "MaxSessionDuration" in sentence
    assert refused(sts.assume_role, **asked, DurationSeconds=43201)[0] == "ValidationError"
    code, sentence = refused(signed_by(answer).assume_role, **asked, DurationSeconds=3601)
    assert code == "ValidationError"
    assert "role chaining" in sentence
    assert signed_by(answer).assume_role(**asked, DurationSeconds=3600)


def test_keys_can_live_for_seconds(sandbox: Sandbox) -> None:
    (role,) = sandbox.world.roles
    sandbox.world.session_seconds = 0.2
    answer = client("sts").assume_role(RoleArn=role, RoleSessionName="me")
    ecr = signed_by(answer, "ecr")
    key = sandbox.world.keys[answer["Credentials"]["AccessKeyId"]]
    while not key.expired():
        time.sleep(0.05)
    assert refused(ecr.describe_repositories)[0] == "ExpiredTokenException"


def test_inactive_keys_and_revoked_sessions_are_told_apart(sandbox: Sandbox) -> None:
    (role,) = sandbox.world.roles.values()
    sts = client("sts")
    session = sts.assume_role(RoleArn=role.arn, RoleSessionName="me")
    sandbox.world.revoke_sessions(role)
    code, sentence = refused(signed_by(session, "ecr").describe_repositories)
    assert code == "AccessDeniedException"
    assert sentence.endswith("with an explicit deny in an identity-based policy")
    assert signed_by(session).get_caller_identity()
    again = sts.assume_role(RoleArn=role.arn, RoleSessionName="me")
    assert signed_by(again, "ecr").describe_repositories()
    key: AccessKey = next(iter(sandbox.world.keys.values()))
    key.active = False
    assert refused(with_key("ecr", key.id).describe_repositories)[0] == (
        "UnrecognizedClientException"
    )
    assert refused(with_key("sts", key.id).get_caller_identity)[0] == "InvalidClientTokenId"


def test_a_revoked_sessions_token_opens_no_registry(sandbox: Sandbox) -> None:
    (role,) = sandbox.world.roles.values()
    image = worlds.add_image(
        worlds.add_repository(sandbox.world, "team/app", account=role.account), tags={"v1"}
    )
    session = client("sts").assume_role(RoleArn=role.arn, RoleSessionName="me")
    password = issue_password(session["Credentials"]["AccessKeyId"])[0]
    host = sandbox.world.registry(role.account, worlds.REGION).host

    def pulled() -> urllib3.BaseHTTPResponse:
        headers = urllib3.make_headers(basic_auth=f"AWS:{password}")
        return urllib3.request("GET", f"http://{host}/v2/team/app/manifests/v1", headers=headers)

    assert pulled().headers["Docker-Content-Digest"] == image.digest
    sandbox.world.revoke_sessions(role)
    assert pulled().status == 403
    assert "explicit deny" in pulled().json()["errors"][0]["message"]


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.mark.parametrize("end", ["sandbox", "moto"])
def test_alike(sandbox: Sandbox, moto: str, end: str) -> None:
    """Answers have the same members, ids the same form; moto looks at neither trust nor codes."""
    given = {"endpoint_url": moto, "aws_access_key_id": "any", "aws_secret_access_key": "any"}
    elsewhere = boto3.Session().client("sts", "us-east-1", **given)
    sts = client("sts") if end == "sandbox" else elsewhere
    role = f"arn:aws:iam::{worlds.OTHER_ACCOUNT}:role/visitor"
    members = {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}
    became = sts.assume_role(RoleArn=role, RoleSessionName="me", DurationSeconds=900)
    assert became["Credentials"].keys() == members
    assert became["AssumedRoleUser"]["Arn"].endswith(":assumed-role/visitor/me")
    assert became["AssumedRoleUser"]["AssumedRoleId"].startswith("AROA")
    lent = sts.get_session_token(DurationSeconds=900)["Credentials"]
    assert lent.keys() == members
    keys = became["Credentials"]
    assert (keys["AccessKeyId"][:4], len(keys["AccessKeyId"])) == ("ASIA", 20)
    assert len(keys["SecretAccessKey"]) == 40
    assert 800 < keys["Expiration"].timestamp() - time.time() <= 901
    assert sts.get_caller_identity().keys() >= {"UserId", "Account", "Arn"}


class Pod:
    """Whoever has a provider's tokens, and no keys."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.provider: Provider = sandbox.world.providers[worlds.ISSUER]
        config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
        self.sts = boto3.Session().client("sts", region_name=worlds.REGION, config=config)
        self.role = role_of(sandbox, worlds.TOKEN_PROFILE)

    def refused(self, token: str, **changed: str) -> tuple[str, str]:
        return refused(
            self.sts.assume_role_with_web_identity,
            **self.role | changed,
            WebIdentityToken=token,
        )


def test_a_pods_token_opens_its_role(asking_sandbox: Sandbox) -> None:
    pod = Pod(asking_sandbox)
    answer = pod.sts.assume_role_with_web_identity(
        **pod.role, WebIdentityToken=pod.provider.token("system:pod:1")
    )
    assert answer["SubjectFromWebIdentityToken"] == "system:pod:1"
    assert ":assumed-role/pod/me" in signed_by(answer).get_caller_identity()["Arn"]
    who = client("sts", profile=worlds.TOKEN_PROFILE).get_caller_identity()
    assert ":assumed-role/pod/" in who["Arn"]


def test_other_tokens_are_refused_by_what_is_wrong(asking_sandbox: Sandbox) -> None:
    pod = Pod(asking_sandbox)
    good = pod.provider.token("system:pod:1")
    code, sentence = pod.refused(pod.provider.token("system:pod:1", seconds=-1))
    assert code == "ExpiredTokenException"
    assert sentence.startswith("Token expired: current date/time ")
    assert "verification key" in pod.refused(Provider(worlds.ISSUER).token("system:pod:1"))[1]
    assert "No OpenIDConnect provider" in pod.refused(Provider("x.example").token("x"))[1]
    assert "not a valid JWT" in pod.refused("any.thing")[1]
    theirs = role_of(asking_sandbox, worlds.MFA_PROFILE)["RoleArn"]
    assert pod.refused(good, RoleArn=theirs) == (
        "AccessDenied",
        "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    )
    with_keys = refused(client("sts").assume_role, **pod.role)
    assert with_keys[0] == "AccessDenied"


def test_only_what_needs_no_signature_is_answered_without_one(asking_sandbox: Sandbox) -> None:
    pod = Pod(asking_sandbox)
    assert refused(pod.sts.get_caller_identity)[0] == "MissingAuthenticationToken"


@given(st.text() | st.binary().map(lambda data: f"a.{data.hex()}.c") | st.just("." * 9))
def test_what_is_no_token_says_nothing(text: str) -> None:
    assert claims_of(text) is None


@given(st.dictionaries(st.sampled_from(["iss", "sub", "aud", "exp"]), st.none() | st.integers()))
def test_claims_of_other_kinds_say_nothing(claims: dict[str, Any]) -> None:
    import base64

    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()
    assert claims_of(f"a.{body}.c") is None
