"""Signing in to registries outside ECR, with what docker, podman and skopeo login leave behind."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from ecrtui.errors import EcrtuiError, NotAllowed, NotFound, RemoteError
from ecrtui.model.image import ImageId
from ecrtui.oci.distribution import RegistryClient
from ecrtui.oci.logins import find
from tests.oci.hostile_host import Answer, Host, host
from tests.oci.kept import CANARY, auth, home, keep
from tests.registries import PASSWORD, USER, locked_registry
from tests.sandbox.programs import need, run

__all__ = ["home", "locked_registry"]


def lets_in(registry: str) -> bool:
    """Whether what is kept is the registry's password: past it, it has no such image."""
    try:
        RegistryClient(registry, find=find).source("team/app").manifests([ImageId(image_tag="v1")])
    except NotFound:
        return True
    except NotAllowed:
        return False
    return False


@pytest.mark.parametrize("program", ["skopeo", "podman"])
@pytest.mark.parametrize("variable", ["", "REGISTRY_AUTH_FILE"])
def test_containers_logins(
    locked_registry: str,
    program: str,
    variable: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not lets_in(locked_registry)
    if variable:
        monkeypatch.setenv(variable, str(tmp_path / "own.json"))
    arguments = ["login", "--tls-verify=false", "-u", USER, "--password-stdin", locked_registry]
    run(program, *arguments, given=PASSWORD)
    assert lets_in(locked_registry)
    run(program, "logout", locked_registry)
    assert not lets_in(locked_registry)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_docker_logins(
    locked_registry: str, elsewhere: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docker = need("docker")
    if elsewhere:
        monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    # The engine is asked first; docker falls back to the registry itself where there is none.
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none")
    command = [docker, "login", "-u", USER, "--password-stdin", locked_registry]
    done = subprocess.run(command, input=PASSWORD.encode(), capture_output=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert lets_in(locked_registry)


def test_a_password_that_is_wrong_names_where_it_is_kept(locked_registry: str, home: Path) -> None:
    keep(home / ".docker/config.json", {"auths": {locked_registry: auth(USER, CANARY)}})
    source = RegistryClient(locked_registry, find=find).source("team/app")
    with pytest.raises(NotAllowed) as refused:
        source.manifests([ImageId(image_tag="v1")])
    assert str(home / ".docker/config.json") in refused.value.hint
    assert f"docker login {locked_registry}" in refused.value.hint
    assert CANARY not in refused.value.hint + str(refused.value)


def test_a_login_that_changes_is_seen_at_the_next_challenge(
    locked_registry: str, home: Path
) -> None:
    source = RegistryClient(locked_registry, find=find).source("team/app")
    for password, error in ((CANARY, NotAllowed), (PASSWORD, NotFound)):
        keep(home / ".docker/config.json", {"auths": {locked_registry: auth(USER, password)}})
        with pytest.raises(error):
            source.manifests([ImageId(image_tag="v1")])


# Refresh tokens


def test_a_refresh_token_is_exchanged_in_a_body_and_nowhere_else(home: Path) -> None:
    def answers(path: str) -> Answer:
        if path.startswith("/token"):
            return 200, {}, b'{"access_token": "short"}'
        if registry.asked[-1].authorization == "Bearer short":
            return 404, {}, b""
        scope = 'scope="repository:team/app:pull,push"'
        realm = f'realm="http://{registry.netloc}/token",service="s"'
        return 401, {"WWW-Authenticate": f"Bearer {realm},{scope}"}, b""

    with host(answers) as registry:
        entry = {**auth("0000", ""), "identitytoken": CANARY}
        keep(home / ".docker/config.json", {"auths": {registry.netloc: entry}})
        source = RegistryClient(registry.netloc, find=find).source("team/app")
        with pytest.raises(NotFound):
            source.manifests([ImageId(image_tag="v1")])
        (posted,) = [asked for asked in registry.asked if asked.body]
    assert (posted.path, posted.authorization) == ("/token", "")
    assert posted.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(posted.body.decode()) == {
        "grant_type": ["refresh_token"],
        "service": ["s"],
        "scope": ["repository:team/app:pull,push"],
        "client_id": ["ecrtui"],
        "refresh_token": [CANARY],
    }
    assert not any(CANARY in f"{asked.path}{asked.headers}" for asked in registry.asked)


def test_a_refresh_token_is_no_password(home: Path) -> None:
    with host(lambda _: (401, {"WWW-Authenticate": "Basic"}, b"")) as registry:
        keep(home / ".docker/config.json", {"auths": {registry.netloc: {"identitytoken": CANARY}}})
        source = RegistryClient(registry.netloc, find=find).source("a")
        with pytest.raises(NotAllowed):
            source.manifests([ImageId(image_tag="v1")])
        assert [asked.authorization for asked in registry.asked] == [""]


def test_what_anybody_may_read_is_read_where_a_helper_fails(home: Path) -> None:
    def answers(path: str) -> Answer:
        if path.startswith("/token"):
            return 200, {}, b'{"token": "anybody"}'
        if registry.asked[-1].authorization == "Bearer anybody":
            return 404, {}, b""
        return 401, {"WWW-Authenticate": f'Bearer realm="http://{registry.netloc}/token"'}, b""

    with host(answers) as registry:
        keep(home / ".docker/config.json", {"credsStore": "none-such"})
        source = RegistryClient(registry.netloc, find=find).source("a")
        with pytest.raises(NotFound):
            source.manifests([ImageId(image_tag="v1")])


def test_why_nothing_was_found_is_told_when_it_is_refused(home: Path) -> None:
    with host(lambda _: (401, {"WWW-Authenticate": "Basic"}, b"")) as registry:
        keep(home / ".docker/config.json", {"credsStore": "none-such"})
        source = RegistryClient(registry.netloc, find=find).source("a")
        with pytest.raises(NotAllowed) as refused:
            source.manifests([ImageId(image_tag="v1")])
    assert "docker-credential-none-such, which is not installed" in refused.value.hint


def read_twice(registry: str) -> None:
    """Two blobs by one client: the second is asked for with a password from the start."""
    source = RegistryClient(registry, login=("me", CANARY)).source("team/app")
    for _ in range(2):
        with pytest.raises(EcrtuiError) as refused:
            list(source.blob(f"sha256:{'a' * 64}"))
        assert CANARY not in str(refused.value)


def leads_to(location: str, registry: list[Host]) -> Callable[[str], Answer]:
    """What a registry answers that wants a password, and then leads elsewhere."""

    def answers(_: str) -> Answer:
        if not registry[0].asked[-1].authorization:
            return 401, {"WWW-Authenticate": "Basic"}, b""
        return 307, {"Location": location}, b""

    return answers


def test_where_a_registry_leads_to_may_not_ask_for_its_password() -> None:
    """As with CVE-2020-15157 of containerd: a bucket's challenge is nobody's affair."""

    def asks(path: str) -> Answer:
        if path.startswith("/token"):
            return 200, {}, b'{"token": "t"}'
        realm = f'Bearer realm="http://{elsewhere.netloc}/token"'
        return 401, {"WWW-Authenticate": realm}, b""

    running: list[Host] = []
    with (
        host(asks) as elsewhere,
        host(lambda path: leads_to(f"http://{elsewhere.netloc}/blob", running)(path)) as registry,
    ):
        running.append(registry)
        read_twice(registry.netloc)
        assert {(one.path, one.authorization) for one in elsewhere.asked} == {("/blob", "")}


def test_an_address_that_can_be_read_in_two_ways_is_followed_nowhere() -> None:
    """Python's urlsplit takes what comes after the @ for its host, urllib3 what comes before."""
    running: list[Host] = []
    with host(lambda _: (200, {}, b"x")) as elsewhere:

        def answers(path: str) -> Answer:
            odd = f"http://{elsewhere.netloc}\\@{running[0].netloc}/blob"
            return leads_to(odd, running)(path)

        with host(answers) as registry:
            running.append(registry)
            read_twice(registry.netloc)
        assert elsewhere.asked == []


@pytest.mark.parametrize("token", [f"{CANARY}\\nX-Evil: 1", f"{CANARY}\\u20ac"])
def test_a_token_that_cannot_be_sent_is_shown_to_nobody(token: str) -> None:
    def answers(path: str) -> Answer:
        if path.startswith("/token"):
            return 200, {}, f'{{"token": "{token}"}}'.encode()
        realm = f'Bearer realm="http://{registry.netloc}/token"'
        return 401, {"WWW-Authenticate": realm}, b""

    with host(answers) as registry:
        source = RegistryClient(registry.netloc).source("team/app")
        with pytest.raises(RemoteError, match="cannot be one") as refused:
            source.manifests([ImageId(image_tag="v1")])
        assert CANARY not in str(refused.value)


def test_an_answer_without_an_end_is_not_read_to_it() -> None:
    """A registry that refuses, and sends for ever."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    line, _ = server.accept()
                    threading.Thread(target=flood, args=(line,), daemon=True).start()

        def flood(line: socket.socket) -> None:
            with line, contextlib.suppress(OSError):
                line.recv(1 << 16)
                line.sendall(
                    b"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\n"
                    b"Transfer-Encoding: chunked\r\n\r\n"
                )
                while True:
                    line.sendall(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")

        threading.Thread(target=serve, daemon=True).start()
        source = RegistryClient(f"127.0.0.1:{server.getsockname()[1]}").source("team/app")
        with pytest.raises(NotAllowed):
            source.manifests([ImageId(image_tag="v1")])
