"""docker-credential-ecrtui by its protocol, and with those who use it: docker, podman, skopeo."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ecrtui.headless import docker_helper
from ecrtui.sandbox.made import MARK
from ecrtui.sandbox.seed.shelve import put
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.credentials.registry_logins import host_of
from tests import worlds
from tests.engines import Docker, docker
from tests.headless.program import answer, ecrtui
from tests.keyrings import SecretService, secret_service
from tests.podman import Podman, podman
from tests.registries import PASSWORD, USER, locked_registry, plain_registry
from tests.sandbox.programs import run
from tests.sandbox.test_docker import program_image

__all__ = ["docker", "locked_registry", "plain_registry", "podman", "secret_service"]

SECRET = "the person's " + MARK


@pytest.fixture
def host(
    sandbox: Sandbox, secret_service: SecretService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """A registry with an image, its credential in the keyring and nowhere else, and the map."""
    secret_service.start()
    key = next(key for key in sandbox.world.keys.values() if key.account == worlds.ACCOUNT)
    repository = worlds.add_repository(sandbox.world, "team/app")
    put(repository, program_image("amd64"), sandbox.world.clock.start - 60, ["v1"])
    for name, file in (("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "creds")):
        (tmp_path / file).write_text("")
        monkeypatch.setenv(name, str(tmp_path / file))
    monkeypatch.delenv("AWS_PROFILE")
    monkeypatch.setenv("ECRTUI_HOME", str(tmp_path / "ecrtui"))
    helper_on_path(tmp_path, monkeypatch)
    done = ecrtui("credentials", "add", "kept", "--access-key-id", key.id, given=f"{key.secret}\n")
    assert done.returncode == 0, done.stderr
    found = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    mapped = ecrtui("credentials", "map", found, "kept", "--region", worlds.REGION)
    assert mapped.returncode == 0, mapped.stderr
    return found


def helper_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As pip installs it."""
    programs = tmp_path / "bin"
    programs.mkdir()
    program = programs / docker_helper.NAME
    program.write_text(
        f"#!{sys.executable}\nimport sys\nfrom ecrtui.headless.docker_helper import main\n"
        "sys.exit(main())\n"
    )
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")


def helper(action: str, given: str = "", *, ok: bool = True) -> str:
    """What the helper says to one question."""
    done = subprocess.run(
        [docker_helper.NAME, *action.split()],
        input=given,
        capture_output=True,
        text=True,
        start_new_session=True,
    )
    assert done.returncode == (0 if ok else 1), done.stdout + done.stderr
    return done.stdout


