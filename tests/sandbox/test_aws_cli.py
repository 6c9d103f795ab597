"""The aws CLI with nothing but the sandbox's environment."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from ecrtui.sandbox.distribution.tokens import check_password
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.programs import run
from tests.sandbox.registry_api import Registry

# The CLI keeps a role's keys itself, in a plain file.
pytestmark = pytest.mark.secrets_in(r"/\.aws/cli/cache/")

NAME = "team/app"


def aws(*args: str) -> Any:
    """The document that `aws ...` prints."""
    said = run("aws", *args, "--output", "json").stdout
    return json.loads(said) if said.strip() else None


def refused(*args: str) -> str:
    """What `aws ...` complains of."""
    return run("aws", *args, ok=False).stderr


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_PAGER", "")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


def test_who_am_i(sandbox: Sandbox) -> None:
    assert aws("sts", "get-caller-identity")["Account"] == worlds.ACCOUNT
    other = aws("sts", "get-caller-identity", "--profile", "other")
    assert other["Account"] == worlds.OTHER_ACCOUNT
    visitor = aws("sts", "get-caller-identity", "--profile", "other-visitor")
    assert ":assumed-role/visitor/" in visitor["Arn"]


def test_a_roles_keys_end_with_their_sandbox(sandbox: Sandbox) -> None:
    assert aws("sts", "get-caller-identity", "--profile", "other-visitor")
    with Sandbox(worlds.empty_world()) as another, pytest.MonkeyPatch.context() as environment:
        for name, value in another.env.items():
            environment.setenv(name, value)
        assert aws("sts", "get-caller-identity", "--profile", "other-visitor")


def test_describe_and_list_over_many_pages(sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, NAME)
    made = [
        worlds.add_image(repository, tags={f"v{number}"}, content=str(number).encode())
        for number in range(25)
    ]
    paged = ["--repository-name", NAME, "--page-size", "7"]
    rows = aws("ecr", "describe-images", *paged)["imageDetails"]
    assert {row["imageDigest"] for row in rows} == {image.digest for image in made}
    ids = aws("ecr", "list-images", *paged)["imageIds"]
    assert {row["imageTag"] for row in ids} == {tag for image in made for tag in image.tags}
    limited = aws("ecr", "list-images", *paged, "--max-items", "10")
    assert len(limited["imageIds"]) == 10
    assert limited["NextToken"]


def test_repositories_are_made_tagged_and_deleted(sandbox: Sandbox) -> None:
    tag = "Key=team,Value=blue"
    made = aws("ecr", "create-repository", "--repository-name", NAME, "--tags", tag)
    arn = made["repository"]["repositoryArn"]
    (told,) = aws("ecr", "describe-repositories")["repositories"]
    assert told["repositoryArn"] == arn
    tags = aws("ecr", "list-tags-for-resource", "--resource-arn", arn)["tags"]
    assert tags == [{"Key": "team", "Value": "blue"}]
    aws("ecr", "delete-repository", "--repository-name", NAME)
    assert "RepositoryNotFoundException" in refused(
        "ecr", "describe-images", "--repository-name", NAME
    )


def test_a_manifest_is_the_bytes_that_were_pushed(sandbox: Sandbox) -> None:
    image = worlds.add_image(worlds.add_repository(sandbox.world, NAME), tags={"v1"})
    asked = ["--repository-name", NAME, "--image-ids", "imageTag=v1"]
    (told,) = aws("ecr", "batch-get-image", *asked)["images"]
    assert told["imageManifest"].encode() == image.read_manifest()
    assert told["imageId"]["imageDigest"] == image.digest


def test_the_login_password_opens_the_registry(sandbox: Sandbox) -> None:
    image = worlds.add_image(worlds.add_repository(sandbox.world, NAME), tags={"v1"})
    secret = run("aws", "ecr", "get-login-password").stdout.strip()
    assert check_password(secret) in sandbox.world.keys
    header = base64.b64encode(f"AWS:{secret}".encode()).decode()
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    answer = Registry(host, f"Basic {header}").ask("GET", f"{NAME}/manifests/v1")
    assert answer.data == image.read_manifest()


def test_a_public_password_is_good_for_a_bearer_token(sandbox: Sandbox) -> None:
    region = ["--region", "us-east-1"]
    secret = run("aws", "ecr-public", "get-login-password", *region).stdout.strip()
    assert check_password(secret) in sandbox.world.keys


@pytest.mark.parametrize(
    ("action", "says"),
    [
        ("throttle", "ThrottlingException"),
        ("deny", "AccessDeniedException"),
        ("expire", "ExpiredTokenException"),
        ("unknown", "UnknownOperationException"),
        ("status", "ServiceUnavailable"),
    ],
)
def test_faults_are_the_errors_the_cli_knows(sandbox: Sandbox, action: str, says: str) -> None:
    sandbox.faults.add(action, service="ecr")
    told = refused("ecr", "describe-repositories")
    assert says in told


def test_a_throttle_that_passes_is_not_seen(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
    rule = sandbox.faults.add("throttle", service="ecr", times=1)
    assert aws("ecr", "describe-repositories") == {"repositories": []}
    assert rule.times == 0
