"""What uses a repository's images, asked of a sandbox: by digest, in every place and account."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import msgspec
import pytest

from ecrtui.model.usage import Standing, Usage, UseKind
from ecrtui.sandbox.control.dispatch import Control
from ecrtui.sandbox.server import Sandbox
from ecrtui.sandbox.wire import Request, Response
from ecrtui.workflows import browse, usage
from ecrtui.workflows.fan_out import AT_ONCE
from ecrtui.workflows.services import Services
from tests import worlds
from tests.workflows.at_work import here, services_in

OCI_NAME = "team/app"


@pytest.fixture
def services(sandbox: Sandbox, tmp_path: Path) -> Services:
    """Both accounts, in both regions."""
    return services_in(
        tmp_path, profiles=("main", "other"), regions=(worlds.REGION, worlds.OTHER_REGION)
    )


def seen(services: Services, name: str = OCI_NAME) -> Usage:
    return usage.looked(services, here(), name)


def standing(services: Services, name: str = OCI_NAME) -> dict[str, Standing]:
    """By tag, or by the start of the digest."""
    images = [row for page in browse.images(services, here(), name) for row in page.items]
    found = usage.standings(services, seen(services, name), images)
    return {
        (*row.image_tags, row.image_digest)[0]: found[row.image_digest].standing for row in images
    }


def test_a_service_runs_its_image(sandbox: Sandbox, services: Services) -> None:
    repository = worlds.add_repository(sandbox.world, OCI_NAME)
    worlds.add_image(repository, tags={"v1"}, content=b"1")
    worlds.add_image(repository, tags={"v2"}, content=b"2")
    worlds.add_service(sandbox.world, worlds.uri(repository, "v1"), name="web", count=3)
    found = seen(services)
    assert not found.unknown
    (service,) = [use for use in found.uses if use.kind is UseKind.ECS_SERVICE]
    assert (service.name, service.where, service.running) == ("web", "main", 3)
    assert (service.account, service.region) == (worlds.ACCOUNT, worlds.REGION)
    assert service.since
    assert service.arn.endswith(":service/main/web")
    assert service.link.startswith(f"https://{worlds.REGION}.console.aws.amazon.com/ecs/")
    (definition,) = [use for use in found.uses if use.kind is UseKind.TASK_DEFINITION]
    assert definition.name == "web:1"
    assert not definition.running
    assert standing(services) == {"v1": Standing.RUNNING, "v2": Standing.NOT_SEEN}


def test_a_tag_that_moved_leaves_the_service_behind(sandbox: Sandbox, services: Services) -> None:
    repository = worlds.add_repository(sandbox.world, OCI_NAME)
    old = worlds.add_image(repository, tags={"old"}, content=b"1")
    worlds.add_image(repository, tags={"live"}, content=b"2")
    worlds.add_service(sandbox.world, worlds.uri(repository, "live"), digest=old.digest, count=2)
    assert standing(services) == {"old": Standing.BEHIND, "live": Standing.REFERENCED}


def test_images_of_other_repositories_regions_and_accounts_are_others(
    sandbox: Sandbox, services: Services
) -> None:
    world = sandbox.world
    worlds.add_image(worlds.add_repository(world, OCI_NAME), tags={"v1"})
    for name, account, region in (
        ("team/app2", worlds.ACCOUNT, worlds.REGION),
        ("team", worlds.ACCOUNT, worlds.REGION),
        (OCI_NAME, worlds.ACCOUNT, worlds.OTHER_REGION),
        (OCI_NAME, worlds.OTHER_ACCOUNT, worlds.REGION),
    ):
        other = worlds.add_repository(world, name, account=account, region=region)
        worlds.add_image(other, tags={"v1"})
        worlds.add_service(world, worlds.uri(other, "v1"), account=account, region=region)
    assert seen(services).uses == ()


def test_it_is_found_in_every_region_and_account_at_hand(
    sandbox: Sandbox, services: Services
) -> None:
    world = sandbox.world
    repository = worlds.add_repository(world, OCI_NAME)
    image = worlds.add_image(repository, tags={"v1"})
    repository.policy = None
    places = [
        {"account": account, "region": region}
        for account in (worlds.ACCOUNT, worlds.OTHER_ACCOUNT)
        for region in (worlds.REGION, worlds.OTHER_REGION)
    ]
    for place in places:
        worlds.add_definition(world, worlds.uri(repository, "v1"), "job", **place)
    found = seen(services)
    assert {(use.account, use.region) for use in found.uses} == {
        (place["account"], place["region"]) for place in places
    }
    assert len(found.uses) == len(places), image


def test_regions_that_nobody_named_are_looked_at(sandbox: Sandbox, tmp_path: Path) -> None:
    """`--region` names where the repository is: a service elsewhere may run its images."""
    services = services_in(tmp_path, profiles=("main",), regions=(worlds.REGION,))
    repository = worlds.add_repository(sandbox.world, OCI_NAME)
    worlds.add_image(repository, tags={"v1"})
    worlds.add_service(
        sandbox.world, worlds.uri(repository, "v1"), region=worlds.OTHER_REGION, name="web"
    )
    assert standing(services) == {"v1": Standing.RUNNING}


def test_what_may_not_be_read_is_unknown(sandbox: Sandbox, services: Services) -> None:
    repository = worlds.add_repository(sandbox.world, OCI_NAME)
    worlds.add_image(repository, tags={"v1"})
    sandbox.faults.add("deny", service="lambda", operation="ListFunctions")
    found = seen(services)
    assert {one.what for one in found.unknown} == {"Lambda"}
    assert all(one.denied and "ListFunctions" in one.why for one in found.unknown)
    assert standing(services) == {"v1": Standing.UNKNOWN}


def test_an_account_without_a_profile_at_hand_is_unknown(sandbox: Sandbox, tmp_path: Path) -> None:
    repository = worlds.add_repository(sandbox.world, OCI_NAME)
    worlds.add_image(repository, tags={"v1"})
    services = services_in(tmp_path, profiles=("other",), regions=(worlds.REGION,))
    registry = msgspec.structs.replace(here(), profile="other", account=worlds.ACCOUNT)
    sandbox.world.registry(worlds.ACCOUNT, worlds.REGION)
    repository.policy = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:*"}]}'
    )
    found = usage.looked(services, registry, OCI_NAME)
    assert [one.account for one in found.unknown] == ["", worlds.ACCOUNT]


@pytest.mark.parametrize(
    ("principal", "what"),
    [
        ("*", "other accounts"),
        ({"AWS": "*"}, "other accounts"),
        ({"AWS": "arn:aws:iam::999900001111:root"}, "account 999900001111"),
        ({"AWS": ["999900001111", worlds.OTHER_ACCOUNT]}, "account 999900001111"),
        ({"AWS": "arn:aws:iam::999900001111:role/ecs"}, "account 999900001111"),
        ({"AWS": [worlds.ACCOUNT, f"arn:aws:iam::{worlds.OTHER_ACCOUNT}:root"]}, ""),
        ({"Service": "codebuild.amazonaws.com"}, ""),
    ],
)
@pytest.mark.parametrize("whole", [False, True])
def test_accounts_that_may_pull_and_are_not_at_hand_are_unknown(
    sandbox: Sandbox, services: Services, principal: object, what: str, *, whole: bool
) -> None:
    repository = worlds.add_repository(sandbox.world, OCI_NAME)
    worlds.add_image(repository, tags={"v1"})
    allow = {"Effect": "Allow", "Principal": principal, "Action": ["ecr:Batch*"], "Sid": "a"}
    push = {**allow, "Action": "ecr:PutImage", "Principal": "*"}
    deny = {**allow, "Effect": "Deny", "Principal": {"AWS": "888800001111"}}
    statements = [push, allow, deny]
    if whole:
        registry = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION)
        statements = [{**one, "Resource": "*"} for one in statements]
        registry.settings.policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    else:
        repository.policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    assert [one.what for one in seen(services).unknown] == ([what] if what else [])
    expected = Standing.UNKNOWN if what else Standing.NOT_SEEN
    assert standing(services) == {"v1": expected}


def test_a_policy_that_may_not_be_read_is_unknown(sandbox: Sandbox, services: Services) -> None:
    worlds.add_image(worlds.add_repository(sandbox.world, OCI_NAME), tags={"v1"})
    sandbox.faults.add("deny", operation="GetRepositoryPolicy")
    (told,) = seen(services).unknown
    assert (told.what, told.denied) == ("other accounts", True)


def test_a_service_without_tasks_keeps_to_its_digest(sandbox: Sandbox, services: Services) -> None:
    repository = worlds.add_repository(sandbox.world, OCI_NAME)
    old = worlds.add_image(repository, tags={"old"}, content=b"1")
    worlds.add_image(repository, tags={"live"}, content=b"2")
    service = worlds.add_service(
        sandbox.world, worlds.uri(repository, "live"), digest=old.digest, count=0
    )
    service.deployments[0].digests["app"] = old.digest
    assert standing(services) == {"old": Standing.REFERENCED, "live": Standing.REFERENCED}


def test_functions_by_what_they_resolved_to(sandbox: Sandbox, services: Services) -> None:
    repository = worlds.add_repository(sandbox.world, OCI_NAME)
    old = worlds.add_image(repository, tags={"old"}, content=b"1")
    new = worlds.add_image(repository, tags={"live"}, content=b"2")
    worlds.add_image(repository, tags={"next"}, content=b"3")
    ref = worlds.uri(repository, "live")
    function = worlds.add_function(sandbox.world, ref, digest=new.digest, name="resize")
    worlds.add_function(sandbox.world, "", digest="", name="zipped")
    before = function.code
    function.versions = {"1": type(before)(ref, old.digest, before.modified), "2": before}
    function.aliases = {"prod": "1"}
    found = seen(services)
    assert {(use.name, use.digest, use.running) for use in found.uses} == {
        ("resize", new.digest, 1),
        ("resize:prod", old.digest, 1),
        ("resize:2", new.digest, 0),
    }
    assert standing(services) == {
        "old": Standing.BEHIND,
        "live": Standing.RUNNING,
        "next": Standing.NOT_SEEN,
    }


def test_answers_serve_for_a_while(sandbox: Sandbox, services: Services) -> None:
    repository = worlds.add_repository(sandbox.world, OCI_NAME)
    worlds.add_image(repository, tags={"v1"})
    assert seen(services).uses == ()
    worlds.add_service(sandbox.world, worlds.uri(repository, "v1"))
    assert seen(services).uses == ()
    usage.forget(services)
    assert seen(services).uses


def test_clusters_of_eks_are_unknown_unless_inspector_tells(
    sandbox: Sandbox, services: Services
) -> None:
    repository = worlds.add_repository(sandbox.world, OCI_NAME)
    image = worlds.add_image(repository, tags={"v1"}, content=b"1")
    worlds.add_image(repository, tags={"v2"}, content=b"2")
    worlds.add_pods(sandbox.world, repository, image.digest, cluster="k8s", running=4)
    assert standing(services) == {"v1": Standing.UNKNOWN, "v2": Standing.UNKNOWN}
    assert [one.what for one in seen(services).unknown] == ["EKS cluster k8s"]
    told = msgspec.structs.replace(services.settings, ignored_clusters=("k8s",))
    services.settings, before = told, services.settings
    assert standing(services) == {"v1": Standing.NOT_SEEN, "v2": Standing.NOT_SEEN}
    services.settings = before
    worlds.enhance(sandbox.world, repository, image)
    found = seen(services)
    assert not found.unknown
    (use,) = found.uses
    assert (use.kind, use.digest, use.running) == (UseKind.CLUSTER, image.digest, 4)
    assert standing(services) == {"v1": Standing.RUNNING, "v2": Standing.NOT_SEEN}


def test_inspector_tells_nothing_of_a_repository_that_it_does_not_scan(
    sandbox: Sandbox, services: Services
) -> None:
    repository = worlds.add_repository(sandbox.world, OCI_NAME)
    image = worlds.add_image(repository, tags={"v1"}, content=b"1")
    other = worlds.add_repository(sandbox.world, "other/app")
    worlds.add_pods(sandbox.world, other, image.digest, cluster="k8s")
    worlds.enhance(sandbox.world, repository, image)
    (rule,) = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).settings.scanning["rules"]
    rule["repositoryFilters"] = [{"filter": "other/*", "filterType": "WILDCARD"}]
    (told,) = seen(services).unknown
    assert told.what == "EKS cluster k8s"
    assert standing(services) == {"v1": Standing.UNKNOWN}


def test_a_name_that_several_clusters_have_answers_for_none_of_them(
    sandbox: Sandbox, services: Services
) -> None:
    for region in (worlds.REGION, worlds.OTHER_REGION):
        repository = worlds.add_repository(sandbox.world, OCI_NAME, region=region)
        image = worlds.add_image(repository, tags={"v1"}, content=b"1")
        worlds.add_pods(sandbox.world, repository, image.digest, cluster="k8s")
    told = usage.Found(looked="Kubernetes in k8s")
    found = usage.looked(services, here(), OCI_NAME, [told])
    assert [one.region for one in found.unknown] == [worlds.REGION, worlds.OTHER_REGION]
    arn = f"arn:aws:eks:{worlds.REGION}:{worlds.ACCOUNT}:cluster/k8s"
    found = usage.looked(services, here(), OCI_NAME, [usage.Found(looked=f"Kubernetes in {arn}")])
    assert [one.region for one in found.unknown] == [worlds.OTHER_REGION]


class Counted:
    """The sandbox's calls as they come: how many, and how many at once at most."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls = 0
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()
        handle = Control.handle

        def counted(control: Control, request: Request) -> Response:
            with self._lock:
                self.calls += 1
                self._now += 1
                self.most = max(self.most, self._now)
            try:
                return handle(control, request)
            finally:
                with self._lock:
                    self._now -= 1

        monkeypatch.setattr(Control, "handle", counted)


def test_a_look_asks_each_place_once_for_all_repositories_and_few_at_once(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (OCI_NAME, "team/other"):
        repository = worlds.add_repository(sandbox.world, name)
        worlds.add_image(repository, tags={"v1"})
    worlds.add_service(sandbox.world, worlds.uri(repository, "v1"))
    services = services_in(tmp_path, profiles=("main",))  # every region the account has
    counted = Counted(monkeypatch)
    found = seen(services)
    regions = {one.rpartition(" ")[2] for one in found.looked}
    assert len(regions) > 10
    assert counted.calls <= 12 * len(regions)
    assert counted.most <= AT_ONCE
    before = counted.calls
    assert seen(services, "team/other").uses
    assert counted.calls - before <= 5  # whose it is, which regions, the repository, Inspector
