"""ECS as its clients see it: what runs by which digest, and a deployment that rolls."""

from __future__ import annotations

from typing import Any

import pytest

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.workloads.kinds import Service
from tests import worlds
from tests.sandbox.clients import client, code
from tests.waiting import until

NAME = "team/app"


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    """A repository with an image for either platform under a tag that will move."""
    repository = worlds.add_repository(sandbox.world, NAME)
    worlds.add_image(repository, tags={"live"})
    workloads = sandbox.world.workloads(worlds.ACCOUNT, worlds.REGION)
    workloads.pace = 0.05
    return repository


def push(repository: Repository, tag: str, content: bytes, **more: Any) -> str:
    """The digest of a new image under a tag."""
    return worlds.add_image(repository, tags={tag}, content=content, **more).digest


def described(ecs: Any, name: str = "web") -> Any:
    """The service as ECS tells it now."""
    (told,) = ecs.describe_services(cluster="main", services=[name])["services"]
    return told


def settled(ecs: Any, name: str = "web") -> Any:
    """The service once its deployments are over, one way or the other."""

    def over() -> Any:
        told = described(ecs, name)
        states = {each["rolloutState"] for each in told["deployments"]}
        return told if "IN_PROGRESS" not in states and len(told["deployments"]) == 1 else None

    return until(over)


def said(told: Any) -> list[str]:
    """The events' words, the oldest first."""
    return [event["message"] for event in reversed(told["events"])]


def roll(ecs: Any, service: Service, image: str, **more: Any) -> Any:
    """Register a definition with the image, and update the service to it."""
    old = ecs.describe_task_definition(taskDefinition="web")["taskDefinition"]
    container = {**old["containerDefinitions"][0], "image": image}
    made = ecs.register_task_definition(family="web", containerDefinitions=[container], **more)
    arn = made["taskDefinition"]["taskDefinitionArn"]
    ecs.update_service(cluster="main", service=service.name, taskDefinition=arn)
    return arn


def test_a_task_keeps_the_digest_that_its_tag_had(sandbox: Sandbox, repository: Repository) -> None:
    before = repository.images.by_tag("live")
    worlds.add_service(sandbox.world, worlds.uri(repository, "live"), count=2)
    push(repository, "live", b"newer")
    ecs = client("ecs")
    (cluster,) = ecs.list_clusters()["clusterArns"]
    arns = ecs.list_tasks(cluster=cluster, serviceName="web")["taskArns"]
    tasks = ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"]
    assert len(tasks) == 2
    for task in tasks:
        (container,) = task["containers"]
        assert container["image"] == worlds.uri(repository, "live")
        assert before is not None
        assert container["imageDigest"] == before.digest
        assert task["startedAt"].timestamp() < sandbox.world.clock.start
    told = described(ecs)
    assert told["runningCount"] == told["desiredCount"] == 2
    definition = ecs.describe_task_definition(taskDefinition=told["taskDefinition"])
    (container,) = definition["taskDefinition"]["containerDefinitions"]
    assert container["image"] == worlds.uri(repository, "live")


def test_a_forced_deployment_brings_what_the_tag_means_now(
    sandbox: Sandbox, repository: Repository
) -> None:
    service = worlds.add_service(sandbox.world, worlds.uri(repository, "live"), count=3)
    newer = push(repository, "live", b"newer")
    ecs = client("ecs")
    ecs.update_service(cluster="main", service="web", forceNewDeployment=True)
    assert len(described(ecs)["deployments"]) == 2
    told = settled(ecs)
    digests = {task.containers[0].digest for task in service_tasks(sandbox, service)}
    assert digests == {newer}
    words = said(told)
    assert any("has started 3 tasks: (task " in one for one in words)
    assert any("has begun draining connections on 3 tasks." in one for one in words)
    assert any("has stopped 3 running tasks: (task " in one for one in words)
    assert words[-2].endswith("deployment completed.")
    assert words[-1] == "(service web) has reached a steady state."
    image = repository.images.by_digest(newer)
    assert image is not None
    assert image.last_pull is not None
    stopped = ecs.list_tasks(cluster="main", desiredStatus="STOPPED")["taskArns"]
    old = ecs.describe_tasks(cluster="main", tasks=stopped)["tasks"]
    assert {task["stopCode"] for task in old} == {"ServiceSchedulerInitiated"}


def service_tasks(sandbox: Sandbox, service: Service) -> list[Any]:
    cluster = sandbox.world.workloads(worlds.ACCOUNT, worlds.REGION).clusters[service.cluster]
    return cluster.running(service)


