"""Every failure a service or botocore can have, as one of ours that names the fix."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from botocore import exceptions as aws

from ecrtui import errors
from ecrtui.aws.beanstalk import Beanstalk
from ecrtui.aws.calls import Calls
from ecrtui.aws.ecs import Ecs
from ecrtui.aws.failures import redacted, translate
from ecrtui.aws.identity import enabled_regions, whoami
from ecrtui.aws.sessions import Sessions
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.aws.conftest import Open
from tests.oci.hostile_host import host

FIRST_PAGE = "DescribeRepositories"


def read(opened: Open) -> int:
    return sum(len(page.items) for page in opened().repositories())


def test_throttling_is_waited_out(sandbox: Sandbox, opened: Open) -> None:
    worlds.add_repository(sandbox.world, "team/app")
    sandbox.faults.add("throttle", operation=FIRST_PAGE, times=2)
    assert read(opened) == 1


@pytest.mark.parametrize(
    ("action", "error", "hint"),
    [
        ("throttle", errors.Throttled, "Wait"),
        ("deny", errors.NotAllowed, "docs/permissions.md"),
        ("expire", errors.SessionExpired, "--profile main"),
        ("unknown", errors.UnknownOperation, "newer boto3"),
        ("status", errors.RemoteError, ""),
        ("hang-up", errors.Unreachable, "network"),
        ("cut", errors.RemoteError, ""),
    ],
)
def test_each_failure_that_stays(
    sandbox: Sandbox, opened: Open, action: str, error: type[errors.EcrtuiError], hint: str
) -> None:
    sandbox.faults.add(action, operation=FIRST_PAGE)
    with pytest.raises(error) as failed:
        read(opened)
    assert hint in failed.value.hint


def test_a_denial_names_the_operation(sandbox: Sandbox, opened: Open) -> None:
    sandbox.faults.add("deny", operation=FIRST_PAGE)
    with pytest.raises(errors.NotAllowed) as failed:
        read(opened)
    assert FIRST_PAGE in failed.value.title
    assert "is not authorized to perform" in failed.value.detail


def test_a_list_that_fails_half_way_gave_its_pages(sandbox: Sandbox, opened: Open) -> None:
    for number in range(1001):
        worlds.add_repository(sandbox.world, f"app-{number}")
    sandbox.faults.add("deny", operation=FIRST_PAGE, skip=1)
    pages = opened().repositories()
    assert len(next(pages).items) == 1000
    with pytest.raises(errors.NotAllowed):
        next(pages)


def test_an_endpoint_nobody_serves(sandbox: Sandbox) -> None:
    sessions = Sessions(endpoint_url="http://127.0.0.1:9")
    with pytest.raises(errors.Unreachable):
        whoami(sessions, "main", worlds.REGION)


def test_a_region_not_opted_in_to(opened: Open) -> None:
    with pytest.raises(errors.RegionNotEnabled):
        list(opened(region="ap-east-1").repositories())


def test_a_region_of_which_another_service_says_that_the_key_is_unknown(
    sandbox: Sandbox, sessions: Sessions
) -> None:
    """Query-protocol services have the same words for both; STS tells which it is."""
    with pytest.raises(errors.RegionNotEnabled):
        list(Beanstalk(sessions, "main", "ap-east-1").environments())
    sandbox.world.keys.clear()
    with pytest.raises(errors.SessionRevoked):
        list(Beanstalk(sessions, "main", "ap-east-1").environments())


def test_no_credentials_and_no_such_profile(
    sandbox: Sandbox, opened: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(errors.NoCredentials, match="nobody"):
        list(opened(profile="nobody").repositories())
    monkeypatch.delenv("AWS_PROFILE")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(errors.NoCredentials):
        list(opened(profile="").repositories())


def test_regions_without_the_accounts_word(sandbox: Sandbox, sessions: Sessions) -> None:
    told, sure = enabled_regions(sessions, "main", worlds.REGION)
    assert sure
    assert "ap-east-1" not in told
    sandbox.faults.add("deny", service="account")
    guessed, sure = enabled_regions(sessions, "main", worlds.REGION)
    assert not sure
    assert set(told) < set(guessed)


BODIES = {
    "page": b"<html>",
    "list": b"[]",
    "no text": b"\xff",
    "nothing": b"",
    "string": b'"text"',
    "deep": b'{"a":' * 50_000,
    "half": b'{"registryId": "1111',
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("status", [200, 400])
def test_an_answer_that_is_none(sandbox: Sandbox, name: str, status: int) -> None:
    with host(lambda _: (status, {}, BODIES[name])) as server:
        sessions = Sessions(endpoint_url=f"http://{server.netloc}")
        calls = Calls(sessions.client("ecr", "main", worlds.REGION), "main")
        with pytest.raises(errors.RemoteError):
            calls.call("DescribeRegistry")


@pytest.mark.parametrize(("reason", "told"), [("MISSING", 1), ("ACCESS_DENIED", 0)])
def test_services_that_ecs_does_not_describe(sandbox: Sandbox, reason: str, told: int) -> None:
    """One that was deleted since it was listed is none; all else is not known."""
    failure = {"arn": "arn:aws:ecs:x:1:service/c/gone", "reason": reason}
    there = {"serviceName": "there", "serviceArn": "arn:there", "clusterArn": "arn:c"}
    described = {"services": [there], "failures": [failure]}
    both = {"serviceArns": ["there", "gone"], **described}
    with host(lambda _: (200, {}, json.dumps(both).encode())) as server:
        sessions = Sessions(endpoint_url=f"http://{server.netloc}")
        services = Ecs.of(sessions, "main", worlds.REGION).services("c")
        if told:
            assert [one.service_name for one in services] == ["there"]
            return
        with pytest.raises(errors.RemoteError, match="service/c/gone ACCESS_DENIED"):
            list(services)


@pytest.mark.parametrize("body", [b"<html>", b"", b"<a>", b"<GetCallerIdentityResponse/>"])
def test_an_identity_that_is_none(sandbox: Sandbox, body: bytes) -> None:
    with host(lambda _: (200, {}, body)) as server, pytest.raises(errors.RemoteError):
        whoami(Sessions(endpoint_url=f"http://{server.netloc}"), "main", worlds.REGION)


def answer(code: str, message: str = "", status: int = 400) -> aws.ClientError:
    response = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return aws.ClientError(response, "DescribeImages")


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (answer("ExpiredToken"), errors.SessionExpired),
        (answer("RequestTimeTooSkewed"), errors.ClockSkew),
        (answer("InvalidSignatureException", "Signature expired: 2026"), errors.ClockSkew),
        (answer("SignatureDoesNotMatch"), errors.SignInError),
        (answer("AccessDenied"), errors.NotAllowed),
        (answer("SomethingElse", status=429), errors.Throttled),
        (answer("LimitExceededException"), errors.Throttled),
        (answer("ImageNotFoundException"), errors.NotFound),
        (answer("500", "Internal Server Error", 500), errors.UnknownOperation),
        (answer("ValidationException"), errors.UsageError),
        (answer("KmsException"), errors.RemoteError),
        (aws.NoCredentialsError(), errors.NoCredentials),
        (aws.SSOTokenLoadError(error_msg="x"), errors.SessionExpired),
        (aws.UnauthorizedSSOTokenError(), errors.SessionExpired),
        (aws.CredentialRetrievalError(provider="p", error_msg="x"), errors.SignInError),
        (aws.NoRegionError(), errors.UsageError),
        (aws.MissingDependencyException(msg="x"), errors.LocalPartMissing),
        (aws.SSLError(endpoint_url="https://x", error="e"), errors.Unreachable),
        (aws.ReadTimeoutError(endpoint_url="https://x"), errors.Unreachable),
        (aws.ProxyConnectionError(proxy_url="http://x"), errors.Unreachable),
        (aws.ParamValidationError(report="x"), errors.UsageError),
        (aws.BotoCoreError(), errors.RemoteError),
    ],
)
def test_each_exception(failure: Exception, error: type[errors.EcrtuiError]) -> None:
    found = translate(failure, "work", "DescribeImages")
    assert type(found) is error
    assert found.title


def test_who_forbids_it_decides_the_hint() -> None:
    def hint(text: str) -> str:
        return translate(answer("AccessDeniedException", text), "work").hint

    assert "organisation" in hint("... with an explicit deny in a service control policy")
    assert "boundary" in hint("... no permissions boundary allows")


@pytest.mark.parametrize("make", [str, lambda text: translate(answer("X", text), "").detail])
def test_a_presigned_address_is_never_told(make: Callable[[str], str]) -> None:
    secret = "https://bucket.example/layer?X-Amz-Signature=secret&X-Amz-Security-Token=t"
    assert "secret" not in redacted(make(f"failed: {secret} !"))
    assert "bucket.example" in redacted(make(secret))


def renewed(sandbox: Sandbox) -> None:
    """Another key of the same account in the credentials file, as after a new sign-in."""
    key = sandbox.world.add_key(worlds.ACCOUNT, "renewed")
    lines = f"[main]\naws_access_key_id = {key.id}\naws_secret_access_key = {key.secret}\n"
    Path(os.environ["AWS_SHARED_CREDENTIALS_FILE"]).write_text(lines)


@pytest.mark.parametrize("how", ["expired", "unknown"])
def test_renewed_credentials_are_taken_without_a_restart(
    sandbox: Sandbox, sessions: Sessions, opened: Open, how: str
) -> None:
    worlds.add_repository(sandbox.world, "team/app")
    key = next(iter(sandbox.world.keys.values()))
    assert read(opened) == 1
    if how == "expired":
        key.expires = 1.0
        with pytest.raises(errors.SessionExpired):
            read(opened)
    else:
        del sandbox.world.keys[key.id]
        with pytest.raises(errors.SessionRevoked):
            whoami(sessions, "main", worlds.REGION)
    renewed(sandbox)
    assert read(opened) == 1
    assert whoami(sessions, "main", worlds.REGION).arn.endswith("renewed")
