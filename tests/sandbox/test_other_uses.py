"""App Runner, CodeBuild, Elastic Beanstalk with its bundles, and what else of ECS and Lambda."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.sandbox.clients import client, code

DOCKERRUN = json.dumps({"AWSEBDockerrunVersion": "1", "Image": {"Name": "here"}})


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    """A repository with one image."""
    repository = worlds.add_repository(sandbox.world, "team/app")
    worlds.add_image(repository, tags={"v1"})
    return repository


def test_app_runner_tells_images_one_by_one(sandbox: Sandbox, repository: Repository) -> None:
    image = worlds.uri(repository, "v1")
    for number in range(25):
        worlds.add_web_service(sandbox.world, image, name=f"site-{number}")
    worlds.add_web_service(sandbox.world, "", name="sources")
    runner = client("apprunner")
    first = runner.list_services()
    rest = runner.list_services(NextToken=first["NextToken"])
    rows = first["ServiceSummaryList"] + rest["ServiceSummaryList"]
    assert len(rows) == 26
    assert len(first["ServiceSummaryList"]) == 20
    told = [runner.describe_service(ServiceArn=row["ServiceArn"])["Service"] for row in rows]
    sources = [one["SourceConfiguration"] for one in told]
    images = [one["ImageRepository"] for one in sources if "ImageRepository" in one]
    assert {one["ImageIdentifier"] for one in images} == {image}
    assert len(images) == 25
    with pytest.raises(runner.exceptions.ResourceNotFoundException):
        runner.describe_service(ServiceArn=rows[0]["ServiceArn"] + "x")


def test_codebuild_tells_the_images_of_builds(sandbox: Sandbox, repository: Repository) -> None:
    image = worlds.uri(repository, "v1")
    worlds.add_project(sandbox.world, image, name="nightly")
    builds = client("codebuild")
    (name,) = builds.list_projects()["projects"]
    told = builds.batch_get_projects(names=[name, "none"])
    assert told["projects"][0]["environment"]["image"] == image
    assert told["projectsNotFound"] == ["none"]


def test_beanstalks_versions_lead_to_bundles(sandbox: Sandbox) -> None:
    bundle = worlds.zipped({"Dockerrun.aws.json": DOCKERRUN, "docs/x": "y" * 5000})
    worlds.add_version(sandbox.world, bundle, application="shop", label="v1")
    worlds.add_version(sandbox.world, b"{}", application="shop", label="v2", environment="")
    worlds.add_version(sandbox.world, bundle, application="other", environment="other-1")
    beanstalk, s3 = client("elasticbeanstalk"), client("s3")
    rows = beanstalk.describe_applications()["Applications"]
    assert {row["ApplicationName"]: row["Versions"] for row in rows} == {
        "shop": ["v2", "v1"],
        "other": ["v1"],
    }
    named = beanstalk.describe_applications(ApplicationNames=["shop", "none"])["Applications"]
    assert [row["ApplicationName"] for row in named] == ["shop"]
    pages = beanstalk.get_paginator("describe_application_versions").paginate(
        ApplicationName="shop", PaginationConfig={"PageSize": 1}
    )
    versions = [row for page in pages for row in page["ApplicationVersions"]]
    assert [row["VersionLabel"] for row in versions] == ["v2", "v1"]
    where = versions[1]["SourceBundle"]
    (environment,) = beanstalk.describe_environments(ApplicationName="shop")["Environments"]
    assert environment["VersionLabel"] == "v1"
    assert environment["DateCreated"].timestamp() < sandbox.world.clock.start
    asked = {"Bucket": where["S3Bucket"], "Key": where["S3Key"]}
    assert s3.head_object(**asked)["ContentLength"] == len(bundle)
    data = s3.get_object(**asked)["Body"].read()
    assert zipfile.ZipFile(io.BytesIO(data)).read("Dockerrun.aws.json").decode() == DOCKERRUN
    tail = s3.get_object(**asked, Range="bytes=-22")
    assert tail["Body"].read() == bundle[-22:]
    assert tail["ContentRange"] == f"bytes {len(bundle) - 22}-{len(bundle) - 1}/{len(bundle)}"


@pytest.mark.parametrize(
    ("bucket", "key", "says"),
    [("none", "x", "NoSuchBucket"), ("own", "none", "NoSuchKey"), ("strange", "x", "AccessDenied")],
)
def test_s3_refuses_in_its_words(sandbox: Sandbox, bucket: str, key: str, says: str) -> None:
    worlds.add_version(sandbox.world, b"{}", account=worlds.OTHER_ACCOUNT)
    worlds.add_version(sandbox.world, b"{}")
    names = {"own": worlds.ACCOUNT, "strange": worlds.OTHER_ACCOUNT}
    name = f"elasticbeanstalk-{worlds.REGION}-{names[bucket]}" if bucket in names else "none"
    s3 = client("s3")
    with pytest.raises(s3.exceptions.ClientError) as caught:
        s3.get_object(Bucket=name, Key=key)
    assert code(caught.value) == says


def test_odd_keys_and_signatures_that_are_checked(sandbox: Sandbox) -> None:
    sandbox.world.checks_signatures = True
    key = "a b/é+(1).zip"
    worlds.add_version(sandbox.world, b"bundle", key=key)
    bucket = f"elasticbeanstalk-{worlds.REGION}-{worlds.ACCOUNT}"
    s3 = client("s3")
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"bundle"
    with pytest.raises(s3.exceptions.ClientError) as caught:
        s3.list_objects_v2(Bucket=bucket)
    assert code(caught.value) == "NotImplemented"
    worlds.add_function(sandbox.world, "", digest="", name="f")
    assert client("lambda").get_function(FunctionName="f:$LATEST")["Configuration"]
    assert client("inspector2").list_coverage()["coveredResources"] == []
    assert client("elasticbeanstalk").describe_applications()["Applications"]


def test_a_services_revision_tells_the_digests_it_keeps_to(
    sandbox: Sandbox, repository: Repository
) -> None:
    service = worlds.add_service(sandbox.world, worlds.uri(repository, "v1"), count=0)
    first = repository.images.by_tag("v1")
    worlds.add_image(repository, tags={"v1"}, content=b"newer")
    ecs = client("ecs")
    (told,) = ecs.describe_services(cluster="main", services=[service.name])["services"]
    (revision,) = told["currentServiceRevisions"]
    (one,) = ecs.describe_service_revisions(serviceRevisionArns=[revision["arn"]])[
        "serviceRevisions"
    ]
    assert one["containerImages"][0]["image"] == worlds.uri(repository, "v1")
    assert first is not None
    assert one["containerImages"][0]["imageDigest"] == first.digest
    deployment = told["currentServiceDeployment"]
    described = ecs.describe_service_deployments(serviceDeploymentArns=[deployment, "none"])
    assert described["serviceDeployments"][0]["status"] == "SUCCESSFUL"
    assert [each["reason"] for each in described["failures"]] == ["MISSING"]


def test_aliases_lead_to_versions(sandbox: Sandbox, repository: Repository) -> None:
    image = worlds.uri(repository, "v1")
    there = repository.images.by_tag("v1")
    assert there is not None
    function = worlds.add_function(sandbox.world, image, digest=there.digest)
    function.versions["1"] = function.code
    function.aliases["live"] = "1"
    functions = client("lambda")
    (alias,) = functions.list_aliases(FunctionName="job")["Aliases"]
    assert (alias["Name"], alias["FunctionVersion"]) == ("live", "1")
    told = functions.get_function(FunctionName="job", Qualifier="live")
    assert told["Configuration"]["Version"] == "1"