def test_a_deployment_that_cannot_pull_is_rolled_back(
    sandbox: Sandbox, repository: Repository
) -> None:
    service = worlds.add_service(sandbox.world, worlds.uri(repository, "live"))
    good = service.primary.id
    image = worlds.uri(repository, "gone")
    ecs = client("ecs")
    roll(ecs, service, image)
    told = settled(ecs)
    assert told["deployments"][0]["id"] == good
    words = said(told)
    reason = (
        "CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to "
        f"resolve ref {image}: {image}: not found"
    )
    assert f"(service web) was unable to place a task. Reason: {reason}." in words
    assert any(one.endswith("deployment failed: tasks failed to start.") for one in words)
    assert f"(service web) rolling back to deployment {good}." in words
    stopped = ecs.list_tasks(cluster="main", desiredStatus="STOPPED")["taskArns"]
    for task in ecs.describe_tasks(cluster="main", tasks=stopped)["tasks"]:
        assert task["stopCode"] == "TaskFailedToStart"
        assert task["stoppedReason"] == reason
    assert [task.status for task in service_tasks(sandbox, service)] == ["RUNNING"]
    deployments = ecs.list_service_deployments(cluster="main", service="web")
    assert "ROLLBACK_SUCCESSFUL" in {each["status"] for each in deployments["serviceDeployments"]}


def test_without_a_breaker_it_tries_again_and_succeeds_once_the_image_is_there(
    sandbox: Sandbox, repository: Repository
) -> None:
    service = worlds.add_service(sandbox.world, worlds.uri(repository, "live"))
    service.breaker = False
    ecs = client("ecs")
    roll(ecs, service, worlds.uri(repository, "late"))
    until(lambda: described(ecs)["deployments"][0]["failedTasks"] >= 2)
    late = push(repository, "late", b"late")
    told = settled(ecs)
    assert told["deployments"][0]["rolloutState"] == "COMPLETED"
    assert {task.containers[0].digest for task in service_tasks(sandbox, service)} == {late}


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        ("archive", ": not found"),
        ("platform", "image Manifest does not contain descriptor matching platform 'linux/amd64'"),
        ("policy", ": 403 Forbidden"),
        ("timeout", ":443: i/o timeout"),
    ],
)
def test_each_reason_why_a_pull_fails_is_told_in_its_words(
    sandbox: Sandbox, repository: Repository, prepare: str, words: str
) -> None:
    image = worlds.add_image(repository, content=b"arm", platform=("linux", "arm64"))
    worlds.add_index(repository, [image], tags={"arm"}, platforms=[("linux", "arm64")])
    world = sandbox.world
    tag, account = "live", worlds.ACCOUNT
    if prepare == "archive":
        live = repository.images.by_tag("live")
        assert live is not None
        live.status = "ARCHIVED"
    elif prepare == "platform":
        tag = "arm"
    elif prepare == "policy":
        account = worlds.OTHER_ACCOUNT
    else:
        troubles = world.workloads(account, worlds.REGION).troubles
        troubles[f"*/{NAME}:*"] = "timeout"
    task = worlds.add_task(world, worlds.uri(repository, tag), account=account)
    profile = "main" if account == worlds.ACCOUNT else "other"
    ecs = client("ecs", profile=profile)
    (told,) = ecs.describe_tasks(cluster="main", tasks=[task.id])["tasks"]
    assert told["lastStatus"] == "STOPPED"
    assert told["stoppedReason"].startswith("CannotPullContainerError: ")
    assert told["stoppedReason"].endswith(words)


def test_a_program_for_another_machine_starts_and_ends(
    sandbox: Sandbox, repository: Repository
) -> None:
    worlds.add_image(repository, tags={"arm"}, content=b"arm", platform=("linux", "arm64"))
    task = worlds.add_task(sandbox.world, worlds.uri(repository, "arm"))
    (told,) = client("ecs").describe_tasks(cluster="main", tasks=[task.arn])["tasks"]
    assert told["stopCode"] == "EssentialContainerExited"
    assert told["containers"][0]["exitCode"] == 255


def test_the_sandboxs_own_hosts_lead_to_images_too(
    sandbox: Sandbox, repository: Repository
) -> None:
    host = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    live = repository.images.by_tag("live")
    task = worlds.add_task(sandbox.world, f"{host}/{NAME}:live")
    assert live is not None
    assert task.containers[0].digest == live.digest


