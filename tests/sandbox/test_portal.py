"""IAM Identity Center as clients see it: device codes, tokens, accounts, roles and their keys."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import boto3
import pytest
import urllib3
from botocore import UNSIGNED
from botocore.config import Config

from ecrtui.sandbox.control.sso_oidc import DEVICE, REFRESH
from ecrtui.sandbox.portal import SCOPE, Portal
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.clients import code, hold_against_model
from tests.sandbox.test_identity import with_key


def client(service: str) -> Any:
    config = Config(retries={"total_max_attempts": 1}, signature_version=UNSIGNED)
    made = boto3.Session().client(service, region_name=worlds.REGION, config=config)
    made.meta.events.register(f"before-parse.{service}", hold_against_model)
    return made


def refused(call: Callable[..., Any], **arguments: Any) -> tuple[str, int]:
    with pytest.raises(Exception, match="An error occurred") as caught:
        call(**arguments)
    response: Any = vars(caught.value)["response"]
    return code(caught.value), response["ResponseMetadata"]["HTTPStatusCode"]


def post(where: str, fields: dict[str, str]) -> urllib3.BaseHTTPResponse:
    """Send a form as a browser does."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return urllib3.request("POST", where, body=urlencode(fields), headers=kind)


class Device:
    """A program that signs in by a device code."""

    def __init__(self, *scopes: str) -> None:
        self.oidc = client("sso-oidc")
        made = self.oidc.register_client(
            clientName="test", clientType="public", scopes=list(scopes or (SCOPE,))
        )
        self.client = {name: made[name] for name in ("clientId", "clientSecret")}

    def start(self) -> Any:
        return self.oidc.start_device_authorization(**self.client, startUrl=worlds.PORTAL)

    def token(self, begun: Any) -> Any:
        return self.oidc.create_token(
            **self.client, grantType=DEVICE, deviceCode=begun["deviceCode"]
        )

    def refused(self, begun: Any) -> tuple[str, int]:
        return refused(
            self.oidc.create_token,
            **self.client,
            grantType=DEVICE,
            deviceCode=begun["deviceCode"],
        )

    def refresh(self, token: str) -> dict[str, Any]:
        return {**self.client, "grantType": REFRESH, "refreshToken": token}

    def sign_in(self, portal: Portal) -> Any:
        begun = self.start()
        portal.confirm(begun["userCode"])
        return self.token(begun)


@pytest.fixture
def portal(asking_sandbox: Sandbox) -> Portal:
    return asking_sandbox.world.portal


@pytest.fixture
def device(portal: Portal) -> Device:
    return Device()


def test_a_code_is_pending_until_confirmed_and_good_for_one_token(
    portal: Portal, device: Device
) -> None:
    begun = device.start()
    assert portal.waiting() == [begun["userCode"]]
    assert device.refused(begun) == ("AuthorizationPendingException", 400)
    portal.confirm(begun["userCode"].replace("-", "").lower())
    assert portal.waiting() == []
    token = device.token(begun)
    assert (token["tokenType"], token["expiresIn"]) == ("Bearer", 3600)
    assert device.refused(begun) == ("InvalidGrantException", 400)


def test_whoever_asks_too_often_is_slowed_down(portal: Portal, device: Device) -> None:
    begun = device.start()
    portal.slow_down(2)
    for expected in ("SlowDownException", "SlowDownException", "AuthorizationPendingException"):
        assert device.refused(begun) == (expected, 400)


def test_a_code_can_be_denied_and_ends(portal: Portal, device: Device) -> None:
    begun = device.start()
    portal.deny(begun["userCode"])
    assert device.refused(begun) == ("AccessDeniedException", 400)
    begun = device.start()
    portal.expire_codes()
    assert device.refused(begun) == ("ExpiredTokenException", 400)
    with pytest.raises(LookupError):
        portal.confirm(begun["userCode"])


def test_a_code_confirms_itself_where_nobody_has_a_browser(portal: Portal, device: Device) -> None:
    portal.confirms_after = 0
    assert device.token(device.start())["accessToken"]


