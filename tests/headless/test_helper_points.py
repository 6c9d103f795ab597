"""docker-credential-ecrtui beside amazon-ecr-credential-helper, point by point (helper_points.py).

Sources: its README.md and docs/docker-credential-ecr-login.1, ecr-login/api/client_test.go for the
forms of hosts, and the issues that are named; for the protocol docker/docker-credential-helpers,
credentials/credentials.go and client/client.go.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ecrtui import __version__
from ecrtui.headless import docker_helper
from ecrtui.model.places import RegistryKind
from ecrtui.model.reference import account_and_region
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.credentials import registry_logins, signing_in, vaults
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.headless.helper_points import TESTED, documented, point
from tests.headless.program import ecrtui
from tests.headless.test_docker_helper import helper_on_path
from tests.workflows.at_work import services_in

HOST = f"{worlds.ACCOUNT}.dkr.ecr.{worlds.REGION}.amazonaws.com"
NONE = docker_helper.NOT_FOUND + "\n"

WRONG = {"AWS_ACCESS_KEY_ID": "AKIA" + "A" * 16, "AWS_SECRET_ACCESS_KEY": "wrong"}


@pytest.fixture
def home(asking_sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, the helper, and a sandbox at AWS's address. Logins go into an encrypted file."""
    helper_on_path(tmp_path, monkeypatch)
    (tmp_path / "passphrase").write_text("four random words, say")
    monkeypatch.setenv("ECRTUI_HOME", str(tmp_path / "ecrtui"))
    monkeypatch.setenv(vaults.VARIABLE, "file")
    monkeypatch.setenv(vaults.PASSPHRASE_FILE, str(tmp_path / "passphrase"))
    return tmp_path


def asked(
    action: str, given: str | bytes = "", **variables: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [docker_helper.NAME, *action.split()],
        input=given.encode() if isinstance(given, str) else given,
        capture_output=True,
        env={**os.environ, **variables},
        start_new_session=True,
        timeout=60,
    )


def said(action: str, given: str | bytes = "", **variables: str) -> str:
    """What it says and how it ends: `1: no credentials username`."""
    done = asked(action, given, **variables)
    return f"{done.returncode}: {done.stdout.decode()}"


