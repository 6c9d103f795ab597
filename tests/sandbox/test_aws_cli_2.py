"""The aws CLI's own ways to sign in, by version 2 of it."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
import urllib3

from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.programs import need, run

# The CLI keeps tokens and keys itself, in plain files.
pytestmark = pytest.mark.secrets_in(r"/\.aws/(cli|sso)/cache/")

LOGIN = ("sso", "login", "--use-device-code", "--no-browser", "--profile", worlds.SSO_PROFILE)


@pytest.fixture(autouse=True)
def quick(asking_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PAGER", "")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


def aws2(*args: str) -> Any:
    return json.loads(run("aws2", *args, "--output", "json").stdout)


class Login:
    """`aws sso login`, which waits for the person."""

    def __init__(self, *command: str) -> None:
        self.process = subprocess.Popen(
            [need("aws2"), *(command or LOGIN)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def address(self) -> str:
        """Where it sends the browser."""
        assert self.process.stdout is not None
        lines = iter(self.process.stdout.readline, "")
        return next(line.strip() for line in lines if line.startswith("http"))

    def code(self, sandbox: Sandbox) -> str:
        """The code it asks to have confirmed."""
        while not (waiting := sandbox.world.portal.waiting()):
            assert self.process.poll() is None, self.process.communicate()
            time.sleep(0.05)
        return waiting[0]

    def end(self) -> tuple[int, str]:
        """What it came to."""
        said = "".join(self.process.communicate(timeout=60))
        return self.process.returncode, said


@pytest.fixture
def login() -> Iterator[Login]:
    started = Login()
    yield started
    if started.process.poll() is None:
        started.process.kill()
        started.process.communicate()


def token(home: Path) -> str:
    """The access token as the CLI keeps it."""
    kept = [json.loads(file.read_text()) for file in (home / ".aws/sso/cache").glob("*.json")]
    return next(str(each["accessToken"]) for each in kept if "accessToken" in each)


def test_sign_in_look_around_and_sign_out(
    asking_sandbox: Sandbox, login: Login, tmp_path: Path
) -> None:
    worlds.add_repository(asking_sandbox.world, "team/app")
    code = login.code(asking_sandbox)
    asking_sandbox.world.portal.slow_down()
    asking_sandbox.world.portal.confirm(code)
    status, said = login.end()
    assert status == 0, said
    assert code in said
    assert asking_sandbox.world.portal.address in said
    profile = ("--profile", worlds.SSO_PROFILE)
    assert "AWSReservedSSO_Auditor_" in aws2("sts", "get-caller-identity", *profile)["Arn"]
    (row,) = aws2("ecr", "describe-repositories", *profile)["repositories"]
    assert row["repositoryName"] == "team/app"
    given = ("--access-token", token(tmp_path))
    accounts = aws2("sso", "list-accounts", *given, "--page-size", "1")["accountList"]
    assert [each["accountId"] for each in accounts] == [worlds.ACCOUNT, worlds.OTHER_ACCOUNT]
    role = ("--account-id", worlds.OTHER_ACCOUNT, "--role-name", "Administrator")
    # Version 1 has the portal's operations too, with a botocore of its own.
    for program in ("aws", "aws2"):
        got = json.loads(run(program, "sso", "get-role-credentials", *given, *role).stdout)
        assert got["roleCredentials"]["accessKeyId"] in asking_sandbox.world.keys
    run("aws2", "sso", "logout")
    assert asking_sandbox.world.portal.sessions == []


def test_a_denied_and_an_ended_code_are_told(asking_sandbox: Sandbox, login: Login) -> None:
    asking_sandbox.world.portal.deny(login.code(asking_sandbox))
    status, said = login.end()
    assert status != 0
    assert "AccessDenied" in said
    second = Login()
    second.code(asking_sandbox)
    asking_sandbox.world.portal.expire_codes()
    status, said = second.end()
    assert status != 0
    assert "expired" in said.lower()


@pytest.mark.parametrize("said", ["confirm", "deny"])
def test_a_browser_on_this_machine(asking_sandbox: Sandbox, said: str, tmp_path: Path) -> None:
    login = Login("sso", "login", "--no-browser", "--profile", worlds.SSO_PROFILE)
    try:
        address = login.address()
        page = urllib3.request("GET", address)
        assert b"Allow access" in page.data
        fields = dict(parse_qsl(urlsplit(address).query)) | {"answer": said}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        there = urljoin(address, "/authorize")
        back = urllib3.request(
            "POST", there, body=urlencode(fields), headers=kind, redirect=False
        ).headers["Location"]
        assert urllib3.request("GET", back).status == 200
        status, told = login.end()
    finally:
        if login.process.poll() is None:
            login.process.kill()
    if said == "confirm":
        assert status == 0, told
        assert token(tmp_path)
    else:
        assert status != 0
        assert "Failed to retrieve an authorization code" in told


def test_a_token_is_refreshed_until_its_session_ends(
    asking_sandbox: Sandbox, login: Login, tmp_path: Path
) -> None:
    portal = asking_sandbox.world.portal
    portal.token_seconds = 1  # the CLI refreshes at once what ends within minutes
    portal.confirm(login.code(asking_sandbox))
    assert login.end()[0] == 0
    before = token(tmp_path)
    profile = ("--profile", worlds.SSO_PROFILE)
    assert aws2("sts", "get-caller-identity", *profile)
    assert token(tmp_path) != before
    portal.end_sessions()
    asking_sandbox.world.keys.clear()
    for file in (tmp_path / ".aws/cli/cache").glob("*.json"):
        file.unlink()
    refused = run("aws2", "sts", "get-caller-identity", *profile, ok=False).stderr
    # In one of two sentences: by whether it still took its token for good.
    assert "Token has expired and refresh failed" in refused or "has expired or is" in refused


def test_an_mfa_code_is_asked_for_on_the_terminal(asking_sandbox: Sandbox) -> None:
    (device,) = asking_sandbox.world.mfa.values()
    command = ("sts", "get-caller-identity", "--profile", worlds.MFA_PROFILE)
    wrong = run("aws2", *command, given=f"{device.wrong()}\n", ok=False)
    assert "invalid MFA one time pass code" in wrong.stderr
    right = run("aws2", *command, given=f"{device.code()}\n")
    assert ":assumed-role/on-call/" in right.stdout
    assert device.serial in right.stderr


def test_a_pods_token_is_used(asking_sandbox: Sandbox) -> None:
    who = aws2("sts", "get-caller-identity", "--profile", worlds.TOKEN_PROFILE)
    assert ":assumed-role/pod/" in who["Arn"]
