"""What runs images, asked for by the aws CLI with nothing but the sandbox's environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.test_aws_cli import aws, refused


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_PAGER", "")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    """A repository whose image a service runs."""
    repository = worlds.add_repository(sandbox.world, "team/app")
    worlds.add_image(repository, tags={"v1"})
    worlds.add_service(sandbox.world, worlds.uri(repository, "v1"))
    sandbox.world.workloads(worlds.ACCOUNT, worlds.REGION).pace = 0.05
    return repository


def test_a_service_is_rolled_and_waited_for(sandbox: Sandbox, repository: Repository) -> None:
    newer = worlds.add_image(repository, tags={"v1"}, content=b"newer")
    service = ["--cluster", "main", "--service", "web"]
    aws("ecs", "update-service", *service, "--force-new-deployment")
    aws("ecs", "wait", "services-stable", "--cluster", "main", "--services", "web")
    (arn,) = aws("ecs", "list-tasks", "--cluster", "main", "--service-name", "web")["taskArns"]
    (task,) = aws("ecs", "describe-tasks", "--cluster", "main", "--tasks", arn)["tasks"]
    assert task["containers"][0]["imageDigest"] == newer.digest
    assert "ClusterNotFoundException" in refused("ecs", "list-tasks", "--cluster", "none")


def test_functions_findings_and_builds(sandbox: Sandbox, repository: Repository) -> None:
    image = repository.images.by_tag("v1")
    assert image is not None
    worlds.enhance(sandbox.world, repository, image, "CVE-2026-1")
    worlds.add_function(sandbox.world, worlds.uri(repository, "v1"), digest=image.digest)
    worlds.add_project(sandbox.world, worlds.uri(repository, "v1"))
    worlds.add_web_service(sandbox.world, worlds.uri(repository, "v1"))
    told = aws("lambda", "get-function", "--function-name", "job")
    assert told["Code"]["ResolvedImageUri"].endswith(image.digest)
    (finding,) = aws("inspector2", "list-findings")["findings"]
    assert finding["resources"][0]["details"]["awsEcrContainerImage"]["inUseCount"] == 1
    asked = ["--filter", f"resourceId={repository.arn}/{image.digest}"]
    (cluster,) = aws("inspector2", "get-clusters-for-image", *asked)["cluster"]
    assert cluster["clusterArn"].endswith(":cluster/main")
    assert aws("codebuild", "list-projects")["projects"] == ["build"]
    assert aws("apprunner", "list-services")["ServiceSummaryList"][0]["ServiceName"] == "site"


def test_a_bundle_is_fetched(sandbox: Sandbox, tmp_path: Path) -> None:
    worlds.add_version(sandbox.world, b"{}", key="Dockerrun.aws.json")
    asked = ["--application-name", "shop"]
    told = aws("elasticbeanstalk", "describe-application-versions", *asked)
    where = told["ApplicationVersions"][0]["SourceBundle"]
    to = tmp_path / "bundle"
    aws("s3api", "get-object", "--bucket", where["S3Bucket"], "--key", where["S3Key"], str(to))
    assert to.read_bytes() == b"{}"
    (one,) = aws("elasticbeanstalk", "describe-environments")["Environments"]
    assert one["VersionLabel"] == "v1"
