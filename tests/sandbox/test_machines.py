"""Keys that a container or a machine hands out, by the addresses that SDKs ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
import urllib3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrtui.sandbox.accounts import Role
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.programs import run

TTL = "X-aws-ec2-metadata-token-ttl-seconds"
TOKEN = "X-aws-ec2-metadata-token"


@pytest.fixture
def role(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Role:
    """A role that both hand out; no profile and no keys beside it."""
    role = sandbox.world.add_role(worlds.ACCOUNT, "worker")
    sandbox.world.machine.container = sandbox.world.machine.instance = role
    monkeypatch.delenv("AWS_PROFILE")
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    return role


def enter(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def who() -> str:
    return str(boto3.Session().client("sts").get_caller_identity()["Arn"])


def test_a_container_hands_out_its_role(
    sandbox: Sandbox, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(monkeypatch, sandbox.container_env)
    assert who().endswith(":assumed-role/worker/container")
    assert ":assumed-role/worker/" in run("aws", "sts", "get-caller-identity").stdout


def test_a_machine_hands_out_its_role(
    sandbox: Sandbox, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(monkeypatch, sandbox.instance_env)
    assert ":assumed-role/worker/i-" in who()
    assert ":assumed-role/worker/" in run("aws", "sts", "get-caller-identity").stdout


def test_keys_live_as_long_as_the_knob_says(sandbox: Sandbox, role: Role) -> None:
    sandbox.world.machine.key_seconds = 5
    env = sandbox.container_env
    answer = urllib3.request(
        "GET",
        env["AWS_CONTAINER_CREDENTIALS_FULL_URI"],
        headers={"Authorization": env["AWS_CONTAINER_AUTHORIZATION_TOKEN"]},
    ).json()
    assert answer["RoleArn"] == role.arn
    key = sandbox.world.keys[answer["AccessKeyId"]]
    assert key.token == answer["Token"]
    assert answer["Expiration"].endswith("Z")


def test_a_container_must_show_its_token(sandbox: Sandbox, role: Role) -> None:
    where = sandbox.container_env["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    assert urllib3.request("GET", where).status == 401
    assert urllib3.request("GET", where, headers={"Authorization": "x"}).status == 401
    sandbox.world.machine.container_token = ""
    assert urllib3.request("GET", where).status == 200
    assert urllib3.request("POST", where).status == 405
    sandbox.world.machine.container = None
    assert urllib3.request("GET", where).status == 404


def asker(sandbox: Sandbox) -> Callable[..., urllib3.BaseHTTPResponse]:
    base = sandbox.instance_env["AWS_EC2_METADATA_SERVICE_ENDPOINT"]

    def ask(method: str, path: str, **headers: str) -> urllib3.BaseHTTPResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return urllib3.request(method, f"{base}latest/{path}", headers=named)

    return ask


def test_a_machine_wants_a_token_first(sandbox: Sandbox, role: Role) -> None:
    ask: Any = asker(sandbox)
    listed = "meta-data/iam/security-credentials/"
    assert ask("GET", listed).status == 401
    assert ask("GET", listed, **{TOKEN: "x"}).status == 401
    assert ask("PUT", "api/token", **{TTL: "60", "X-Forwarded-For": "10.0.0.1"}).status == 403
    got = ask("PUT", "api/token", **{TTL: "60"})
    assert (got.status, got.headers[TTL]) == (200, "60")
    token = {TOKEN: got.data.decode()}
    assert ask("GET", listed, **token).data.decode() == role.name
    assert ask("GET", f"{listed}another", **token).status == 404
    assert ask("GET", "meta-data/placement/region", **token).data.decode() == worlds.REGION
    sandbox.world.machine.instance = None
    assert ask("GET", listed, **token).status == 404
    sandbox.world.machine.tokens.clear()
    assert ask("GET", "meta-data/instance-id", **token).status == 401


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=30,
)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126)) | st.integers().map(str))
def test_only_whole_seconds_up_to_six_hours_make_a_token(sandbox: Sandbox, asked: str) -> None:
    status = asker(sandbox)("PUT", "api/token", **{TTL: asked}).status
    right = asked.isdecimal() and len(asked) < 9 and 1 <= int(asked) <= 21_600
    assert status == (200 if right else 400)
