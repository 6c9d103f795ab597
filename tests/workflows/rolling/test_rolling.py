"""Services and functions rolled in a sandbox: what is registered, what is told, what is undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrtui.aws.definitions import registrable
from ecrtui.aws.sessions import Sessions
from ecrtui.errors import EcrtuiError, GivenUp, NotFound, ReadOnly, RemoteError, UsageError
from ecrtui.model.image import ImageId
from ecrtui.model.plan import Outcome
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from ecrtui.sandbox.workloads.kinds import Service
from ecrtui.workflows import journal, undo
from ecrtui.workflows.locate import Target
from ecrtui.workflows.rolling import roll, rollout, workload
from ecrtui.workflows.rolling.deed import RollPlan, pinned
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch
from tests import worlds
from tests.workflows.at_work import here, services_in

NAME = "team/app"


@pytest.fixture
def services(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """The scheduler works fast, and is looked at often."""
    monkeypatch.setattr(rollout, "PAUSE", 0.02)
    monkeypatch.setattr(rollout, "LONGEST_PAUSE", 0.05)
    sandbox.world.workloads(worlds.ACCOUNT, worlds.REGION).pace = 0.02
    return services_in(tmp_path, profiles=("main",), regions=(worlds.REGION,))


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, NAME)


def images(repository: Repository) -> tuple[Image, Image]:
    """The old one and the new one."""
    return (
        worlds.add_image(repository, tags={"v1", "live"}, content=b"1"),
        worlds.add_image(repository, tags={"v2"}, content=b"2"),
    )


def plan(services: Services, tag: str, service: str = "main/web", **more: str) -> RollPlan:
    target = Target(here(), NAME, ImageId(image_tag=tag))
    found = workload.service(services, service, here())
    return roll.plan(services, roll.RollRequest(target, found, **more))


def carry(services: Services, made: undo.UndoPlan, watch: Watch | None = None) -> Outcome:
    watch = watch or Watch()
    return journal.carry(services, made, lambda w: undo.run(services, made, w), watch)


def test_a_service_runs_the_digest_then(
    sandbox: Sandbox, services: Services, repository: Repository
) -> None:
    old, new = images(repository)
    service = worlds.add_service(sandbox.world, worlds.uri(repository, "live"), count=2)
    made = plan(services, "v2")
    assert made.before == service.primary.definition.arn
    assert (made.digest, made.ran) == (new.digest, old.digest)
    assert any("live" in warning for warning in made.warnings)
    watch = Watch()
    outcome = carry(services, made, watch)
    assert outcome.digest == new.digest
    definition = service.primary.definition
    assert definition.containers[0]["image"] == worlds.uri(repository, digest=new.digest)
    tasks = [
        task
        for task in sandbox.world.workloads(worlds.ACCOUNT, worlds.REGION)
        .clusters["main"]
        .of(service)
        if task.status == "RUNNING"
    ]
    assert [task.containers[0].digest for task in tasks] == [new.digest] * 2
    said = [line for _, line in watch.log]
    assert any("deployment completed" in line for line in said)
    (entry,) = journal.read(services).entries
    assert entry.change.workload == "main/web"
    assert entry.change.after == definition.arn


def test_all_of_a_task_definition_is_carried_over(
    sandbox: Sandbox, services: Services, repository: Repository
) -> None:
    images(repository)
    service = worlds.add_service(sandbox.world, worlds.uri(repository, "v1"))
    document = service.primary.definition.document
    document |= {
        "taskRoleArn": f"arn:aws:iam::{worlds.ACCOUNT}:role/task",
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "requiresCompatibilities": ["FARGATE"],
        "volumes": [{"name": "data", "host": {}}],
        "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        "ephemeralStorage": {"sizeInGiB": 30},
    }
    document["containerDefinitions"] = [
        {
            "name": "app",
            "image": worlds.uri(repository, "v1"),
            "essential": True,
            "environment": [{"name": "A", "value": "b"}],
            "secrets": [{"name": "S", "valueFrom": "arn:aws:ssm:eu-west-1:1:parameter/s"}],
            "dockerLabels": {"team": "shop"},
            "healthCheck": {"command": ["CMD", "true"], "retries": 3},
            "ulimits": [{"name": "nofile", "softLimit": 1, "hardLimit": 2}],
        },
        {"name": "side", "image": "docker.io/library/nginx:1", "essential": False},
    ]
    service.primary.definition.tags = [{"key": "team", "value": "shop"}]
    before = dict(document)
    made = plan(services, "v2")
    assert not any("lost" in warning for warning in made.warnings)
    carry(services, made)
    after = service.primary.definition
    image = after.containers[0]["image"]
    assert image != before["containerDefinitions"][0]["image"]
    assert after.containers[1]["image"] == "docker.io/library/nginx:1"
    told = [{**one, "image": "x"} for one in after.document.pop("containerDefinitions")]
    given = [{**one, "image": "x"} for one in before.pop("containerDefinitions")]
    for one, other in zip(told, given, strict=True):
        assert other.items() <= one.items()
    assert before.items() <= after.document.items()
    assert after.tags == [{"key": "team", "value": "shop"}]


def test_what_botocore_does_not_know_is_told(sandbox: Sandbox) -> None:
    calls = Sessions().calls("ecs", "main", worlds.REGION)
    definition = {
        "family": "web",
        "revision": 3,
        "status": "ACTIVE",
        "registeredBy": "somebody",
        "brandNew": 1,
        "containerDefinitions": [{"name": "app", "image": "x", "newToo": {"a": 1}, "cpu": None}],
    }
    tags = [{"key": "aws:cloudformation:stack", "value": "x"}, {"key": "mine", "value": "y"}]
    found = registrable(calls, definition, tags)
    assert found.lost == ("brandNew", "containerDefinitions.newToo")
    assert found.parameters == {
        "family": "web",
        "containerDefinitions": [{"name": "app", "image": "x"}],
        "tags": [{"key": "mine", "value": "y"}],
    }


def test_undo_brings_back_the_digest_not_only_the_tag(
    sandbox: Sandbox, services: Services, repository: Repository
) -> None:
    old, new = images(repository)
    service = worlds.add_service(sandbox.world, worlds.uri(repository, "live"))
    carry(services, plan(services, "v2"))
    repository.images.tag(new.digest, "live")
    (entry,) = journal.read(services).entries
    back = undo.plan(services, entry.change)
    assert isinstance(back, RollPlan)
    carry(services, back)
    container = service.primary.digests["app"]
    assert container == old.digest


def test_undo_takes_the_task_definition_of_before_while_its_tag_is_the_same(
    sandbox: Sandbox, services: Services, repository: Repository
) -> None:
    images(repository)
    service = worlds.add_service(sandbox.world, worlds.uri(repository, "live"))
    first = service.primary.definition.arn
    carry(services, plan(services, "v2"))
    (entry,) = journal.read(services).entries
    carry(services, undo.plan(services, entry.change))
    assert service.primary.definition.arn == first


def test_a_deployment_that_fails_is_told_in_ecs_words(
    sandbox: Sandbox, services: Services, repository: Repository
) -> None:
    images(repository)
    service = worlds.add_service(sandbox.world, worlds.uri(repository, "v1"), count=1)
    first = service.primary.definition.arn
    sandbox.world.workloads(worlds.ACCOUNT, worlds.REGION).troubles["*@sha256*"] = "denied"
    watch = Watch()
    with pytest.raises(RemoteError, match="tasks failed to start") as failed:
        carry(services, plan(services, "v2"), watch)
    assert "rolls it back" in failed.value.title
    assert any("unable to place a task" in line for _, line in watch.log)
    assert service.primary.definition.arn == first
    assert len(journal.read(services).entries) == 1


def test_who_stops_to_wait_is_told_that_ecs_goes_on(
    sandbox: Sandbox, services: Services, repository: Repository
) -> None:
    images(repository)
    worlds.add_service(sandbox.world, worlds.uri(repository, "v1"))
    sandbox.world.workloads(worlds.ACCOUNT, worlds.REGION).pace = 3600.0
    watch = Watch()
    made = plan(services, "v2")
    watch.keep = lambda _: watch.stop()
    with pytest.raises(GivenUp) as given_up:
        roll.run(services, made, watch)
    assert "ECS goes on" in given_up.value.hint


def test_what_has_changed_since_the_plan_is_not_rolled(
    sandbox: Sandbox, services: Services, repository: Repository
) -> None:
    images(repository)
    worlds.add_service(sandbox.world, worlds.uri(repository, "v1"))
    made = plan(services, "v2")
    carry(services, plan(services, "live"))
    with pytest.raises(EcrtuiError, match="since the plan was made"):
        carry(services, made)


def test_nothing_is_sent_when_read_only(
    sandbox: Sandbox, services: Services, repository: Repository, tmp_path: Path
) -> None:
    images(repository)
    service = worlds.add_service(sandbox.world, worlds.uri(repository, "v1"))
    looking = services_in(tmp_path, profiles=("main",), regions=(worlds.REGION,), read_only=True)
    made = plan(looking, "v2")
    with pytest.raises(ReadOnly):
        carry(looking, made)
    families = sandbox.world.workloads(worlds.ACCOUNT, worlds.REGION).families
    assert len(families["web"]) == 1
    assert len(service.deployments) == 1


def test_mistakes_name_their_fix(
    sandbox: Sandbox, services: Services, repository: Repository
) -> None:
    images(repository)
    worlds.add_service(sandbox.world, "docker.io/library/nginx:1", name="other", count=0)
    with pytest.raises(NotFound, match="No such service"):
        plan(services, "v2", "main/none")
    with pytest.raises(NotFound, match="No such cluster: none of none/other") as wrong_cluster:
        plan(services, "v2", "none/other")
    assert "ecrtui usage" in wrong_cluster.value.hint
    with pytest.raises(UsageError, match="No container") as wrong:
        plan(services, "v2", "main/other")
    assert "--container" in wrong.value.hint
    assert plan(services, "v2", "main/other", container="app").image.startswith("127.0.0.1")
    with pytest.raises(UsageError, match="No such container"):
        plan(services, "v2", "main/other", container="none")
    with pytest.raises(UsageError, match="Which service"):
        plan(services, "v2", "web")
    service = worlds.add_service(sandbox.world, worlds.uri(repository, "v1"), name="blue")
    service.controller = "CODE_DEPLOY"
    with pytest.raises(EcrtuiError, match="CODE_DEPLOY"):
        plan(services, "v2", "main/blue")


def test_an_archived_image_is_not_rolled_out(
    sandbox: Sandbox, services: Services, repository: Repository
) -> None:
    worlds.add_image(repository, tags={"v2"}, status="ARCHIVED")
    worlds.add_service(sandbox.world, "docker.io/library/nginx:1", count=0)
    with pytest.raises(EcrtuiError, match="archived"):
        plan(services, "v2")


def test_a_function_gets_the_image_and_back(
    sandbox: Sandbox, services: Services, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecrtui.sandbox.control.lambda_functions.UPDATE_SECONDS", 0.05)
    monkeypatch.setattr("ecrtui.workflows.rolling.function.PAUSE", 0.02)
    old, new = images(repository)
    ref = worlds.uri(repository, "live")
    function = worlds.add_function(sandbox.world, ref, digest=old.digest, name="resize")
    function.versions, function.aliases = {"1": function.code}, {"prod": "1"}
    target = Target(here(), NAME, ImageId(image_tag="v2"))
    found = workload.function(services, "resize", here())
    made = roll.plan(services, roll.RollRequest(target, found))
    assert any("prod" in warning for warning in made.warnings)
    carry(services, made)
    assert function.code.digest == new.digest
    (entry,) = journal.read(services).entries
    carry(services, undo.plan(services, entry.change))
    assert function.code.digest == old.digest


def test_an_arn_names_region_and_account(services: Services) -> None:
    arn = f"arn:aws:ecs:{worlds.OTHER_REGION}:{worlds.ACCOUNT}:service/main/web"
    found = workload.service(services, arn, here())
    assert (found.cluster, found.name, found.region) == ("main", "web", worlds.OTHER_REGION)
    assert (found.profile, found.account) == ("main", worlds.ACCOUNT)
    arn = f"arn:aws:lambda:{worlds.REGION}:{worlds.ACCOUNT}:function:resize:prod"
    assert workload.function(services, arn, here()).name == "resize"
    with pytest.raises(NotFound, match="No profile"):
        workload.service(services, "arn:aws:ecs:x-1:999988887777:service/a/b", here())
    with pytest.raises(UsageError):
        workload.service(services, "arn:aws:s3:::bucket", here())


@given(
    st.sampled_from(["127.0.0.1:5000/", "host/", ""]),
    st.from_regex(r"[a-z0-9]{1,5}(/[a-z0-9]{1,5}){0,2}", fullmatch=True),
    st.sampled_from(["", ":v1", ":v1@sha256:" + "a" * 64, "@sha256:" + "b" * 64]),
)
def test_a_reference_is_pinned_under_its_own_name(host: str, name: str, rest: str) -> None:
    assert pinned(host + name + rest, "sha256:" + "c" * 64) == f"{host}{name}@sha256:{'c' * 64}"


@pytest.fixture
def two(sandbox: Sandbox, repository: Repository) -> Service:
    """A service with two containers of one repository, each by a tag of its own."""
    images(repository)
    worlds.add_image(repository, tags={"worker"}, content=b"w")
    service = worlds.add_service(sandbox.world, worlds.uri(repository, "live"))
    app = dict(service.primary.definition.document["containerDefinitions"][0])
    worker = {**app, "name": "worker", "image": worlds.uri(repository, "worker")}
    service.primary.definition.document["containerDefinitions"] = [app, worker]
    return service


def test_containers_that_run_different_images_are_not_made_the_same(
    services: Services, two: Service
) -> None:
    with pytest.raises(UsageError, match=r"app .*worker") as refused:
        plan(services, "v2")
    assert "--container" in refused.value.hint
    made = plan(services, "v2", container="app")
    told = dict(made.facts)
    assert told["container"] == "app"
    assert "live" in told["runs now"]


def test_undo_of_a_container_leaves_its_neighbour_alone(
    services: Services, repository: Repository, two: Service
) -> None:
    worker = two.primary.definition.containers[1]["image"]
    made = plan(services, "v2", container="app")
    carry(services, made)
    assert two.primary.definition.containers[1]["image"] == worker
    repository.images.tag(made.digest, "live")
    (entry,) = journal.read(services).entries
    carry(services, undo.plan(services, entry.change))
    app, other = (one["image"] for one in two.primary.definition.containers)
    assert app.endswith(f"@{made.ran}")
    assert other == worker