def test_a_refresh_brings_a_new_token_until_the_session_ends(
    portal: Portal, device: Device
) -> None:
    token = device.sign_in(portal)
    sso = client("sso")
    portal.expire_tokens()
    old = {"accessToken": token["accessToken"]}
    assert refused(sso.list_accounts, **old) == ("UnauthorizedException", 401)
    again = device.oidc.create_token(**device.refresh(token["refreshToken"]))
    assert sso.list_accounts(accessToken=again["accessToken"])["accountList"]
    portal.rotates = True
    last = device.oidc.create_token(**device.refresh(token["refreshToken"]))
    assert refused(device.oidc.create_token, **device.refresh(token["refreshToken"])) == (
        "InvalidGrantException",
        400,
    )
    portal.end_sessions()
    for refresh in (last["refreshToken"], "any"):
        assert refused(device.oidc.create_token, **device.refresh(refresh))[0] == (
            "InvalidGrantException"
        )
    assert refused(sso.list_accounts, accessToken=last["accessToken"])[1] == 401


def test_tokens_end_in_seconds_where_that_is_asked_for(portal: Portal, device: Device) -> None:
    portal.token_seconds, portal.key_seconds = 30, 5
    token = device.sign_in(portal)
    assert token["expiresIn"] == 30
    keys = client("sso").get_role_credentials(
        accessToken=token["accessToken"], accountId=worlds.ACCOUNT, roleName="Auditor"
    )["roleCredentials"]
    assert 0 < keys["expiration"] / 1000 - time.time() <= 5
    portal.session_seconds = 10
    assert device.sign_in(portal)["expiresIn"] == 10


def test_without_the_scope_there_is_nothing_to_refresh(portal: Portal) -> None:
    device = Device("openid")
    assert "refreshToken" not in device.sign_in(portal)


def test_strange_clients_and_grants_are_refused(portal: Portal, device: Device) -> None:
    begun = device.start()
    other = Device()
    assert other.refused(begun) == ("InvalidGrantException", 400)
    create, register = device.oidc.create_token, device.oidc.register_client
    assert refused(create, **device.client, grantType="password")[0] == (
        "UnsupportedGrantTypeException"
    )
    assert refused(device.oidc.start_device_authorization, **device.client, startUrl="no") == (
        "InvalidRequestException",
        400,
    )
    named = {"clientName": "test", "clientType": "public"}
    assert refused(register, **named, scopes=["all"])[0] == "InvalidScopeException"
    assert refused(register, **named, grantTypes=["x"])[0] == "UnsupportedGrantTypeException"
    assert refused(register, clientName="test", clientType="private")[0] == (
        "InvalidClientMetadataException"
    )
    portal.forget_clients()
    assert device.refused(begun) == ("InvalidClientException", 401)


def test_errors_are_oauths(portal: Portal, device: Device, asking_sandbox: Sandbox) -> None:
    begun = device.start()
    body = {**device.client, "grantType": DEVICE, "deviceCode": begun["deviceCode"]}
    answer = urllib3.request("POST", f"{asking_sandbox.endpoint}/token", json=body)
    assert answer.json() == {"error": "authorization_pending", "error_description": None}
    assert answer.headers["x-amzn-ErrorType"] == "AuthorizationPendingException"
    lacking = urllib3.request("POST", f"{asking_sandbox.endpoint}/token", body=b"{")
    assert lacking.status == 400
    assert lacking.headers["x-amzn-ErrorType"] == "InvalidRequestException"


def test_accounts_and_roles_come_in_pages(portal: Portal, device: Device) -> None:
    token = {"accessToken": device.sign_in(portal)["accessToken"]}
    for number in range(30):
        portal.offer(worlds.PORTAL, worlds.ACCOUNT, f"Role{number:02}")
    sso = client("sso")
    first = sso.list_accounts(**token, maxResults=1)
    second = sso.list_accounts(**token, maxResults=1, nextToken=first["nextToken"])
    assert "nextToken" not in second
    assert [row["accountId"] for row in first["accountList"] + second["accountList"]] == [
        worlds.ACCOUNT,
        worlds.OTHER_ACCOUNT,
    ]
    pages = sso.get_paginator("list_account_roles").paginate(**token, accountId=worlds.ACCOUNT)
    sizes = [len(page["roleList"]) for page in pages]
    assert sizes == [portal.page_size, 32 - portal.page_size]
    assert refused(sso.list_accounts, **token, nextToken="made-up") == (
        "InvalidRequestException",
        400,
    )
    assert refused(sso.list_account_roles, **token, accountId="999988887777") == (
        "ForbiddenException",
        403,
    )