def got(server: str = HOST, **variables: str) -> dict[str, Any]:
    done = asked("get", server, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def signed_by(sandbox: Sandbox, server: str = HOST, **variables: str) -> str:
    """Whose credentials asked for the token."""
    claims = json.loads(json.loads(base64.b64decode(got(server, **variables)["Secret"]))["claims"])
    return str(sandbox.world.keys[claims["key"]].arn)


def no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing declared: what else there is must be found."""
    monkeypatch.delenv("AWS_PROFILE")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nowhere")


def test_every_point_on_the_page_has_a_test_and_every_test_its_point() -> None:
    assert documented() == TESTED


# --- hosts ---------------------------------------------------------------------------------------

PRIVATE = {
    "https://123456789012.dkr.ecr.us-east-1.amazonaws.com/v2/blah/blah": "us-east-1",
    "123456789012.dkr.ecr.us-west-2.amazonaws.com": "us-west-2",
    "123456789012.dkr-ecr.us-west-2.on.aws": "us-west-2",
    "123456789012.dkr-ecr-fips.us-west-2.on.aws": "us-west-2",
    "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/foo": "cn-north-1",
    "123456789012.dkr.ecr.cn-north-1.on.amazonwebservices.com.cn": "cn-north-1",
    "123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov": "us-iso-east-1",
    "123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov": "us-isob-east-1",
    "123456789012.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk": "eu-isoe-west-1",
    "123456789012.dkr.ecr.us-isof-east-1.csp.hci.ic.gov": "us-isof-east-1",
    "123456789012.dkr-ecr.us-gov-east-1.on.aws": "us-gov-east-1",
    "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com": "us-gov-west-1",
    "123456789012.dkr-ecr-fips.us-gov-east-1.on.aws": "us-gov-east-1",
    "123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu": "eusc-de-east-1",
    "http://123456789012.dkr.ecr.us-west-2.amazonaws.com:443/": "us-west-2",
    "123456789012.DKR.ECR.us-west-2.AmazonAWS.com": "us-west-2",
    "https://AWS@123456789012.dkr.ecr.us-west-2.amazonaws.com/v2/": "us-west-2",
}
PUBLIC = (
    "https://public.ecr.aws",
    "https://ecr-public.aws.com",
    "public.ecr.aws",
    "ecr-public.aws.com",
    "https://public.ecr.aws/amazonlinux",
    "https://ecr-public.aws.com/amazonlinux",
)
OTHERS = (
    ".dkr.ecr.not-real.amazonaws.com",
    "not.ecr.io",
    "https://123456789012.dkr.ecr.us-west-2.amazonaws.com.fake.example.com/image:latest",
    "123456789012.dkr.ecr.us-west-2.amazonaws.com.fake.example.com",
    "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com.fake.example.com",
    "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn.fake.example.com.cn",
    "123456789012.dkr.ecr.cn-north-1.on.aws.com.cn",
    "https://public.ecr.aws.fake.example.com",
    "public.ecr.aws.fake.example.com",
    "https://evil.example/123456789012.dkr.ecr.us-west-2.amazonaws.com",
    "https://123456789012.dkr.ecr.us-west-2.amazonaws.com@evil.example/",
    "123456789012.dkr.ecr.us-west-2.amazonaws.com:8443",
)


@point("forms of hosts")
@pytest.mark.parametrize("server", PRIVATE)
def test_private_hosts(home: Path, server: str) -> None:
    found = registry_logins.registry(services_in(home / "ecrtui"), registry_logins.host_of(server))
    assert found is not None
    assert (found.account, found.region) == ("123456789012", PRIVATE[server])


@point("forms of hosts")
def test_every_form_of_host_is_answered(asking_sandbox: Sandbox, home: Path) -> None:
    ours = [
        server.replace("123456789012", worlds.ACCOUNT)
        for server, region in PRIVATE.items()
        if asking_sandbox.world.accounts[worlds.ACCOUNT].regions.get(region) != "DISABLED"
        and not region.startswith(("cn-", "us-gov-", "us-iso", "eu-iso", "eusc-"))
    ]
    with ThreadPoolExecutor(4) as several:
        answers = list(several.map(lambda server: (server, got(server)), [*ours, *PUBLIC]))
    for server, answer in answers:
        assert answer["ServerURL"] == server
        assert answer["Username"] == "AWS"


@point("ECR Public")
@pytest.mark.parametrize("server", PUBLIC)
def test_public_hosts(home: Path, server: str) -> None:
    found = registry_logins.registry(services_in(home / "ecrtui"), registry_logins.host_of(server))
    assert found is not None
    assert (found.kind, found.region) == (RegistryKind.PUBLIC, "us-east-1")


@point("ECR Public")
def test_anybody_may_pull_from_ecr_public(
    asking_sandbox: Sandbox, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without credentials, and with those that are no good: a login would fail the pull."""
    assert got("public.ecr.aws")["Username"] == "AWS"
    no_files(monkeypatch)
    wrong = asked("get", "public.ecr.aws", **WRONG)
    assert (wrong.returncode, wrong.stdout.decode()) == (1, NONE)
    assert b"no longer accepted" in wrong.stderr
    assert said("get", "https://public.ecr.aws/v2/") == f"1: {NONE}"


@point("hosts that only look like ECR's")
@pytest.mark.parametrize("server", OTHERS)
def test_hosts_that_are_others(home: Path, server: str) -> None:
    assert (
        registry_logins.registry(services_in(home / "ecrtui"), registry_logins.host_of(server))
        is None
    )


@point("hosts that only look like ECR's")
@settings(max_examples=300)
@given(st.text(max_size=40), st.text("@/:.a1-", max_size=12))
@example("evil.example", "@")
@example("evil.example", "/")
def test_no_text_around_a_host_makes_it_anothers(before: str, between: str) -> None:
    """What is taken for the host is what HTTP clients connect to."""
    found = registry_logins.host_of(f"https://{before}{between}{HOST}")
    if account_and_region(found) is not None:
        assert "/" not in before + between
        assert before + between == "" or (before + between).endswith("@")


@point("the region")
def test_the_region_is_the_hosts(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    assert got(HOST.replace(worlds.REGION, "ap-southeast-2"))["Username"] == "AWS"


# --- who asks ------------------------------------------------------------------------------------


@point("AWS_PROFILE")
def test_a_profile_for_one_command(asking_sandbox: Sandbox, home: Path) -> None:
    assert signed_by(asking_sandbox, AWS_PROFILE="main").startswith(
        f"arn:aws:iam::{worlds.ACCOUNT}"
    )
    other = signed_by(asking_sandbox, AWS_PROFILE="other")
    assert other.startswith(f"arn:aws:iam::{worlds.OTHER_ACCOUNT}")
    key = next(k for k in asking_sandbox.world.keys.values() if k.account == worlds.OTHER_ACCOUNT)
    (home / "keys").write_text(
        f"[default]\naws_access_key_id = {key.id}\naws_secret_access_key = {key.secret}\n"
    )
    own = {"AWS_PROFILE": "", "AWS_SHARED_CREDENTIALS_FILE": str(home / "keys")}
    assert signed_by(asking_sandbox, **own) == key.arn


@point("a profile for each registry (#249, #976)")
def test_a_profile_for_each_registry(asking_sandbox: Sandbox, home: Path) -> None:
    """By patterns too (#214); whoever is named in the map goes before AWS_PROFILE."""
    ecrtui("credentials", "map", f"{worlds.OTHER_ACCOUNT}.*", "other")
    ecrtui("credentials", "map", "*.dkr.ecr.us-*.amazonaws.com", "main-on-call-elsewhere")
    theirs = HOST.replace(worlds.ACCOUNT, worlds.OTHER_ACCOUNT)
    assert worlds.OTHER_ACCOUNT in signed_by(asking_sandbox, theirs, AWS_PROFILE="main")
    assert worlds.ACCOUNT in signed_by(asking_sandbox, HOST, AWS_PROFILE="main")
    missing = said("get", HOST.replace(worlds.REGION, "us-east-2"))
    assert missing.startswith("1: ecrtui: ")
    assert "main-on-call-elsewhere" in missing


@point("keys in the environment")
def test_keys_in_the_environment(
    asking_sandbox: Sandbox, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_files(monkeypatch)
    key = next(k for k in asking_sandbox.world.keys.values() if k.account == worlds.OTHER_ACCOUNT)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key.id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key.secret)
    assert signed_by(asking_sandbox) == key.arn


@point("~/.aws/credentials and ~/.aws/config")
def test_files_in_their_usual_place(
    asking_sandbox: Sandbox, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = next(iter(asking_sandbox.world.keys.values()))
    (home / ".aws").mkdir()
    (home / ".aws/credentials").write_text(
        f"[default]\naws_access_key_id = {key.id}\naws_secret_access_key = {key.secret}\n"
    )
    for name in ("AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.delenv(name)
    assert signed_by(asking_sandbox) == key.arn
    assert signed_by(asking_sandbox, AWS_SDK_LOAD_CONFIG="false") == key.arn


@point("AWS_SDK_LOAD_CONFIG")
def test_the_config_file_is_always_read(asking_sandbox: Sandbox, home: Path) -> None:
    role = signed_by(asking_sandbox, AWS_PROFILE="other-visitor", AWS_SDK_LOAD_CONFIG="false")
    assert ":assumed-role/visitor/" in role


@point("role_arn with source_profile")
def test_a_role_is_assumed(asking_sandbox: Sandbox, home: Path) -> None:
    assert ":assumed-role/visitor/" in signed_by(asking_sandbox, AWS_PROFILE="other-visitor")


@point("MFA")
def test_a_role_that_wants_a_code_says_so(asking_sandbox: Sandbox, home: Path) -> None:
    """Where a terminal is, it is asked for there; docker's credential helpers have one often."""
    told = asked("get", HOST, AWS_PROFILE=worlds.MFA_PROFILE)
    assert (told.returncode, told.stdout.count(b"\n")) == (1, 1)
    assert b"MFA code" in told.stdout


@point("credential_process")
def test_a_program_gives_the_keys(
    asking_sandbox: Sandbox, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one whose answer is larger than a pipe's buffer (0.5.0's bug)."""
    key = next(k for k in asking_sandbox.world.keys.values() if k.account == worlds.OTHER_ACCOUNT)
    document = {
        "Version": 1,
        "AccessKeyId": key.id,
        "SecretAccessKey": key.secret,
        "x": "y" * 30_000,
    }
    (home / "answer.json").write_text(json.dumps(document))
    (home / "config").write_text(f"[profile made]\ncredential_process = cat {home}/answer.json\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(home / "config"))
    assert signed_by(asking_sandbox, AWS_PROFILE="made") == key.arn


@point("web identity")
def test_a_pods_token(asking_sandbox: Sandbox, home: Path) -> None:
    assert ":assumed-role/pod/" in signed_by(asking_sandbox, AWS_PROFILE=worlds.TOKEN_PROFILE)


@point("roles of ECS tasks and of machines")
@pytest.mark.parametrize("where", ["container", "machine"])
def test_a_task_and_a_machine(
    asking_sandbox: Sandbox, home: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    role = asking_sandbox.world.add_role(worlds.ACCOUNT, "worker")
    asking_sandbox.world.machine.container = asking_sandbox.world.machine.instance = role
    no_files(monkeypatch)
    own = asking_sandbox.container_env if where == "container" else asking_sandbox.instance_env
    assert ":assumed-role/worker/" in signed_by(asking_sandbox, **own)


@point("IAM Identity Center (#229, #573, #653, #771)")
def test_a_portal_that_one_signed_in_to(asking_sandbox: Sandbox, home: Path) -> None:
    signed_in(asking_sandbox, home)
    assert "AWSReservedSSO_Admin" in signed_by(asking_sandbox, AWS_PROFILE="admin")


@point("IAM Identity Center, hours later (#1027)")
def test_a_portals_token_that_ended_is_renewed(asking_sandbox: Sandbox, home: Path) -> None:
    signed_in(asking_sandbox, home)
    asking_sandbox.world.portal.expire_tokens()
    assert "AWSReservedSSO_Admin" in signed_by(asking_sandbox, AWS_PROFILE="admin")
    asking_sandbox.world.portal.end_sessions()
    told = asked("get", HOST, AWS_PROFILE="admin")
    assert told.returncode == 1
    assert b"sign" in told.stdout + told.stderr
    assert told.stdout.decode() != NONE


def signed_in(sandbox: Sandbox, home: Path) -> None:
    """To the portal, with a profile of a role there that may ask for tokens."""
    with open(os.environ["AWS_CONFIG_FILE"], "a") as file:
        file.write(
            f"\n[profile admin]\nsso_session = {worlds.SSO_SESSION}\n"
            f"sso_account_id = {worlds.ACCOUNT}\nsso_role_name = Administrator\n"
        )
    services = services_in(home / "ecrtui")
    code = signing_in.begin(services, worlds.SSO_SESSION)
    sandbox.world.portal.confirm(code.user_code)
    signing_in.finish(services, worlds.SSO_SESSION, code, Watch())
    services.close()


# --- the protocol --------------------------------------------------------------------------------


@point("`get`")
def test_what_get_answers(home: Path) -> None:
    for server in (HOST, f" https://{HOST}\n"):
        found = got(server)
        assert list(found) == ["ServerURL", "Username", "Secret"]
        assert (found["ServerURL"], found["Username"]) == (server.strip(), "AWS")
        assert len(found["Secret"]) > 1000
    for nothing in ("", " ", "\n"):
        assert said("get", nothing) == "1: no credentials server URL\n"


@point("`store` and `erase` (#102, #574)")
@pytest.mark.parametrize("server", [HOST, f"https://{HOST}", "public.ecr.aws"])
def test_docker_login_and_logout_do_no_harm(home: Path, server: str) -> None:
    for more in ({}, {"AWS_ECR_IGNORE_CREDS_STORAGE": "true"}):
        login = json.dumps({"ServerURL": server, "Username": "AWS", "Secret": "a token"})
        assert said("store", login, **more) == "0: "
        assert said("erase", server, **more) == "0: "
    assert said("list") == "0: {}\n"
    assert said("store", '{"ServerURL": "x"}') == "1: no credentials username\n"
    assert said("store", '{"Username": "x"}') == "1: no credentials server URL\n"
    assert said("erase") == "1: no credentials server URL\n"


@point("registries outside ECR")
@pytest.mark.parametrize(
    "server",
    [
        "https://index.docker.io/v1/",
        "ghcr.io",
        "[::1]:5000",
        "localhost:5000/x",
        "x" * 300,
        "é x",
    ],
)
def test_registries_outside_ecr(home: Path, server: str) -> None:
    assert said("get", server) == f"1: {NONE}"
    login = {"ServerURL": server, "Username": "me", "Secret": 'p\ud7ff"\\ {}'}
    assert said("store", json.dumps(login)) == "0: "
    assert got(server)["Secret"] == login["Secret"]
    assert json.loads(asked("list").stdout) == {server: "me"}
    assert said("erase", server) == "0: "
    assert said("erase", server) == "0: "
    assert said("get", server) == f"1: {NONE}"


@point("`list`")
def test_the_list_has_no_registry_of_ecr(home: Path) -> None:
    """Whoever asks for it asks for each login in it then, and one that fails would fail all."""
    got(HOST)
    assert said("list", "unused") == "0: {}\n"


@point("`version`")
def test_version(home: Path) -> None:
    line = f"docker-credential-ecrtui (github.com/ecrtui/ecrtui) v{__version__}\n"
    for action in ("version", "--version", "-v"):
        assert said(action) == f"0: {line}"


@point("wrong usage")
def test_wrong_usage(home: Path) -> None:
    usage = "Usage: docker-credential-ecrtui <store|get|erase|list|version>\n"
    assert said("") == f"1: {usage}"
    assert said("get get") == f"1: {usage}"
    assert said("--help") == said("-h") == f"0: {usage}"
    assert said("dance") == "1: docker-credential-ecrtui: unknown action: dance\n"


@point("what is too long on stdin, or is nothing")
def test_stdin_that_is_too_long(home: Path) -> None:
    for action in ("get", "store", "erase"):
        assert said(action, "x" * 70_000) == "1: stdin is too long\n"
    with open("/dev/zero", "rb") as endless:
        done = subprocess.run([docker_helper.NAME, "get"], stdin=endless, capture_output=True)
    assert (done.returncode, done.stdout) == (1, b"stdin is too long\n")


@point("what is too long on stdin, or is nothing")
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(["get", "store", "erase"]), st.binary(max_size=300))
@example("store", b'{"ServerURL": 1}')
@example("store", b'{"ServerURL": "x", "Username": "y", "Secret": null}')
@example("store", b"[" * 60_000)
@example("get", b"\0\x1b[2J")
@example("get", b"https://")
@example("erase", b"\xff\xfe")
def test_whatever_comes_the_answer_is_one_line(home: Path, action: str, data: bytes) -> None:
    done = asked(action, data)
    assert done.returncode in (0, 1)
    assert done.stdout.count(b"\n") <= 1
    assert b"\x1b" not in done.stdout
    assert b"Traceback" not in done.stderr
    assert b"a mistake of ours" not in done.stdout


@point("several at once")
def test_several_at_once(home: Path) -> None:
    with ThreadPoolExecutor(6) as several:
        found = list(several.map(lambda _: got()["Username"], range(12)))
    assert found == ["AWS"] * 12


@point("what went wrong")
def test_what_went_wrong_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Docker hides it behind `no basic auth credentials` where a helper says `not found`."""
    done = asked("get", HOST, AWS_ENDPOINT_URL="http://127.0.0.1:1")
    assert done.returncode == 1
    assert done.stdout.startswith(b"ecrtui: The endpoint cannot be reached")
    assert b"Check the network" in done.stderr
    no_files(monkeypatch)
    revoked = asked("get", HOST, **WRONG)
    assert revoked.stdout.startswith(b"ecrtui: The credentials are no longer accepted")


# --- tokens --------------------------------------------------------------------------------------


@point("where tokens are")
def test_tokens_are_in_no_file(home: Path) -> None:
    """So its cache's variables mean nothing here."""
    secrets = [
        got(AWS_ECR_CACHE_DIR=str(home / "cache"), AWS_ECR_DISABLE_CACHE=value)["Secret"]
        for value in ("", "true")
    ]
    assert not (home / "cache").exists()
    for path in home.rglob("*"):
        if path.is_file():
            assert not any(secret.encode() in path.read_bytes() for secret in secrets)


@point("a token that ended (#7, #118, #679)")
def test_no_token_that_ended_is_given(asking_sandbox: Sandbox, home: Path) -> None:
    """Where ECR fails there is none, and no old one in its place."""
    got()
    asking_sandbox.faults.add("status", operation="GetAuthorizationToken", status=500)
    assert said("get", HOST).startswith("1: ecrtui: ")


@point("FIPS endpoints of the API")
def test_the_api_is_asked_by_fips_where_that_is_wanted(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    host = "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com"
    services = services_in(home / "ecrtui")
    place = registry_logins.registry(services, host)
    assert place is not None
    client = services.sessions.client("ecr", place.profile, place.region)
    assert client.meta.endpoint_url == "https://ecr-fips.us-gov-west-1.amazonaws.com"


@point("a home that cannot be written")
def test_a_home_that_cannot_be_written(home: Path) -> None:
    """Containers of pipelines often have none."""
    assert got(HOST, HOME="/nonexistent", ECRTUI_HOME="/proc/nowhere")["Username"] == "AWS"
