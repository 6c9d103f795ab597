"""`aws login`: who is signed in to the console lends a program keys, by a browser."""

from __future__ import annotations

import subprocess
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import boto3
import pytest
import urllib3
from botocore import UNSIGNED
from botocore.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.clients import hold_against_model
from tests.sandbox.programs import need, run
from tests.sandbox.test_identity import with_key
from tests.sandbox.test_portal import CHALLENGE, VERIFIER, post

# The CLI keeps tokens and keys itself, in plain files.
pytestmark = pytest.mark.secrets_in(r"/\.aws/(cli|login)/cache/")
SAME = "arn:aws:signin:::devtools/same-device"
BACK = "http://127.0.0.1:9/oauth/callback"
PROFILE = "lent"


@pytest.fixture
def console(asking_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """A sandbox to whose console the first user is signed in."""
    asking_sandbox.world.console.key = next(iter(asking_sandbox.world.keys.values()))
    monkeypatch.delenv("AWS_PROFILE")
    monkeypatch.setenv("AWS_PAGER", "")
    monkeypatch.setenv("BROWSER", "true")
    return asking_sandbox


def client() -> Any:
    config = Config(retries={"total_max_attempts": 1}, signature_version=UNSIGNED)
    made = boto3.Session().client("signin", region_name=worlds.REGION, config=config)
    made.meta.events.register("before-parse.signin", hold_against_model)
    return made


def asked(**changed: str) -> dict[str, str]:
    fields = {
        "client_id": SAME,
        "redirect_uri": BACK,
        "state": "1",
        "code_challenge": CHALLENGE,
        "answer": "confirm",
    }
    return fields | changed


def brought(console: Sandbox, **changed: str) -> dict[str, str]:
    """What the page sends the browser back with."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    body, where = urlencode(asked(**changed)), f"{console.endpoint}/v1/authorize"
    went = urllib3.request("POST", where, body=body, headers=kind, redirect=False)
    return dict(parse_qsl(urlsplit(went.headers["Location"]).query))


def token(console: Sandbox, **changed: str) -> Any:
    given = {
        "clientId": SAME,
        "grantType": "authorization_code",
        "code": brought(console)["code"],
        "redirectUri": BACK,
        "codeVerifier": VERIFIER,
    }
    return client().create_o_auth2_token(tokenInput=given | changed)["tokenOutput"]


def refresh(given: str) -> Any:
    asked = {"clientId": SAME, "grantType": "refresh_token", "refreshToken": given}
    return client().create_o_auth2_token(tokenInput=asked)["tokenOutput"]


def refused(call: Any, *args: Any, **changed: str) -> tuple[str, str]:
    with pytest.raises(Exception, match="An error occurred") as caught:
        call(*args, **changed)
    answer = vars(caught.value)["response"]
    return answer["Error"]["Code"], answer.get("error", "")


def test_a_code_brings_keys_and_a_token_that_is_good_once(console: Sandbox) -> None:
    got = token(console)
    assert (got["tokenType"], got["expiresIn"]) == ("aws_sigv4", 900)
    keys = got["accessToken"]
    sts = with_key("sts", keys["accessKeyId"], keys["sessionToken"])
    assert sts.get_caller_identity()["Arn"].endswith(":user/tester")
    again = refresh(got["refreshToken"])
    assert again["accessToken"]["accessKeyId"] != keys["accessKeyId"]
    assert refused(refresh, got["refreshToken"]) == ("AccessDeniedException", "TOKEN_EXPIRED")
    console.world.console.end_sessions()
    assert refused(refresh, again["refreshToken"]) == ("AccessDeniedException", "TOKEN_EXPIRED")


def test_what_is_wrong_is_told_apart(console: Sandbox) -> None:
    for wrong in ({"code": "x"}, {"codeVerifier": "b" * 43}, {"redirectUri": "http://[::1]/"}):
        assert refused(token, console, **wrong) == ("AccessDeniedException", "AUTHCODE_EXPIRED")
    assert refused(token, console, clientId="x")[0] == "ValidationException"
    assert refused(token, console, grantType="password")[0] == "ValidationException"
    assert brought(console, answer="deny") == {"state": "1", "error": "access_denied"}
    got = token(console)
    console.world.console.key = None
    assert refused(refresh, got["refreshToken"]) == (
        "AccessDeniedException",
        "USER_CREDENTIALS_CHANGED",
    )
    assert post(f"{console.endpoint}/v1/authorize", asked()).status == 400


def test_a_browser_goes_where_such_programs_are(console: Sandbox) -> None:
    where = f"{console.endpoint}/v1/authorize"
    for changed in (
        {"client_id": "arn:aws:signin:::devtools/cross-device"},
        {"client_id": "other"},
        {"redirect_uri": "http://example.com/oauth/callback"},
        {"redirect_uri": "http://127.0.0.1:9/other"},
        {"code_challenge": "x"},
    ):
        assert post(where, asked(**changed)).status == 400
    page = urllib3.request("GET", f"{console.endpoint}/v1/sessions/confirmation?code=%3Cscript%3E")
    assert b"<script" not in page.data


@pytest.mark.parametrize("options", [(), ("--remote",)], ids=["here", "elsewhere"])
def test_the_aws_cli_logs_in(console: Sandbox, options: tuple[str, ...]) -> None:
    command = [need("aws2"), "login", "--profile", PROFILE, *options]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    process = subprocess.Popen(command, text=True, **pipes)  # type: ignore[call-overload]
    try:
        address = next(line.strip() for line in process.stdout if line.startswith("http"))
        fields = dict(parse_qsl(urlsplit(address).query)) | {"answer": "confirm"}
        page = post(urljoin(address, "/v1/authorize"), fields)
        assert page.status == 200
        pasted = page.data.decode().partition("<pre>")[2].partition("</pre>")[0]
        said, _ = process.communicate(pasted + "\n" if options else None, timeout=60)
        assert process.returncode == 0, said
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    who = run("aws2", "sts", "get-caller-identity", "--profile", PROFILE).stdout
    assert "user/tester" in who


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=30,
)
@given(body=st.binary(max_size=80) | st.just(b'{"clientId": []}') | st.just(b"[]"))
def test_what_is_no_request_is_refused(console: Sandbox, body: bytes) -> None:
    answer = urllib3.request("POST", f"{console.endpoint}/v1/token", body=body)
    assert answer.status == 400
    assert answer.headers["x-amzn-ErrorType"] == "ValidationException"
    assert answer.json().keys() == {"error", "message"}