def test_another_account_pulls_where_the_policy_lets_it(
    sandbox: Sandbox, repository: Repository
) -> None:
    repository.policy = (
        '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": '
        f'"arn:aws:iam::{worlds.OTHER_ACCOUNT}:root"}}, "Action": "ecr:*"}}]}}'
    )
    image = worlds.uri(repository, "live")
    task = worlds.add_task(sandbox.world, image, account=worlds.OTHER_ACCOUNT)
    assert task.status == "RUNNING"


def test_limits_and_failures_are_ecss(sandbox: Sandbox, repository: Repository) -> None:
    for number in range(12):
        worlds.add_service(sandbox.world, worlds.uri(repository, "live"), name=f"s{number}")
    ecs = client("ecs")
    assert len(ecs.list_services(cluster="main")["serviceArns"]) == 10
    pages = ecs.get_paginator("list_services").paginate(cluster="main")
    arns = [arn for page in pages for arn in page["serviceArns"]]
    assert len(set(arns)) == 12
    with pytest.raises(ecs.exceptions.InvalidParameterException):
        ecs.describe_services(cluster="main", services=arns)
    with pytest.raises(ecs.exceptions.InvalidParameterException):
        ecs.describe_tasks(cluster="main", tasks=["a" * 32] * 101)
    with pytest.raises(ecs.exceptions.ClusterNotFoundException):
        ecs.list_tasks(cluster="none")
    with pytest.raises(ecs.exceptions.ServiceNotFoundException):
        ecs.update_service(cluster="main", service="none")
    with pytest.raises(ecs.exceptions.ClientException) as caught:
        ecs.describe_task_definition(taskDefinition="none")
    assert code(caught.value) == "ClientException"
    failures = ecs.describe_services(cluster="main", services=["s1", "none"])["failures"]
    assert [each["reason"] for each in failures] == ["MISSING"]
    assert ecs.describe_clusters(clusters=["none"])["failures"][0]["reason"] == "MISSING"


def test_definitions_count_up_and_go_out_of_use(sandbox: Sandbox, repository: Repository) -> None:
    service = worlds.add_service(sandbox.world, worlds.uri(repository, "live"))
    ecs = client("ecs")
    image, tag = worlds.uri(repository, "live"), [{"key": "team", "value": "blue"}]
    arn = roll(ecs, service, image, tags=tag, cpu="256", memory="512")
    told = ecs.describe_task_definition(taskDefinition=arn, include=["TAGS"])
    assert told["taskDefinition"]["revision"] == 2
    assert told["tags"] == tag
    assert ecs.list_task_definitions(sort="DESC")["taskDefinitionArns"][0] == arn
    ecs.deregister_task_definition(taskDefinition="web:1")
    assert ecs.list_task_definitions(familyPrefix="web")["taskDefinitionArns"] == [arn]
    (old,) = ecs.list_task_definitions(status="INACTIVE")["taskDefinitionArns"]
    assert old.endswith("/web:1")
    with pytest.raises(ecs.exceptions.ClientException):
        ecs.register_task_definition(family="web", containerDefinitions=[{"name": "x"}])


def test_a_task_that_is_stopped_is_replaced(sandbox: Sandbox, repository: Repository) -> None:
    service = worlds.add_service(sandbox.world, worlds.uri(repository, "live"))
    (task,) = service_tasks(sandbox, service)
    ecs = client("ecs")
    ecs.stop_task(cluster="main", task=task.arn, reason="tried")
    until(lambda: described(ecs)["runningCount"] == 1)
    (told,) = ecs.describe_tasks(cluster="main", tasks=[task.id])["tasks"]
    assert (told["stopCode"], told["stoppedReason"]) == ("UserInitiated", "tried")


@pytest.mark.parametrize(
    ("allow", "words"),
    [
        (("ecr:BatchGetImage",), "ResourceInitializationError: unable to pull secrets or registry"),
        (("ecr:GetAuthorizationToken",), "CannotPullContainerError: pull image manifest has been"),
        (("ecr:*",), ""),
    ],
)
def test_the_execution_role_must_be_allowed_to_pull(
    sandbox: Sandbox, repository: Repository, allow: tuple[str, ...], words: str
) -> None:
    role = sandbox.world.add_role(worlds.ACCOUNT, "ecsTaskExecutionRole", allow)
    task = worlds.add_task(sandbox.world, worlds.uri(repository, "live"))
    assert task.stopped_reason.startswith(words)
    assert (task.status == "RUNNING") is (not words)
    assert role.may_call("ecr:PutImage") is (not words)