def got(server: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(helper("get", server))
    return found


def test_a_token_for_an_ecr_registry(host: str) -> None:
    for server in (host, f"https://{host}", f"http://{host}/v2/\n"):
        found = got(server)
        assert found["ServerURL"] == server.strip()
        assert found["Username"] == "AWS"
        assert len(found["Secret"]) > 1000


def test_no_token_is_kept(host: str, secret_service: SecretService, tmp_path: Path) -> None:
    before = secret_service.entries()
    secret = got(host)["Secret"]
    login = {"ServerURL": host, "Username": "AWS", "Secret": secret}
    helper("store", json.dumps(login))
    assert secret_service.entries() == before
    files = [path for path in (tmp_path / "ecrtui").rglob("*") if path.is_file()]
    assert all(secret.encode() not in path.read_bytes() for path in files)
    helper("erase", host)
    assert got(host)["Username"] == "AWS"


def test_logins_of_other_registries_are_kept(host: str, secret_service: SecretService) -> None:
    servers = ("https://index.docker.io/v1/", "registry.example:5000", "quay.example/team")
    for server in servers:
        assert helper("get", server, ok=False) == docker_helper.NOT_FOUND + "\n"
        login = {"ServerURL": server, "Username": f"me at {server}", "Secret": SECRET * 200}
        assert helper("store", json.dumps(login)) == ""
        assert got(server) == login
    assert json.loads(helper("list")) == {server: f"me at {server}" for server in servers}
    assert {row["name"] for row in answer("credentials", "list")} == {"kept"}
    for server in servers:
        assert helper("erase", server) == ""
        assert helper("erase", server) == ""
        assert helper("get", server, ok=False) == docker_helper.NOT_FOUND + "\n"
    assert json.loads(helper("list")) == {}


def test_nothing_is_lost_silently(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECRTUI_VAULT", "memory")
    login = {"ServerURL": "r.example", "Username": "me", "Secret": SECRET}
    assert "memory" in helper("store", json.dumps(login), ok=False)


@pytest.mark.parametrize(
    ("action", "given", "said"),
    [
        ("get", "", docker_helper.NO_SERVER),
        ("erase", " \n", docker_helper.NO_SERVER),
        ("store", '{"Username": "u", "Secret": "s"}', docker_helper.NO_SERVER),
        ("store", '{"ServerURL": "r.example", "Secret": "s"}', docker_helper.NO_USER),
        ("store", "no json", "stdin holds no credentials as JSON"),
        ("dance", "", "docker-credential-ecrtui: unknown action: dance"),
        ("get get", "", "Usage: docker-credential-ecrtui <store|get|erase|list|version>"),
        ("", "", "Usage: docker-credential-ecrtui <store|get|erase|list|version>"),
    ],
)
def test_what_clients_expect_to_hear(host: str, action: str, given: str, said: str) -> None:
    assert helper(action, given, ok=False) == said + "\n"


def test_version(host: str) -> None:
    assert helper("version").startswith("docker-credential-ecrtui (")


def test_a_token_is_given_to_no_other_host(host: str) -> None:
    """A map that is wrong does not send the account's token to whoever it names."""
    ecrtui("credentials", "map", "*.example", "kept", "--region", worlds.REGION)
    said = helper("get", "evil.example", ok=False)
    assert "The map is wrong" in said
    assert "AWS" not in said


def test_failures_are_one_line_and_a_hint(host: str, secret_service: SecretService) -> None:
    secret_service.lock()
    done = subprocess.run(
        [docker_helper.NAME, "get"], input=host, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout.count("\n") == 1
    assert "The keyring is locked" in done.stdout
    assert "credentials keep file" in done.stderr


def test_the_credential_of_the_account_is_found_by_itself(
    host: str, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of several that are kept the one whose account a registry is, when a test told it."""
    other = next(k for k in sandbox.world.keys.values() if k.account == worlds.OTHER_ACCOUNT)
    done = ecrtui("credentials", "add", "a", "--access-key-id", other.id, given=f"{other.secret}\n")
    assert done.returncode == 0
    answer("credentials", "test")
    asked = sandbox.world.registry(worlds.OTHER_ACCOUNT, worlds.REGION)
    for account, name in ((worlds.ACCOUNT, "kept"), (worlds.OTHER_ACCOUNT, "a")):
        server = f"{account}.dkr.ecr.{worlds.REGION}.amazonaws.com"
        assert got(server)["Username"] == "AWS"
        key_id = next(k.id for k in sandbox.world.keys.values() if k.account == account)
        assert key_id in token_claims(got(server)["Secret"]), name
    assert asked.account == worlds.OTHER_ACCOUNT


def token_claims(password: str) -> str:
    """What the sandbox's token says of whom it was issued to."""
    import base64

    text = base64.b64decode(password).decode()
    return str(json.loads(text)["claims"])


def test_the_map(host: str) -> None:
    ecrtui("credentials", "map", "1111*.dkr.ecr.*.amazonaws.com", "kept")
    rows = answer("credentials", "map")
    assert [row["pattern"] for row in rows] == [host, "1111*.dkr.ecr.*.amazonaws.com"]
    assert ecrtui("credentials", "unmap", host).returncode == 0
    assert ecrtui("credentials", "unmap", host).returncode == 4
    assert helper("get", host, ok=False) == docker_helper.NOT_FOUND + "\n"
    assert ecrtui("credentials", "map", "not a host", "kept").returncode == 2


@pytest.mark.parametrize(
    ("server", "host"),
    [
        ("https://index.docker.io/v1/", "index.docker.io"),
        ("r.example:5000", "r.example:5000"),
        ("http://127.0.0.1:5000/v2/", "127.0.0.1:5000"),
        ("quay.example/team", "quay.example"),
    ],
)
def test_hosts_of_servers(server: str, host: str) -> None:
    assert host_of(server) == host


@contextmanager
def configured(docker: Docker, document: dict[str, Any]) -> Iterator[Path]:
    """docker's config.json, as long as a test needs it."""
    docker.config.mkdir(exist_ok=True)
    config = docker.config / "config.json"
    config.write_text(json.dumps(document))
    yield config
    config.unlink()


def test_docker_pulls(host: str, docker: Docker) -> None:
    image = f"{host}/team/app:v1"
    with configured(docker, {"credHelpers": {host: "ecrtui"}}):
        docker.run("pull", image)
    with configured(docker, {"credsStore": "ecrtui"}):
        docker.run("pull", image)
        docker.login(host, got(host)["Secret"])  # not needed, and does no harm
        docker.run("logout", host)
        docker.run("pull", image)


def test_docker_shows_what_is_wrong(
    host: str, docker: Docker, secret_service: SecretService
) -> None:
    secret_service.lock()
    with configured(docker, {"credHelpers": {host: "ecrtui"}}):
        said = docker.run("pull", f"{host}/team/app:v1", ok=False)
        assert "credentials keep file" in said


def test_skopeo_reads(host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    auth = tmp_path / "auth.json"
    auth.write_text(json.dumps({"credHelpers": {host: "ecrtui"}}))
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(auth))
    told = run("skopeo", "inspect", "--tls-verify=false", f"docker://{host}/team/app:v1").stdout
    assert json.loads(told)["Name"].endswith("team/app")


def test_podman_pulls(
    host: str, podman: Podman, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    auth = tmp_path / "auth.json"
    auth.write_text(json.dumps({"credHelpers": {host: "ecrtui"}}))
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(auth))
    podman.run("pull", "--tls-verify=false", f"{host}/team/app:v1")
    assert f"{host}/team/app" in podman.run("images")


def test_docker_pushes_and_builds(host: str, docker: Docker, tmp_path: Path) -> None:
    """Without BuildKit the whole list of logins is sent along with a build."""
    (tmp_path / "context").mkdir()
    (tmp_path / "context/Dockerfile").write_text(f"FROM {host}/team/app:v1\nLABEL made=here\n")
    docker.environment["DOCKER_BUILDKIT"] = "0"
    image = f"{host}/team/app:built"
    with configured(docker, {"credHelpers": {host: "ecrtui"}}):
        docker.run("build", "--pull", "-t", image, str(tmp_path / "context"))
        docker.run("push", image)
        docker.run("rmi", image)
        docker.run("pull", image)


def test_docker_logs_in_elsewhere_and_out(
    host: str, docker: Docker, locked_registry: str, secret_service: SecretService
) -> None:
    """What `docker login` gives for a registry outside ECR is in the keyring, and in no file."""
    image = f"{locked_registry}/team/app:v1"
    with configured(docker, {"credsStore": "ecrtui"}) as config:
        docker.run("pull", f"{host}/team/app:v1")
        docker.run("tag", f"{host}/team/app:v1", image)
        docker.run("push", image, ok=False)
        given = PASSWORD.encode()
        docker.run("login", "-u", USER, "--password-stdin", locked_registry, given=given)
        assert PASSWORD not in config.read_text()
        docker.run("push", image)
        docker.run("logout", locked_registry)
        docker.run("push", image, ok=False)


def test_pythons_docker_sdk_pulls(
    host: str, docker: Docker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It words the helper's protocol anew, and knows its own line for `not found`."""
    import docker as sdk
    from docker.credentials import Store
    from docker.credentials.errors import CredentialsNotFound

    (tmp_path / "config.json").write_text(json.dumps({"credHelpers": {host: "ecrtui"}}))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    client = sdk.APIClient(base_url=docker.environment["DOCKER_HOST"])
    lines = list(client.pull(f"{host}/team/app", tag="v1", stream=True, decode=True))
    client.close()
    assert not any("error" in line for line in lines)
    with pytest.raises(CredentialsNotFound):
        Store("ecrtui").get("registry.example")


@pytest.mark.parametrize("program", ["skopeo", "podman"])
def test_for_every_registry_by_registries_conf(
    host: str,
    podman: Podman,
    plain_registry: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    program: str,
) -> None:
    """containers-registries.conf(5): `credential-helpers`, which names no registry."""
    conf = tmp_path / ".config/containers/registries.conf"
    conf.parent.mkdir(parents=True)
    conf.write_text('credential-helpers = ["containers-auth.json", "ecrtui"]\n')
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CONTAINERS_REGISTRIES_CONF", str(conf))  # podman's name for it
    ours, theirs = f"{host}/team/app:v1", f"{plain_registry}/team/app:v1"
    run(
        "skopeo",
        "copy",
        "--src-tls-verify=false",
        "--dest-tls-verify=false",
        f"docker://{ours}",
        f"docker://{theirs}",
    )
    for image in (ours, theirs):
        if program == "podman":
            podman.run("pull", "--tls-verify=false", image)
        else:
            run("skopeo", "inspect", "--tls-verify=false", f"docker://{image}")
