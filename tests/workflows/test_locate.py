"""From what was typed to a place: hosts, accounts, aliases, and what may be asked on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecrtui.errors import NotAllowed, NotFound, UsageError
from ecrtui.model.places import Outside, Registry, RegistryKind
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.locate import locate
from ecrtui.workflows.services import Services
from tests import worlds
from tests.workflows.at_work import here, services_in

ECR = f"{worlds.ACCOUNT}.dkr.ecr.us-west-2.amazonaws.com/team/app:v1"
OTHERS = ECR.replace(worlds.ACCOUNT, worlds.OTHER_ACCOUNT)


def no_network(sandbox: Sandbox) -> None:
    sandbox.faults.add("hang-up")


def test_a_bare_name_belongs_where_one_stands(services: Services, sandbox: Sandbox) -> None:
    no_network(sandbox)
    assert locate(services, "team/app:v1").registry == services.home()
    there = Registry("other", "us-west-2")
    target = locate(services, "team/app@sha256:" + "0" * 64, here=there)
    assert (target.registry, target.repository) == (there, "team/app")
    assert target.image_id.image_digest == "sha256:" + "0" * 64


def test_an_uri_names_its_account_and_region(services: Services, sandbox: Sandbox) -> None:
    no_network(sandbox)
    target = locate(services, ECR)
    assert target.registry == Registry("main", "us-west-2", worlds.ACCOUNT)
    arn = f"arn:aws:ecr:us-west-2:{worlds.ACCOUNT}:repository/team/app"
    assert locate(services, arn).registry == target.registry


def test_of_several_profiles_the_one_of_that_account(sandbox: Sandbox, tmp_path: Path) -> None:
    services = services_in(tmp_path, profiles=("main", "other"))
    assert locate(services, ECR).registry.profile == "main"
    assert locate(services, OTHERS).registry.profile == "other"
    stranger = ECR.replace(worlds.ACCOUNT, "999999999999")
    assert locate(services, stranger).registry.profile == "main"


def test_a_profile_that_cannot_tell_is_passed_over(sandbox: Sandbox, tmp_path: Path) -> None:
    services = services_in(tmp_path, profiles=("main", "nobody", "other"))
    sandbox.faults.add("deny", operation="GetCallerIdentity", account=worlds.ACCOUNT)
    assert locate(services, OTHERS).registry.profile == "other"


def test_the_place_one_stands_in_is_asked_first(services: Services, sandbox: Sandbox) -> None:
    no_network(sandbox)
    there = Registry("other", "us-west-2", worlds.OTHER_ACCOUNT)
    assert locate(services, OTHERS, here=there).registry == there


def uri_of(sandbox: Sandbox, account: str, region: str) -> str:
    host = sandbox.world.registry(account, region).host
    return f"{host}/team/app:v1"


def test_a_local_host_is_looked_for_everywhere(sandbox: Sandbox, tmp_path: Path) -> None:
    for account, region in (
        (worlds.ACCOUNT, worlds.OTHER_REGION),
        (worlds.OTHER_ACCOUNT, worlds.REGION),
    ):
        worlds.add_repository(sandbox.world, "team/app", account=account, region=region)
    regions = (worlds.REGION, worlds.OTHER_REGION)
    services = services_in(tmp_path, profiles=("main", "other"), regions=regions)
    # The first place refuses, which hides nothing of the others.
    sandbox.faults.add("deny", account=worlds.ACCOUNT, region=worlds.REGION)
    first = locate(services, uri_of(sandbox, worlds.ACCOUNT, worlds.OTHER_REGION))
    assert (first.registry.profile, first.registry.region) == ("main", worlds.OTHER_REGION)
    second = locate(services, uri_of(sandbox, worlds.OTHER_ACCOUNT, worlds.REGION))
    assert (second.registry.profile, second.registry.region) == ("other", worlds.REGION)


def test_where_none_is_found_a_refusal_is_told_rather(services: Services, sandbox: Sandbox) -> None:
    uri = uri_of(sandbox, worlds.ACCOUNT, worlds.REGION)
    with pytest.raises(NotFound, match="No registry at hand"):
        locate(services, uri)
    sandbox.faults.add("deny", operation="DescribeRepositories")
    with pytest.raises(NotAllowed, match="DescribeRepositories"):
        locate(services, uri)


def test_an_endpoint_without_public_registries_is_no_failure(
    services: Services, sandbox: Sandbox
) -> None:
    sandbox.faults.add("unknown", service="ecr-public")
    with pytest.raises(NotFound):
        locate(services, uri_of(sandbox, worlds.ACCOUNT, worlds.REGION))


@pytest.fixture
def public(sandbox: Sandbox) -> Sandbox:
    registry = sandbox.world.public.open(worlds.ACCOUNT, "mine")
    registry.create("team/app", sandbox.world.clock.start)
    return sandbox


def test_a_public_alias_of_ones_own(services: Services, public: Sandbox) -> None:
    target = locate(services, "public.ecr.aws/mine/team/app:v1")
    assert (target.registry.profile, target.repository) == ("main", "team/app")
    assert target.registry.kind is RegistryKind.PUBLIC
    by_uri = locate(services, f"{public.world.public.host}/mine/team/app:v1")
    assert by_uri == target


def test_anothers_alias_is_never_taken_for_ones_own(services: Services, public: Sandbox) -> None:
    with pytest.raises(NotFound, match="called theirs"):
        locate(services, "public.ecr.aws/theirs/team/app:v1")
    public.faults.add("deny", operation="DescribeRegistries")
    with pytest.raises(NotAllowed):
        locate(services, "public.ecr.aws/mine/team/app:v1")


def test_the_alias_of_any_profile_in_use(public: Sandbox, tmp_path: Path) -> None:
    public.world.public.open(worlds.OTHER_ACCOUNT, "theirs")
    services = services_in(tmp_path, profiles=("main", "other"))
    target = locate(services, "public.ecr.aws/theirs/team/app")
    assert target.registry.profile == "other"


@pytest.mark.parametrize(
    "text",
    [
        "docker://registry.example/team/app:v1",
        "docker-daemon:registry.example/app@sha256:" + "0" * 64,
        "oci:folder",
        "oci-archive:folder/file.tar:v1",
        "docker-archive:/file.tar",
    ],
)
def test_places_outside_ecr(services: Services, sandbox: Sandbox, text: str) -> None:
    no_network(sandbox)
    target = locate(services, text, here=here())
    assert isinstance(target.home, Outside)
    assert str(target) == text
    with pytest.raises(UsageError, match="not in ECR"):
        _ = target.registry


def test_a_public_repository_has_an_alias(services: Services) -> None:
    with pytest.raises(UsageError):
        locate(services, "public.ecr.aws/x")
