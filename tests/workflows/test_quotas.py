"""What may be had and what is used of it: counted over worlds, limits as they are told."""

from __future__ import annotations

import pytest

from ecrtui.errors import NotAllowed
from ecrtui.model.places import Registry
from ecrtui.model.quota import Known, Quota
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.services import Services
from ecrtui.workflows.settings import quotas
from ecrtui.workflows.settings.quotas import Quotas
from tests import worlds
from tests.workflows.at_work import here


def known(
    services: Services,
    registry: Registry | None = None,
    repository: str = "",
    *,
    count: bool = True,
) -> tuple[dict[str, Quota], Quotas]:
    """All there is to know."""
    found = list(quotas.quotas(services, registry or here(), repository, count_images=count))[-1]
    return {row.name: row for row in found.rows}, found


def test_a_registry_is_counted(services: Services, sandbox: Sandbox) -> None:
    for name, images in (("team/app", 3), ("team/base", 5), ("team/none", 0)):
        repository = worlds.add_repository(sandbox.world, name)
        for number in range(images):
            status = "ARCHIVED" if number == 1 else "ACTIVE"
            tags = {f"{number}-{tag}" for tag in range(number)}
            worlds.add_image(repository, content=bytes([number]), tags=tags, status=status)
    settings = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).settings
    there = [{"region": region, "registryId": worlds.ACCOUNT} for region in ("a-b", "c-d")]
    filters = [{"filter": text, "filterType": "PREFIX_MATCH"} for text in ("aa", "bb", "cc")]
    settings.replication = [
        {"destinations": there, "repositoryFilters": filters},
        {"destinations": there[:1]},
    ]
    rows, found = known(services)
    assert found.problems == ()
    used = {name: row.used for name, row in rows.items()}
    assert used == {
        quotas.REPOSITORIES: 3,
        quotas.IMAGES: 5,
        quotas.CACHES: 0,
        quotas.RULES: 2,
        quotas.DESTINATIONS: 2,
        quotas.FILTERS: 3,
        quotas.EXCLUSIONS: 0,
    }
    assert (rows[quotas.IMAGES].of, rows[quotas.IMAGES].complete) == ("team/base", True)
    assert rows[quotas.REPOSITORIES].known is Known.DEFAULT
    assert rows[quotas.EXCLUSIONS].known is Known.DOCUMENTED
    uncounted, _ = known(services, count=False)
    assert uncounted[quotas.IMAGES].used is None


def test_a_repository_is_counted(services: Services, sandbox: Sandbox) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    most = worlds.add_image(repository, tags={"a", "b", "c"}, content=b"a")
    worlds.add_image(repository, content=b"b")
    rows, _ = known(services, repository="team/app")
    assert {name: row.used for name, row in rows.items()} == {
        quotas.IMAGES: 2,
        quotas.TAGS: 3,
        quotas.LIFECYCLE: 0,
    }
    assert rows[quotas.TAGS].of == most.digest


def test_what_holds_here_comes_before_what_holds_everywhere(
    services: Services, sandbox: Sandbox
) -> None:
    repository = worlds.add_repository(sandbox.world, "team/app")
    for number in range(4):
        worlds.add_image(repository, content=bytes([number]))
    sandbox.world.quotas[worlds.ACCOUNT, worlds.REGION, quotas.IMAGES] = 5
    sandbox.world.quotas[worlds.ACCOUNT, worlds.OTHER_REGION, quotas.REPOSITORIES] = 1
    rows, _ = known(services)
    row = rows[quotas.IMAGES]
    assert (row.limit, row.known, row.near, row.adjustable) == (5, Known.APPLIED, True, True)
    assert not rows[quotas.REPOSITORIES].near


@pytest.mark.parametrize(
    ("operation", "uncounted"),
    [
        ("ListServiceQuotas", set()),
        ("DescribeRegistry", {quotas.RULES, quotas.DESTINATIONS, quotas.FILTERS}),
        ("DescribePullThroughCacheRules", {quotas.CACHES}),
        ("ListPullTimeUpdateExclusions", {quotas.EXCLUSIONS}),
    ],
)
def test_what_is_denied_is_told_and_the_rest_is_counted(
    services: Services, sandbox: Sandbox, operation: str, uncounted: set[str]
) -> None:
    worlds.add_repository(sandbox.world, "team/app")
    sandbox.faults.add("deny", operation=operation)
    rows, found = known(services)
    (problem,) = found.problems
    assert isinstance(problem, NotAllowed)
    assert operation in problem.sentence
    assert {name for name, row in rows.items() if row.used is None} == uncounted


def test_limits_nobody_tells_are_those_of_the_guide(services: Services, sandbox: Sandbox) -> None:
    for operation in ("ListServiceQuotas", "ListAWSDefaultServiceQuotas"):
        sandbox.faults.add("deny", operation=operation)
    rows, found = known(services)
    assert len(found.problems) == 2
    assert {row.known for row in rows.values()} == {Known.DOCUMENTED}


def test_a_repository_that_may_not_be_looked_at_leaves_a_lower_bound(
    services: Services, sandbox: Sandbox
) -> None:
    worlds.add_image(worlds.add_repository(sandbox.world, "team/app"), tags={"v1"})
    sandbox.faults.add("deny", operation="ListImages")
    rows, found = known(services)
    assert not rows[quotas.IMAGES].complete
    assert found.problems


def test_the_public_registry_has_its_own(services: Services, sandbox: Sandbox) -> None:
    mine = sandbox.world.public.open(worlds.ACCOUNT, "mine")
    worlds.add_image(mine.create("tool", sandbox.world.clock.start), tags={"v1", "v2"})
    rows, _ = known(services, services.public("main"))
    assert {name: row.used for name, row in rows.items()} == {
        quotas.REPOSITORIES: 1,
        quotas.IMAGES: 1,
    }
