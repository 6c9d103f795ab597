"""The first screen: who we are and which registries there are, each failure its own row."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecrtui.errors import NotAllowed, SessionExpired, SignInError, Unreachable
from ecrtui.model.places import NOT_LOOKED_AT, RegionAccess, Registry, RegistryKind, RegistrySummary
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows import places
from ecrtui.workflows.scope import registries_in_scope
from ecrtui.workflows.services import Services
from tests import worlds
from tests.workflows.at_work import services_in


def rows(services: Services) -> dict[tuple[str, str, RegistryKind], RegistrySummary]:
    """The last word on each place."""
    found = {}
    for row in places.registries(services):
        found[row.registry.profile, row.registry.region, row.registry.kind] = row
    return found


def private(services: Services) -> dict[tuple[str, str], RegistrySummary]:
    return {
        (profile, region): row
        for (profile, region, kind), row in rows(services).items()
        if kind is RegistryKind.PRIVATE
    }


def test_every_region_and_the_public_registry_are_counted(
    busy_sandbox: Sandbox, tmp_path: Path
) -> None:
    found = rows(services_in(tmp_path))
    world = busy_sandbox.world
    for (profile, region, kind), row in found.items():
        if profile == "main" and kind is RegistryKind.PRIVATE:
            there = world.registries.get((worlds.ACCOUNT, region))
            assert row.repositories == (len(there.repositories) if there else 0), region
            assert row.complete
            assert row.registry.account == worlds.ACCOUNT
    assert found["main", "us-east-1", RegistryKind.PUBLIC].repositories == 0
    assert found["other", worlds.REGION, RegistryKind.PRIVATE].note == NOT_LOOKED_AT


def test_what_is_known_without_the_network_comes_first(
    services: Services, sandbox: Sandbox
) -> None:
    sandbox.faults.add("hang-up")
    first = next(iter(places.registries(services)))
    assert first.registry == Registry("main", worlds.REGION)


def test_the_accounts_alias_comes_by_the_way(services: Services, sandbox: Sandbox) -> None:
    sandbox.world.accounts[worlds.ACCOUNT].alias = "ours"
    sandbox.faults.add("stall", service="iam", seconds=0.3)
    found = list(places.registries(services))
    answered = [row.identity.alias for row in found if row.identity is not None]
    assert answered[0] == ""
    assert answered[-1] == "ours"
    last = {row.registry: row for row in found if row.registry.account}
    assert {row.identity.alias for row in last.values() if row.identity} == {"ours"}
    assert all(row.complete or row.problem for row in last.values() if row.identity)
    assert places.identity(services, "main").alias == "ours"


@pytest.mark.parametrize("action", ["deny", "unknown"])
def test_of_an_alias_one_may_not_ask_for_nothing_is_said(
    services: Services, sandbox: Sandbox, action: str
) -> None:
    sandbox.world.accounts[worlds.ACCOUNT].alias = "ours"
    sandbox.faults.add(action, service="iam")
    found = [row for row in places.registries(services) if row.identity is not None]
    assert {row.identity.alias for row in found if row.identity} == {""}
    assert not [row.problem for row in found if row.registry.region == worlds.REGION if row.problem]


def test_named_regions_alone_are_looked_at_unless_all_are_asked_for(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    regions = ("us-west-2", "eu-north-1")
    named = private(services_in(tmp_path, regions=regions))
    assert {region for profile, region in named if profile == "main"} == set(regions)
    everywhere = services_in(tmp_path, regions=regions, all_regions=True)
    everything = rows(everywhere)
    assert len([row for row in everything.values() if row.registry.profile == "main"]) > 10
    assert ("main", "us-east-1", RegistryKind.PUBLIC) in everything


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"AWS_REGION": "eu-north-1", "AWS_DEFAULT_REGION": "eu-west-3"}, "eu-north-1"),
        ({"AWS_DEFAULT_REGION": "eu-west-3"}, "eu-west-3"),
        ({}, "ap-south-1"),
    ],
)
def test_one_rule_for_the_region(
    sandbox: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    expected: str,
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    config = tmp_path / "config"
    config.write_text("[profile main]\nregion = ap-south-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    services = services_in(tmp_path)
    assert services.home().region == expected
    assert next(iter(places.registries(services))).registry.region == expected
    assert [place.region for place in registries_in_scope(services)] == [expected]
    assert services_in(tmp_path, regions=("us-west-1",)).home().region == "us-west-1"


def test_a_profile_without_a_region_starts_somewhere(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    (tmp_path / "config").write_text("[profile main]\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    assert services_in(tmp_path).home().region == "us-east-1"


def test_a_region_not_opted_in_to_is_no_sign_out(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.add("deny", service="account")
    found = private(services_in(tmp_path))
    lacking = {key: row for key, row in found.items() if row.access is RegionAccess.NOT_ENABLED}
    assert lacking
    assert all(row.note == "not enabled" for row in lacking.values())
    assert found["main", worlds.REGION].access is RegionAccess.ENABLED


def test_one_region_that_fails_spoils_no_other(services: Services, sandbox: Sandbox) -> None:
    sandbox.faults.add("deny", service="ecr", region="us-west-2")
    found = private(services)
    assert isinstance(found["main", "us-west-2"].problem, NotAllowed)
    assert found["main", worlds.REGION].complete


def test_a_profile_that_is_signed_out_spoils_no_other(sandbox: Sandbox, tmp_path: Path) -> None:
    services = services_in(tmp_path, profiles=("main", "other", "nobody"), regions=(worlds.REGION,))
    sandbox.faults.add("expire", account=worlds.ACCOUNT)
    found = private(services)
    assert isinstance(found["main", worlds.REGION].problem, SessionExpired)
    assert isinstance(found["nobody", worlds.REGION].problem, SignInError)
    assert found["other", worlds.REGION].complete


def test_a_key_nobody_knows_is_a_wrong_key(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_PROFILE")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIANOBODYKNOWSTHIS0")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    row = private(services_in(tmp_path))["", worlds.REGION]
    assert isinstance(row.problem, SignInError)
    assert "access key" in row.problem.hint


def test_an_endpoint_that_is_not_there(sandbox: Sandbox, tmp_path: Path) -> None:
    services = services_in(tmp_path, endpoint_url="http://127.0.0.1:9")
    row = private(services)["main", worlds.REGION]
    assert isinstance(row.problem, Unreachable)


def test_who_we_are(services: Services) -> None:
    who = places.identity(services, "other-visitor")
    assert (who.account, who.partition) == (worlds.OTHER_ACCOUNT, "aws")
    assert "assumed-role/visitor" in who.arn
