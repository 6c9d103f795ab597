"""Docker against the sandbox: login, pull, run, push, and what it says when something fails."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecrtui.sandbox.distribution.tokens import issue_password
from ecrtui.sandbox.images.config import Config
from ecrtui.sandbox.images.layers import file, make_layer
from ecrtui.sandbox.images.manifests import Made, make_image, make_index
from ecrtui.sandbox.images.program import heartbeat_program
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.seed.shelve import put
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.engines import Docker, docker
from tests.sandbox.clients import client
from tests.sandbox.programs import need
from tests.sandbox.registry_api import password

__all__ = ["docker"]

BANNER = "demonstration 4.2 of nothing"


def program_image(architecture: str) -> Made:
    """An image with nothing in it but a program that says its banner and then beats."""
    data = heartbeat_program(architecture, BANNER)
    layer = make_layer([file("program", data, 0o755)], "COPY program /", 1_700_000_000)
    config = Config(architecture, "2026-01-01T00:00:00Z", entrypoint=("/program",))
    return make_image(config, [layer])


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    made = worlds.add_repository(sandbox.world, "team/app")
    index = make_index([program_image("amd64"), program_image("arm64")])
    put(made, index, sandbox.world.clock.start - 60, ["v1"])
    return made


@pytest.fixture
def host(sandbox: Sandbox, repository: Repository, docker: Docker) -> Iterator[str]:
    """The registry's host, where docker is signed in."""
    found = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    docker.login(found, password())
    yield found
    docker.run("logout", found)


def rows(name: str) -> list[dict[str, Any]]:
    details: list[dict[str, Any]] = client("ecr").describe_images(repositoryName=name)[
        "imageDetails"
    ]
    return details


def test_an_image_is_pulled_and_runs(docker: Docker, host: str, repository: Repository) -> None:
    image = f"{host}/team/app:v1"
    index = repository.images.by_tag("v1")
    assert index is not None
    assert index.digest in docker.run("pull", image)
    with docker.lines("run", "--rm", "--name", "beating", image) as lines:
        assert next(lines) == BANNER
        beats = [int(next(lines).removeprefix("heartbeat ")) for _ in range(2)]
        docker.run("stop", "beating")
    assert beats[1] == beats[0] + 1
    pulled = {row["imageDigest"] for row in rows("team/app") if "lastRecordedPullTime" in row}
    assert index.digest in pulled


def test_a_push_is_in_describe_images_at_once(docker: Docker, host: str, sandbox: Sandbox) -> None:
    worlds.add_repository(sandbox.world, "team/copy")
    docker.run("pull", f"{host}/team/app:v1")
    docker.run("tag", f"{host}/team/app:v1", f"{host}/team/copy:pushed")
    told = docker.run("push", f"{host}/team/copy:pushed")
    (row,) = rows("team/copy")
    assert row["imageTags"] == ["pushed"]
    assert f"pushed: digest: {row['imageDigest']}" in told
    docker.run("pull", f"{host}/team/copy@{row['imageDigest']}")


def test_a_busybox_goes_in_and_comes_out(docker: Docker, host: str, sandbox: Sandbox) -> None:
    worlds.add_repository(sandbox.world, "team/box")
    image = f"{host}/team/box:one"
    docker.run("import", "-", image, given=busybox_root())
    docker.run("push", image)
    (row,) = rows("team/box")
    docker.run("rmi", "-f", image)
    docker.run("pull", f"{host}/team/box@{row['imageDigest']}")
    said = docker.run("run", "--rm", f"{host}/team/box@{row['imageDigest']}", "/busybox", "uname")
    assert said.strip() == "Linux"


def busybox_root() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.add(Path(need("busybox")).resolve(), "busybox")
    return buffer.getvalue()


def test_layers_are_mounted_where_the_registry_allows(
    docker: Docker, host: str, sandbox: Sandbox
) -> None:
    client("ecr").put_account_setting(name="BLOB_MOUNTING", value="ENABLED")
    docker.run("pull", f"{host}/team/app:v1")
    for name in ("team/mounted", "team/again"):
        worlds.add_repository(sandbox.world, name)
        docker.run("tag", f"{host}/team/app:v1", f"{host}/{name}:v1")
        told = docker.run("push", f"{host}/{name}:v1")
    assert "Mounted from team/" in told


def test_a_bad_password_and_no_password(docker: Docker, host: str) -> None:
    refused = docker.run("login", "-u", "AWS", "--password-stdin", host, given=b"guess", ok=False)
    assert "failed with status: 400 Bad Request" in refused
    docker.run("logout", host)
    assert "no basic auth credentials" in docker.run("pull", f"{host}/team/app:v1", ok=False)


def test_an_expired_token_says_how_to_go_on(docker: Docker, host: str, sandbox: Sandbox) -> None:
    sandbox.faults.add("expire", service="registry", path="*manifests*")
    assert "denied: " in docker.run("pull", f"{host}/team/app:v1", ok=False)


def test_a_push_without_permission_names_the_permission(
    docker: Docker, host: str, sandbox: Sandbox
) -> None:
    docker.run("pull", f"{host}/team/app:v1")
    reader = sandbox.world.add_key(
        worlds.ACCOUNT, "reader", allow=("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage")
    )
    worlds.add_repository(sandbox.world, "team/copy")
    docker.run("tag", f"{host}/team/app:v1", f"{host}/team/copy:v1")
    docker.login(host, issue_password(reader.id)[0])
    told = docker.run("push", f"{host}/team/copy:v1", ok=False)
    assert "not authorized to perform: ecr:InitiateLayerUpload" in told


def test_an_immutable_tag_is_refused_in_ecrs_words(
    docker: Docker, host: str, repository: Repository
) -> None:
    repository.mutability = "IMMUTABLE"
    image = f"{host}/team/app:v1"
    docker.run("import", "-", image, given=busybox_root())
    told = docker.run("push", image, ok=False)
    assert "tag invalid: The image tag 'v1' already exists" in told
    assert len(rows("team/app")) == 3


def test_a_repository_that_is_not_there_is_not_made(docker: Docker, host: str) -> None:
    docker.run("import", "-", f"{host}/team/new:v1", given=busybox_root())
    told = docker.run("push", f"{host}/team/new:v1", ok=False)
    assert "The repository with name 'team/new' does not exist" in told


@pytest.mark.parametrize(
    ("action", "path", "says"),
    [
        ("throttle", "*manifests*", "toomanyrequests: Rate exceeded"),
        ("deny", "*manifests*", "denied: "),
        ("corrupt", "*layer-bucket*", "verification failed for digest sha256:"),
        ("status", "*layer-bucket*", "503"),
    ],
)
def test_what_docker_says_to_each_fault(
    docker: Docker,
    host: str,
    sandbox: Sandbox,
    repository: Repository,
    action: str,
    path: str,
    says: str,
) -> None:
    image = make_image(
        Config("amd64", "2026-01-01T00:00:00Z"),
        [make_layer([file("fresh", f"{action} {path}")], "COPY fresh /", 1)],
    )
    put(repository, image, sandbox.world.clock.start, ["fresh"])
    rule = sandbox.faults.add(action, service="registry", path=path, after=40)
    assert says in docker.run("pull", f"{host}/team/app:fresh", ok=False)
    sandbox.faults.rules.remove(rule)
    docker.run("pull", f"{host}/team/app:fresh")
