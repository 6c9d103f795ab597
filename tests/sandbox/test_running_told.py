"""Whatever runs in a world is told, in the service models' shapes; and the demo has a story."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ecrtui.sandbox.seed import make_world
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.workloads.pulling import image_of, repository_of, split
from ecrtui.sandbox.workloads.state import Workloads
from ecrtui.sandbox.world import World
from tests import worlds
from tests.sandbox.clients import client


def running_world() -> World:
    """A generated world in which something of each kind runs."""
    world = worlds.small_world(seed=5)
    registry = world.registry(worlds.ACCOUNT, worlds.REGION)
    repository = next(iter(registry.repositories.values()))
    tag, image = next(
        (tag, image)
        for image in repository.images
        for tag in sorted(image.tags)
        if image.status == "ACTIVE" and not image.children
    )
    name = worlds.uri(repository, tag)
    worlds.add_service(world, name, count=3)
    worlds.add_task(world, worlds.uri(repository, "no-such-tag"))
    worlds.add_function(world, name, digest=image.digest)
    worlds.add_web_service(world, name)
    worlds.add_project(world, name)
    worlds.add_version(world, b"{}")
    worlds.add_pods(world, repository, image.digest)
    worlds.enhance(world, repository, image, "CVE-2026-1")
    return world


WORLDS: dict[str, Callable[[], World]] = {
    "demo": lambda: make_world("demo"),
    "generated": running_world,
}


@pytest.fixture(params=WORLDS)
def told(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    world = WORLDS[request.param]()
    with Sandbox(world) as sandbox:
        for name, value in sandbox.env.items():
            monkeypatch.setenv(name, value)
        yield sandbox


def ask(world: World, service: str, workloads: Workloads) -> Any:
    account = world.accounts[workloads.account]
    return client(service, profile=account.name, region=workloads.region)


def test_all_that_runs_is_told(told: Sandbox) -> None:
    for workloads in told.world.all_workloads():
        ecs = ask(told.world, "ecs", workloads)
        for cluster in ecs.list_clusters()["clusterArns"]:
            _cluster(ecs, cluster)
        for page in ecs.get_paginator("list_task_definitions").paginate():
            for arn in page["taskDefinitionArns"]:
                definition = ecs.describe_task_definition(taskDefinition=arn, include=["TAGS"])
                assert definition["taskDefinition"]["status"] == "ACTIVE"
        functions = ask(told.world, "lambda", workloads)
        names = [one["FunctionName"] for one in functions.list_functions()["Functions"]]
        assert set(names) == workloads.functions.keys()
        assert all(functions.get_function(FunctionName=name)["Code"] for name in names)
        _others(told.world, workloads)


def _cluster(ecs: Any, cluster: str) -> None:
    pages = ecs.get_paginator("list_services").paginate(cluster=cluster)
    for arn in [arn for page in pages for arn in page["serviceArns"]]:
        (service,) = ecs.describe_services(cluster=cluster, services=[arn])["services"]
        revisions = [each["arn"] for each in service["currentServiceRevisions"]]
        assert ecs.describe_service_revisions(serviceRevisionArns=revisions)["serviceRevisions"]
    for status in ("RUNNING", "STOPPED"):
        arns = ecs.list_tasks(cluster=cluster, desiredStatus=status)["taskArns"]
        if arns:
            tasks = ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"]
            assert {task["desiredStatus"] for task in tasks} == {status}


def _others(world: World, workloads: Workloads) -> None:
    inspector = ask(world, "inspector2", workloads)
    assert inspector.batch_get_account_status()["accounts"]
    findings = inspector.list_findings()["findings"]
    for finding in findings[:3]:
        arn = finding["findingArn"]
        assert inspector.batch_get_finding_details(findingArns=[arn])["findingDetails"]
        image = finding["resources"][0]["id"]
        inspector.get_clusters_for_image(filter={"resourceId": image})
    inspector.list_coverage()
    beanstalk = ask(world, "elasticbeanstalk", workloads)
    versions = beanstalk.describe_application_versions()["ApplicationVersions"]
    s3 = ask(world, "s3", workloads)
    for version in versions:
        where = version["SourceBundle"]
        assert s3.get_object(Bucket=where["S3Bucket"], Key=where["S3Key"])["Body"].read()
    if not world.accounts[workloads.account].guarded:
        runner, builds = (ask(world, name, workloads) for name in ("apprunner", "codebuild"))
        for row in runner.list_services()["ServiceSummaryList"]:
            runner.describe_service(ServiceArn=row["ServiceArn"])
        names = builds.list_projects()["projects"]
        assert not names or builds.batch_get_projects(names=names)["projects"]


@pytest.fixture(scope="module")
def story() -> World:
    """The demo's world."""
    return make_world("demo")


def every_task(world: World) -> list[tuple[Workloads, Any]]:
    return [
        (workloads, task)
        for workloads in world.all_workloads()
        for cluster in workloads.clusters.values()
        for task in cluster.tasks.values()
    ]


def test_in_the_demo_a_tag_has_left_what_runs_and_that_is_critical(story: World) -> None:
    behind = []
    for workloads, task in every_task(story):
        for container in task.containers:
            ref = split(container.image)
            _, repository = repository_of(story, ref)
            meant = image_of(repository, ref) if repository is not None else None
            if task.status == "RUNNING" and meant and meant.digest != container.digest:
                image = repository.images.by_digest(container.chosen)
                findings = image.scan.findings if image and image.scan else []
                behind.append({finding["severity"] for finding in findings})
                assert workloads.account == repository.account
    assert any("CRITICAL" in severities for severities in behind)


def test_in_the_demo_something_cannot_be_pulled(story: World) -> None:
    reasons = {task.stopped_reason.rpartition(":")[2] for _, task in every_task(story)}
    assert {" not found", " 403 Forbidden"} <= reasons


def test_in_the_demo_a_large_repository_is_used_by_nobody(story: World) -> None:
    used = {
        repository.arn
        for _, task in every_task(story)
        for container in task.containers
        if (repository := repository_of(story, split(container.image))[1]) is not None
    }
    registry = max(story.registries.values(), key=lambda one: len(one.repositories))
    own = {
        repository.arn: sum(blob.size for blob in repository.blobs.values())
        for repository in registry.repositories.values()
    }
    unused = max((arn for arn in own if arn not in used), key=lambda arn: own[arn])
    assert own[unused] > 5 * max(size for arn, size in own.items() if arn in used)


def test_in_the_demo_nobody_may_look_everywhere_but_all_of_production_can_be_seen(
    story: World,
) -> None:
    """What runs in EKS is told by nobody, and what may be in use is not deleted."""
    guarded = {account.id for account in story.accounts.values() if account.guarded}
    with_pods = {each.account for each in story.all_workloads() if each.eks}
    behind = {each.account for each in story.all_workloads() if each.functions}
    assert guarded
    assert behind
    assert not behind & (guarded | with_pods)


def test_looking_at_the_demo_counts_as_no_pull_and_is_the_same_each_time() -> None:
    def states() -> list[Any]:
        world = make_world("demo")
        before = [image.last_pull for one in repositories(world) for image in one.images]
        tasks = [(task.arn, task.containers[0].digest) for _, task in every_task(world)]
        after = [image.last_pull for one in repositories(world) for image in one.images]
        assert before == after
        return tasks

    assert states() == states()


def repositories(world: World) -> list[Any]:
    return [one for each in world.registries.values() for one in each.repositories.values()]