def test_a_roles_keys_are_the_role_and_nothing_more(portal: Portal, device: Device) -> None:
    token = {"accessToken": device.sign_in(portal)["accessToken"]}
    sso, role = client("sso"), {"accountId": worlds.ACCOUNT, "roleName": "Auditor"}
    keys = sso.get_role_credentials(**token, **role)["roleCredentials"]
    signed = keys["accessKeyId"], keys["sessionToken"]
    who = with_key("sts", *signed).get_caller_identity()
    assert who["Account"] == worlds.ACCOUNT
    assert ":assumed-role/AWSReservedSSO_Auditor_" in who["Arn"]
    assert who["Arn"].endswith("/jo@example.com")
    ecr = with_key("ecr", *signed)
    assert ecr.describe_repositories()["repositories"] == []
    assert refused(ecr.create_repository, repositoryName="any")[0] == "AccessDeniedException"
    role["roleName"] = "Owner"
    assert refused(sso.get_role_credentials, **token, **role) == ("ForbiddenException", 403)


def test_a_profile_of_the_environment_signs_in_and_refreshes(
    portal: Portal, device: Device, tmp_path: Path
) -> None:
    token = device.sign_in(portal)
    portal.expire_tokens()
    kept = {
        "startUrl": worlds.PORTAL,
        "region": worlds.REGION,
        "accessToken": token["accessToken"],
        "expiresAt": "2001-01-01T00:00:00Z",
        **device.client,
        "registrationExpiresAt": "2999-01-01T00:00:00Z",
        "refreshToken": token["refreshToken"],
    }
    # Where the aws CLI's `sso login` puts it, and every SDK looks for it.
    name = hashlib.sha1(worlds.SSO_SESSION.encode(), usedforsecurity=False).hexdigest()
    file = tmp_path / ".aws" / "sso" / "cache" / f"{name}.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(kept))
    # A process of its own: botocore looks up where the home is when it is imported.
    ask = f"import boto3; print(boto3.Session(profile_name='{worlds.SSO_PROFILE}').client('sts')"
    who = subprocess.run(
        [sys.executable, "-c", f"{ask}.get_caller_identity()['Arn'])"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert ":assumed-role/AWSReservedSSO_Auditor_" in who
    assert json.loads(file.read_text())["accessToken"] != token["accessToken"]


def test_signing_out_ends_the_token_and_leaves_the_keys(portal: Portal, device: Device) -> None:
    token = {"accessToken": device.sign_in(portal)["accessToken"]}
    sso = client("sso")
    role = {"accountId": worlds.ACCOUNT, "roleName": "Auditor"}
    keys = sso.get_role_credentials(**token, **role)["roleCredentials"]
    sso.logout(**token)
    assert refused(sso.list_accounts, **token) == ("UnauthorizedException", 401)
    assert refused(sso.logout, **token) == ("UnauthorizedException", 401)
    assert with_key("sts", keys["accessKeyId"], keys["sessionToken"]).get_caller_identity()


@pytest.mark.parametrize(("said", "expected"), [("confirm", None), ("deny", "AccessDenied")])
def test_a_person_answers_on_the_page(
    portal: Portal, device: Device, said: str, expected: str | None
) -> None:
    begun = device.start()
    assert urllib3.request("GET", begun["verificationUri"]).status == 200
    page = urllib3.request("GET", begun["verificationUriComplete"])
    assert page.headers["Content-Type"].startswith("text/html")
    assert f'value="{begun["userCode"]}"' in page.data.decode()
    answer = {"user_code": begun["userCode"], "answer": said}
    where = begun["verificationUri"]
    assert post(where, answer).status == 200
    if expected is None:
        assert device.token(begun)["accessToken"]
    else:
        assert device.refused(begun)[0].startswith(expected)
    assert post(where, answer).status == 404


VERIFIER = "a" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
BACK = "http://127.0.0.1:9/oauth/callback"


class Browser:
    """A program that waits for what a browser brings back."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.where = f"{sandbox.endpoint}/authorize"
        self.oidc = client("sso-oidc")
        made = self.oidc.register_client(
            clientName="test",
            clientType="public",
            scopes=[SCOPE],
            grantTypes=["authorization_code", REFRESH],
            redirectUris=["http://127.0.0.1/oauth/callback"],
            issuerUrl=worlds.PORTAL,
        )
        self.client = {name: made[name] for name in ("clientId", "clientSecret")}

    def asked(self, **changed: str) -> dict[str, str]:
        asked = {
            "client_id": self.client["clientId"],
            "redirect_uri": BACK,
            "state": "s&1",
            "code_challenge": CHALLENGE,
            "answer": "confirm",
        }
        return asked | changed

    def code(self) -> str:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(self.asked())
        went = urllib3.request("POST", self.where, body=body, headers=kind, redirect=False)
        address = urlsplit(went.headers["Location"])
        assert (went.status, address.port) == (303, 9)
        brought = dict(parse_qsl(address.query))
        assert brought["state"] == "s&1"
        return brought["code"]

    def token(self, **changed: str) -> dict[str, Any]:
        asked = {"code": self.code(), "redirectUri": BACK, "codeVerifier": VERIFIER} | changed
        return {**self.client, "grantType": "authorization_code", **asked}


def test_a_browser_brings_a_code_that_is_good_once(asking_sandbox: Sandbox) -> None:
    browser = Browser(asking_sandbox)
    asked = browser.token()
    token = browser.oidc.create_token(**asked)
    assert token["refreshToken"]
    assert client("sso").list_accounts(accessToken=token["accessToken"])["accountList"]
    create = browser.oidc.create_token
    assert refused(create, **asked) == ("InvalidGrantException", 400)
    for wrong in (
        {"codeVerifier": "b" * 43},
        {"redirectUri": "http://127.0.0.1:8/"},
        {"code": "x"},
    ):
        assert refused(create, **browser.token(**wrong)) == ("InvalidGrantException", 400)


def test_a_browser_goes_back_to_this_machine_alone(asking_sandbox: Sandbox) -> None:
    browser = Browser(asking_sandbox)
    elsewhere = (
        "http://example.com/oauth/callback",
        "http://127.0.0.1:9/other",
        "http://[",
        "x",
        "",
    )
    for redirect in elsewhere:
        assert post(browser.where, browser.asked(redirect_uri=redirect)).status == 400
    assert post(browser.where, browser.asked(code_challenge="short")).status == 400
    assert post(browser.where, browser.asked(client_id="x")).status == 400
    assert urllib3.request("PUT", browser.where).status == 405
    page = urllib3.request("GET", browser.where, fields=browser.asked(state='"><script>'))
    assert page.status == 200
    assert b"<script" not in page.data
    named = {"clientName": "test", "clientType": "public"}
    register = browser.oidc.register_client
    assert refused(register, **named, redirectUris=["https://example.com/"])[0] == (
        "InvalidRedirectUriException"
    )
    assert refused(register, **named, issuerUrl="https://example.com/")[0] == (
        "InvalidRequestException"
    )


def test_the_page_shows_no_markup_of_a_link(portal: Portal) -> None:
    page = urllib3.request("GET", f"{portal.address}?user_code=%22%3E%3Cscript%3E")
    assert b"<script" not in page.data
    assert urllib3.request("POST", portal.address, body=b"\xff=answer").status == 400
    assert urllib3.request("PUT", portal.address).status == 405


def test_secrets_of_the_portal_are_not_in_reprs(portal: Portal, device: Device) -> None:
    token = device.sign_in(portal)
    told = repr((portal.clients, portal.codes, portal.sessions))
    for secret in (token["accessToken"], token["refreshToken"], device.client["clientSecret"]):
        assert secret not in told
