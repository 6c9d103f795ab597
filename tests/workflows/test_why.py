"""Why an image cannot be pulled: each reason by itself, what cannot be known, and who pulls."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrtui.errors import UsageError
from ecrtui.model.check import Check, State, may_be_pulled
from ecrtui.model.image import ImageId
from ecrtui.model.places import Registry
from ecrtui.model.policy import PULL, Caller, judge, read
from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.shelf import Image
from ecrtui.sandbox.workloads.pulling import CannotPull, pull
from ecrtui.workflows.locate import Target
from ecrtui.workflows.services import Services
from ecrtui.workflows.why import Question, checks
from tests import workloads, worlds
from tests.workflows.at_work import here, services_in

NAME = "team/app"
ROLE = f"arn:aws:iam::{worlds.ACCOUNT}:role/task"
OTHER_ROLE = f"arn:aws:iam::{worlds.OTHER_ACCOUNT}:role/task"


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return worlds.add_repository(sandbox.world, NAME)


@pytest.fixture
def image(repository: Repository) -> Image:
    return worlds.add_image(repository, tags={"v1"})


def asked(services: Services, tag: str = "v1", **question: Any) -> list[Check]:
    callers = tuple(map(Caller.of, question.pop("callers", ())))
    target = question.pop("target", Target(here(), NAME, ImageId(image_tag=tag)))
    return list(checks(services, Question(target=target, callers=callers, **question)))


def of(found: list[Check], id: str, about: str = "") -> Check:  # noqa: A002
    (check,) = (one for one in found if one.id == id and about in one.about)
    return check


def uri(sandbox: Sandbox, repository: Repository, tag: str = "v1") -> str:
    host = sandbox.world.registry(repository.account, repository.region).host
    return f"{host}/{repository.name}:{tag}"


@pytest.mark.usefixtures("image")
def test_of_an_image_that_is_there_only_the_network_is_not_known(services: Services) -> None:
    found = asked(services)
    unsure = {check.id for check in found if check.state is not State.PASSED}
    assert unsure == {"network"}
    assert may_be_pulled(found) is None
    assert "ecr.dkr" in of(found, "network").fix


def test_a_tag_that_is_not_there_is_told_with_those_like_it(
    services: Services, repository: Repository
) -> None:
    worlds.add_image(repository, tags={"v1.2.3"})
    check = of(asked(services, "v1.2.4"), "image")
    assert check.state is State.FAILED
    assert "v1.2.3" in check.detail


@pytest.mark.usefixtures("image")
def test_a_tag_that_went_tells_what_it_named(services: Services, repository: Repository) -> None:
    digest = next(iter(repository.images)).digest
    asked(services)
    repository.images.untag("v1")
    check = of(asked(services), "image")
    assert digest in check.detail


def test_a_repository_that_is_elsewhere_is_found_there(
    services: Services, sandbox: Sandbox
) -> None:
    worlds.add_repository(sandbox.world, NAME, region=worlds.OTHER_REGION)
    check = of(asked(services), "repository")
    assert check.state is State.FAILED
    assert f"{worlds.ACCOUNT} {worlds.OTHER_REGION}" in check.detail
    check = of(asked(services, target=Target(here(), "team/none")), "repository")
    assert "nor in" in check.detail


@pytest.mark.parametrize("status", ["ARCHIVED", "ACTIVATING"])
def test_what_is_archived_cannot_be_pulled(services: Services, image: Image, status: str) -> None:
    image.status = status
    check = of(asked(services), "status")
    assert check.state is State.FAILED
    assert "restore" in check.fix


def test_an_index_lacks_a_platform(services: Services, repository: Repository) -> None:
    amd = worlds.add_image(repository, content=b"amd")
    worlds.add_index(repository, [amd], tags={"multi"})
    passed = of(asked(services, "multi", platform="linux/amd64"), "platform")
    assert passed.state is State.PASSED
    check = of(asked(services, "multi", platform="linux/arm64"), "platform")
    assert check.state is State.FAILED
    assert "linux/amd64" in check.detail
    repository.images.by_digest(amd.digest).status = "ARCHIVED"  # type: ignore[union-attr]
    assert of(asked(services, "multi", platform="linux/amd64"), "platform").state is State.FAILED


@pytest.mark.usefixtures("image")
def test_an_image_for_another_processor_is_told(services: Services) -> None:
    check = of(asked(services, platform="linux/arm64"), "platform")
    assert check.state is State.FAILED
    assert "exec format error" in check.detail
    with pytest.raises(UsageError):
        asked(services, platform="arm64")


def test_no_manifest_is_read_where_it_may_not_count_as_a_pull(
    services: Services, image: Image
) -> None:
    found = asked(services, read=False)
    assert of(found, "platform").state is State.UNKNOWN
    assert of(found, "layers").state is State.UNKNOWN
    assert image.last_pull is None


def test_a_layer_that_is_gone_is_told(
    services: Services, repository: Repository, image: Image
) -> None:
    del repository.blobs[image.layers[1]]
    check = of(asked(services), "layers")
    assert check.state is State.FAILED
    assert image.layers[1] in check.detail


def allow(*principals: str, effect: str = "Allow", **more: Any) -> str:
    statement = {"Effect": effect, "Principal": {"AWS": list(principals)}, "Action": list(PULL)}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement | more]})


@pytest.mark.usefixtures("image")
def test_another_account_must_be_let_by_a_policy(
    services: Services, repository: Repository
) -> None:
    check = of(asked(services, callers=[worlds.OTHER_ACCOUNT]), "policy")
    assert check.state is State.FAILED
    assert "ecr:BatchGetImage" in check.fix
    repository.policy = allow(worlds.OTHER_ACCOUNT)
    assert of(asked(services, callers=[OTHER_ROLE]), "policy").state is State.PASSED
    repository.policy = allow(OTHER_ROLE)
    assert of(asked(services, callers=[OTHER_ROLE]), "policy").state is State.PASSED
    assert of(asked(services, callers=[worlds.OTHER_ACCOUNT]), "policy").state is State.UNKNOWN
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
    repository.policy = allow("*", Condition=condition)
    check = of(asked(services, callers=[OTHER_ROLE]), "policy")
    assert check.state is State.UNKNOWN
    assert "aws:PrincipalOrgID" in check.detail


@pytest.mark.usefixtures("image")
def test_a_denial_keeps_the_own_account_out(
    services: Services, repository: Repository, sandbox: Sandbox
) -> None:
    repository.policy = allow("*", effect="Deny", Sid="Nobody")
    check = of(asked(services, callers=[worlds.ACCOUNT]), "policy")
    assert check.state is State.FAILED
    assert "statement 1 (Nobody)" in check.detail
    repository.policy = None
    settings = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).settings
    settings.policy = allow("*", effect="Deny", Resource="*")
    check = of(asked(services, callers=[worlds.ACCOUNT]), "policy")
    assert "registry policy" in check.detail
    settings.account_settings["REGISTRY_POLICY_SCOPE"] = "V1"
    assert of(asked(services, callers=[worlds.ACCOUNT]), "policy").state is State.PASSED


@pytest.mark.usefixtures("image")
def test_a_roles_own_policies_are_simulated(services: Services, sandbox: Sandbox) -> None:
    sandbox.world.add_role(worlds.ACCOUNT, "task", ("ecr:Batch*", "ecr:GetDownloadUrlForLayer"))
    check = of(asked(services, callers=[ROLE]), "role")
    assert check.state is State.FAILED
    assert "ecr:GetAuthorizationToken" in check.detail
    sandbox.world.roles[ROLE].allow = ("ecr:*",)
    assert of(asked(services, callers=[ROLE]), "role").state is State.PASSED
    gone = ROLE.replace("task", "gone")
    assert of(asked(services, callers=[gone]), "role").state is State.FAILED
    assert of(asked(services, callers=[OTHER_ROLE]), "role").state is State.UNKNOWN


@pytest.mark.usefixtures("image")
def test_the_key_of_an_encrypted_repository_is_looked_at(
    services: Services, repository: Repository, sandbox: Sandbox
) -> None:
    arn = f"arn:aws:kms:{worlds.REGION}:{worlds.ACCOUNT}:key/1"
    repository.encryption = {"encryptionType": "KMS", "kmsKey": arn}
    assert of(asked(services), "key").state is State.PASSED
    for state in ("Disabled", "PendingDeletion", ""):
        sandbox.world.kms_states[arn] = state
        assert of(asked(services), "key").state is State.FAILED


@pytest.mark.usefixtures("image")
def test_what_may_not_be_read_is_unknown_and_says_which_permission_is_missing(
    services: Services, sandbox: Sandbox
) -> None:
    key = next(iter(sandbox.world.keys.values()))
    key.allow = ("sts:*", "ecr:DescribeRepositories")
    found = asked(services, callers=[ROLE])
    missing = {check.missing for check in found if check.missing}
    assert {"DescribeImages", "GetRepositoryPolicy", "ListClusters"} <= missing
    assert "SimulatePrincipalPolicy" in missing
    assert all(check.state is State.UNKNOWN for check in found if check.missing)
    key.allow = ("sts:*",)
    assert of(asked(services), "repository").missing == "DescribeRepositories"


def test_the_same_tag_may_name_another_image_in_another_region(
    sandbox: Sandbox, image: Image, tmp_path: Path
) -> None:

    services = services_in(tmp_path, regions=(worlds.REGION, worlds.OTHER_REGION))
    other = worlds.add_repository(sandbox.world, NAME, region=worlds.OTHER_REGION)
    there = worlds.add_image(other, tags={"v1"}, content=b"another")
    check = of(asked(services), "copies")
    assert check.state is State.UNKNOWN
    assert there.digest in check.detail
    assert image.digest not in check.detail
    assert worlds.OTHER_REGION in of(asked(services), "network").detail
    services.close()


def test_a_task_that_could_not_pull_is_explained_in_ecs_own_words(
    services: Services, sandbox: Sandbox, repository: Repository, image: Image
) -> None:
    image.status = "ARCHIVED"
    workloads.add_task(sandbox.world, uri(sandbox, repository))
    check = of(asked(services), "tasks")
    assert check.state is State.FAILED
    assert "there is no such image" in check.detail
    assert "failed to resolve ref" in check.detail
    image.status = "ACTIVE"
    workloads.add_task(sandbox.world, uri(sandbox, repository, "v2"))
    assert [one.id for one in asked(services, "v3")].count("tasks") == 0


@pytest.mark.usefixtures("image")
def test_a_task_that_started_since_clears_what_was(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    places = sandbox.world.workloads(worlds.ACCOUNT, worlds.REGION)
    places.troubles["*"] = "timeout"
    failed = workloads.add_task(sandbox.world, uri(sandbox, repository))
    assert of(asked(services), "tasks").state is State.FAILED
    places.troubles.clear()
    failed.stopped_at = sandbox.world.clock.start - 900
    workloads.add_task(sandbox.world, uri(sandbox, repository))
    check = of(asked(services), "tasks")
    assert check.state is State.PASSED
    assert "until" in check.detail


def test_a_tasks_definition_tells_the_platform_and_who_pulls(
    services: Services, sandbox: Sandbox, repository: Repository, image: Image
) -> None:
    sandbox.world.add_role(worlds.ACCOUNT, "task", ("ecr:*",))
    task = workloads.add_task(sandbox.world, uri(sandbox, repository))
    task.definition.document |= {
        "runtimePlatform": {"cpuArchitecture": "ARM64"},
        "executionRoleArn": ROLE,
    }
    found = asked(services)
    assert of(found, "platform", "linux/arm64").state is State.FAILED
    assert of(found, "policy", ROLE).state is State.PASSED
    assert of(found, "role", ROLE).state is State.PASSED


def test_what_is_public_is_not_judged(services: Services) -> None:
    with pytest.raises(UsageError):
        asked(services, target=Target(services.public("main"), NAME))


_PRINCIPALS = [
    "*",
    worlds.OTHER_ACCOUNT,
    f"arn:aws:iam::{worlds.OTHER_ACCOUNT}:root",
    worlds.ACCOUNT,
    f"arn:aws:iam::{worlds.ACCOUNT}:root",
]
_STATEMENTS = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Principal": st.sampled_from(_PRINCIPALS).map(lambda one: {"AWS": one}),
        "Action": st.sampled_from(["*", "ecr:*", "ecr:BatchGet*", "ecr:PutImage", list(PULL)]),
    }
)


@given(st.lists(_STATEMENTS, max_size=4), st.sampled_from([worlds.ACCOUNT, worlds.OTHER_ACCOUNT]))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=60,
)
def test_what_is_judged_is_what_a_pull_in_the_sandbox_comes_to(
    sandbox: Sandbox, statements: list[dict[str, Any]], account: str
) -> None:
    world = sandbox.world
    registry = world.registry(worlds.ACCOUNT, worlds.REGION)
    found = registry.find(NAME) or worlds.add_repository(world, NAME)
    worlds.add_image(found, tags={"v1"})
    found.policy = json.dumps({"Statement": statements})
    told = judge(read(found.policy), Caller(account=account), PULL[0], found.arn)
    lets = not told.denies and (account == worlds.ACCOUNT or told.allows)
    with contextlib.suppress(CannotPull):
        pull(
            world,
            uri(sandbox, found),
            account=account,
            platform=("linux", "amd64"),
            role=ROLE,
            troubles={},
            at=world.clock.now(),
        )
        assert lets
        return
    assert not lets


def test_a_registry_without_an_account_is_asked_for_it(services: Services, image: Image) -> None:
    target = Target(Registry("", worlds.REGION), NAME, ImageId(image.digest))
    assert may_be_pulled(asked(services, target=target)) is None


def test_tasks_that_run_what_the_tag_named_before_are_told_so(
    services: Services, sandbox: Sandbox, repository: Repository, image: Image
) -> None:
    workloads.add_service(sandbox.world, uri(sandbox, repository), count=2)
    assert image.digest not in of(asked(services), "tasks").detail
    other = worlds.add_image(repository, content=b"other")
    repository.images.tag(other.digest, "v1")
    check = of(asked(services), "tasks")
    assert check.state is State.PASSED
    assert f"2 of them run {image.digest}" in check.detail


def test_what_a_pull_through_cache_brings_at_the_first_pull_is_not_missing(
    services: Services, sandbox: Sandbox
) -> None:
    settings = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).settings
    settings.pull_through["hub"] = {
        "ecrRepositoryPrefix": "hub",
        "upstreamRegistryUrl": "registry-1.docker.io",
        "registryId": worlds.ACCOUNT,
    }
    check = of(asked(services, target=Target(here(), "hub/library/x")), "repository")
    assert check.state is State.UNKNOWN
    assert "registry-1.docker.io" in check.detail
    assert of(asked(services, target=Target(here(), "hubs/x")), "repository").state is State.FAILED


def test_tasks_of_another_account_at_hand_are_looked_at_and_their_roles_judged(
    sandbox: Sandbox, repository: Repository, image: Image, tmp_path: Path
) -> None:
    sandbox.world.add_role(worlds.OTHER_ACCOUNT, "task", ("ecr:*",))
    task = workloads.add_task(sandbox.world, uri(sandbox, repository), account=worlds.OTHER_ACCOUNT)
    task.definition.document["executionRoleArn"] = OTHER_ROLE
    services = services_in(tmp_path, profiles=("main", "other"))
    found = asked(services)
    assert "denied by the registry" in of(found, "tasks").detail
    assert of(found, "policy", OTHER_ROLE).state is State.FAILED
    assert of(found, "role", OTHER_ROLE).state is State.PASSED
    services.close()


def test_where_the_registry_replicates_to_is_looked_at(
    services: Services, sandbox: Sandbox, repository: Repository
) -> None:
    destination = {"region": worlds.OTHER_REGION, "registryId": worlds.ACCOUNT}
    settings = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).settings
    settings.replication = [{"destinations": [destination]}]
    other = worlds.add_repository(sandbox.world, NAME, region=worlds.OTHER_REGION)
    there = worlds.add_image(other, tags={"v1"}, content=b"there")
    check = of(asked(services), "copies")
    assert f"v1 is there: {there.digest}" in check.detail
    same = worlds.add_image(repository, tags={"v1"}, content=b"there")
    assert same.digest == there.digest
    assert [one.id for one in asked(services)].count("copies") == 0
