"""`ecrtui credentials sign-in`, with the sandbox's portal, and the aws CLI beside it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from ecrtui.sandbox.portal import Portal
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.aws.profiles import declare
from tests.headless.program import COMMAND, answer, ecrtui
from tests.headless.test_docs import documented_keys
from tests.sandbox.programs import need, run

SESSION, PROFILE = worlds.SSO_SESSION, worlds.SSO_PROFILE
# The aws CLI keeps tokens and keys itself, in plain files.
pytestmark = pytest.mark.secrets_in(r"/\.aws/(cli|sso)/cache/")
PASSPHRASE = "four words nobody guesses"


@pytest.fixture
def portal(asking_sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """The portal, a repository behind it, and secrets in an encrypted file."""
    monkeypatch.delenv("AWS_PROFILE")
    monkeypatch.setenv("ECRTUI_HOME", str(tmp_path / "ecrtui"))
    monkeypatch.setenv("ECRTUI_VAULT", "file")
    monkeypatch.setenv("AWS_PAGER", "")
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    monkeypatch.setenv("ECRTUI_VAULT_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    worlds.add_repository(asking_sandbox.world, "team/app")
    return asking_sandbox.world.portal


def until(condition: Callable[[], object], process: subprocess.Popen[str] | None = None) -> None:
    ends = time.monotonic() + 60
    while not condition():
        assert process is None or process.poll() is None, process.communicate()
        assert time.monotonic() < ends
        time.sleep(0.02)


def begun(*arguments: str) -> subprocess.Popen[str]:
    """`sign-in`, waiting."""
    return subprocess.Popen(
        [*COMMAND, "credentials", "sign-in", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def signed_in(portal: Portal, *arguments: str) -> tuple[str, str]:
    """Sign in, as a person who confirms; stdout and stderr."""
    process = begun(*arguments)
    until(portal.waiting, process)
    (code,) = portal.waiting()
    portal.confirm(code)
    out, told = process.communicate(timeout=60)
    assert process.returncode == 0, told
    assert code in told
    for session in portal.sessions:
        assert session.access not in out + told
        assert session.refresh not in out + told
    return out, told


def repos(profile: str) -> list[str]:
    return [row["repositoryName"] for row in answer("repos", "--profile", profile)]


def test_signing_in(portal: Portal) -> None:
    refused = ecrtui("repos", "--profile", PROFILE)
    assert refused.returncode == 3
    assert f"ecrtui credentials sign-in {SESSION}" in refused.stderr
    out, told = signed_in(portal, SESSION)
    assert f"signed in to {SESSION}" in out
    assert portal.address in told
    assert "\x1b" not in told
    assert repos(PROFILE) == ["team/app"]
    (session,) = answer("credentials", "sessions")
    assert (session["name"], session["where"], session["refreshes"]) == (SESSION, "file", True)


def test_the_documented_keys(portal: Portal) -> None:
    out, _ = signed_in(portal, SESSION, "--json")
    assert set(json.loads(out)) <= documented_keys("credentials sign-in")
    for action in ("sessions", "accounts"):
        (row, *_) = answer("credentials", action)
        assert set(row) == documented_keys(f"credentials {action}")


def test_a_profile_names_its_portal_and_the_only_one_needs_no_name(portal: Portal) -> None:
    signed_in(portal, PROFILE)
    assert ecrtui("credentials", "sign-out").stdout.startswith(f"signed out of {SESSION}")
    assert portal.sessions == []
    assert ecrtui("credentials", "sign-out", SESSION).returncode == 4
    out, _ = signed_in(portal, "--jsonl")
    code, session = map(json.loads, out.splitlines())
    assert code["verificationUriComplete"].endswith(code["userCode"])
    assert session["name"] == SESSION
    assert repos(PROFILE) == ["team/app"]


def test_what_the_portal_offers_becomes_a_credential(portal: Portal) -> None:
    signed_in(portal)
    offers = {row["accountId"]: row for row in answer("credentials", "accounts", SESSION)}
    assert set(offers) == {worlds.ACCOUNT, worlds.OTHER_ACCOUNT}
    assert offers[worlds.ACCOUNT]["roleNames"] == ["Administrator", "Auditor"]
    options = ["--sso-session", SESSION, "--role", "Auditor", "--region", worlds.REGION]
    wrong = ecrtui("credentials", "add", "x", *options, "--account", "12")
    assert wrong.returncode == 2
    done = ecrtui("credentials", "add", "audit", *options, "--account", worlds.ACCOUNT)
    assert done.returncode == 0, done.stderr
    assert repos("audit") == ["team/app"]
    document = json.loads(ecrtui("credentials", "process", "audit").stdout)
    assert document["Version"] == 1
    assert document["Expiration"].endswith("Z")
    rows = {row["name"]: row for row in answer("credentials", "list")}
    assert (rows["audit"]["kind"], rows["audit"]["account"]) == ("sso", worlds.ACCOUNT)
    assert rows["audit"]["expires"]


def test_the_aws_cli_gets_it_too(portal: Portal) -> None:
    signed_in(portal)
    options = ["--sso-session", SESSION, "--role", "Auditor", "--account", worlds.ACCOUNT]
    ecrtui("credentials", "add", "audit", *options)
    process = " ".join([*COMMAND, "credentials", "process", "audit"])
    declare("outside", credential_process=process, region=worlds.REGION)
    done = run("aws", "sts", "get-caller-identity", "--profile", "outside", "--output", "json")
    assert "AWSReservedSSO_Auditor" in json.loads(done.stdout)["Arn"]


def by_cli(portal: Portal, tmp_path: Path, *whose: str) -> Path:
    """Sign in by the aws CLI; the file in which it keeps the token."""
    command = [need("aws2"), "sso", "login", "--use-device-code", "--no-browser", *whose]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until(portal.waiting, process)
    portal.confirm(portal.waiting()[0])
    _, told = process.communicate(timeout=60)
    assert process.returncode == 0, told
    files = (tmp_path / ".aws" / "sso" / "cache").glob("*.json")
    (file,) = [one for one in files if "accessToken" in json.loads(one.read_text())]
    return file


def test_who_signed_in_by_the_aws_cli_is_signed_in(portal: Portal, tmp_path: Path) -> None:
    by_cli(portal, tmp_path, "--sso-session", SESSION)
    who = ["sts", "get-caller-identity", "--profile", PROFILE, "--region", worlds.REGION]
    assert "AWSReservedSSO_Auditor" in run("aws2", *who).stdout
    assert repos(PROFILE) == ["team/app"]
    portal.end_sessions()
    over = ecrtui("repos", "--profile", PROFILE)
    assert over.returncode == 3
    assert f"ecrtui credentials sign-in {SESSION}" in over.stderr


def test_a_token_of_the_aws_cli_is_refreshed_in_its_place(portal: Portal, tmp_path: Path) -> None:
    file = by_cli(portal, tmp_path, "--sso-session", SESSION)
    document = json.loads(file.read_text())
    file.write_text(json.dumps({**document, "expiresAt": "2020-01-01T00:00:00Z"}))
    assert repos(PROFILE) == ["team/app"]
    assert json.loads(file.read_text())["accessToken"] != document["accessToken"]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"accessToken": "x", "expiresAt": "some day"}', '{"accessToken": 1'],
)
def test_a_file_of_the_aws_cli_that_is_none(portal: Portal, tmp_path: Path, text: str) -> None:
    file = by_cli(portal, tmp_path, "--sso-session", SESSION)
    file.write_text(text)
    done = ecrtui("repos", "--profile", PROFILE)
    assert done.returncode == 3
    assert f"ecrtui credentials sign-in {SESSION}" in done.stderr


def legacy() -> str:
    declare(
        "legacy",
        sso_start_url=worlds.PORTAL,
        sso_region=worlds.REGION,
        sso_account_id=worlds.ACCOUNT,
        sso_role_name="Auditor",
        region=worlds.REGION,
    )
    return urlsplit(worlds.PORTAL).hostname or ""


def test_a_profile_of_the_old_form(portal: Portal) -> None:
    host = legacy()
    refused = ecrtui("repos", "--profile", "legacy")
    assert f"ecrtui credentials sign-in {host}" in refused.stderr
    signed_in(portal, host)
    assert repos("legacy") == ["team/app"]
    assert {row["name"] for row in answer("credentials", "sessions")} == {SESSION, host}


def test_a_profile_of_the_old_form_by_the_aws_cli(portal: Portal, tmp_path: Path) -> None:
    legacy()
    by_cli(portal, tmp_path, "--profile", "legacy")
    assert repos("legacy") == ["team/app"]


def test_a_role_whose_source_is_a_portals(asking_sandbox: Sandbox, portal: Portal) -> None:
    signed_in(portal)
    role = asking_sandbox.world.add_role(worlds.OTHER_ACCOUNT, "further")
    declare("further", role_arn=role.arn, source_profile=PROFILE, region=worlds.REGION)
    key = next(iter(asking_sandbox.world.portal.users[worlds.PORTAL].offers.values()))
    key.allow = ("*",)
    (tested,) = answer("credentials", "test", "further")
    assert "assumed-role/further/" in tested["principal"]
    ecrtui("credentials", "add", "kept", "--role-arn", role.arn, "--source", PROFILE)
    (tested,) = answer("credentials", "test", "kept")
    assert "assumed-role/further/" in tested["principal"]


def test_several_processes_share_one_refresh(portal: Portal, tmp_path: Path) -> None:
    """With tokens good for one use, a second refresh would end the session."""
    portal.rotates = True
    portal.token_seconds = 1
    signed_in(portal)
    portal.token_seconds = 3600
    (session,) = portal.sessions
    before = session.access
    until(lambda: session.expires < time.time())
    command = [*COMMAND, "repos", "--profile", PROFILE, "--json"]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for process in processes:
        out, told = process.communicate(timeout=60)
        assert process.returncode == 0, told
        assert json.loads(out)[0]["repositoryName"] == "team/app"
    assert session.access != before


def test_denied_and_expired(portal: Portal) -> None:
    for answered, word in ((portal.deny, "denied"), (lambda _: portal.expire_codes(), "expired")):
        process = begun(SESSION)
        until(portal.waiting, process)
        answered(portal.waiting()[0])
        _, told = process.communicate(timeout=60)
        assert process.returncode == 3
        assert word in told


def test_ctrl_c_ends_it(portal: Portal) -> None:
    process = begun(SESSION)
    until(portal.waiting, process)
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert answer("credentials", "sessions")[0]["where"] is None


def test_a_portal_of_ones_own(portal: Portal) -> None:
    address = ["--start-url", worlds.PORTAL, "--sso-region", worlds.REGION]
    assert signed_in(portal, "mine", *address)[0].startswith("signed in to mine")
    for arguments in (
        ["nowhere"],
        ["new", "--start-url", "https://nobody.example.com/start", "--sso-region", worlds.REGION],
        ["new", "--start-url", "nobody", "--sso-region", worlds.REGION],
        ["new", "--start-url", worlds.PORTAL],
        ["mine", "--start-url", "https://other.example.com", "--sso-region", worlds.REGION],
        ["one", "two"],
        [],
    ):
        done = ecrtui("credentials", "sign-in", *arguments)
        assert done.returncode in (2, 4), (arguments, done.stderr)
        assert len(done.stderr.splitlines()) >= 2, done.stderr


def test_memory_would_forget_it(portal: Portal) -> None:
    done = ecrtui("credentials", "sign-in", SESSION, env={"ECRTUI_VAULT": "memory"})
    assert (done.returncode, portal.codes) == (6, {})


def test_signing_in_changes_nothing_in_any_account(portal: Portal) -> None:
    signed_in(portal, "--read-only")
    done = ecrtui("repos", "--profile", PROFILE, "--read-only")
    assert done.returncode == 0, done.stderr


def test_no_token_is_in_a_plain_file(portal: Portal, tmp_path: Path) -> None:
    signed_in(portal)
    assert repos(PROFILE)
    (session,) = portal.sessions
    (client,) = portal.clients.values()
    secrets: list[Any] = [session.access, session.refresh, client.secret]
    for path in (tmp_path / "ecrtui").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not [one for one in secrets if one.encode() in data], path
