"""Which registries take a blob from another of their repositories."""

from __future__ import annotations

import pytest

from ecrtui.model.places import Home, Outside, Registry, RegistryKind
from ecrtui.model.reference import Transport
from ecrtui.model.repository import NewRepository
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.moving.mounting import may_mount, same_registry
from ecrtui.workflows.services import Services
from tests import worlds
from tests.workflows.at_work import here

ELSEWHERE = Registry("main", worlds.OTHER_REGION)
HUB = Outside(Transport.DOCKER, "docker.io")


@pytest.fixture
def mounting(sandbox: Sandbox) -> Sandbox:
    """An account that allows it, and two repositories that are encrypted alike."""
    for name in ("team/base", "team/app"):
        worlds.add_repository(sandbox.world, name)
    settings = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).settings
    settings.account_settings["BLOB_MOUNTING"] = "ENABLED"
    return sandbox


def asked(services: Services, target: Home | None = None, name: str = "team/app") -> bool:
    return may_mount(services, (here(), "team/base"), (target or here(), name))


def test_where_the_account_allows_it(services: Services, mounting: Sandbox) -> None:
    assert asked(services)
    assert not asked(services, name="team/base")
    registry = mounting.world.registry(worlds.ACCOUNT, worlds.REGION)
    registry.settings.account_settings["BLOB_MOUNTING"] = "DISABLED"
    assert not asked(services)


def test_another_encryption_and_what_is_not_there(services: Services, mounting: Sandbox) -> None:
    registry = mounting.world.registry(worlds.ACCOUNT, worlds.REGION)
    registry.repositories["team/base"].encryption = {"encryptionType": "KMS", "kmsKey": "a/key"}
    assert not asked(services)
    assert not asked(services, name="no/such")


def test_a_repository_that_is_to_be_made_is_asked_as_it_will_be(
    services: Services, mounting: Sandbox
) -> None:
    def made(**settings: str) -> bool:
        new = NewRepository(name="no/such", **settings)  # type: ignore[arg-type]
        return may_mount(services, (here(), "team/base"), (here(), "no/such"), new)

    assert made()
    assert made(encryption="AES256")
    assert not made(encryption="KMS")
    registry = mounting.world.registry(worlds.ACCOUNT, worlds.REGION)
    registry.repositories["team/base"].encryption = {"encryptionType": "KMS", "kmsKey": "a/key"}
    assert not made()
    assert not made(encryption="KMS", kms_key="another")
    assert made(encryption="KMS", kms_key="a/key")


@pytest.mark.parametrize("operation", ["GetAccountSetting", "DescribeRepositories"])
@pytest.mark.parametrize("action", ["deny", "unknown", "status"])
def test_what_cannot_be_asked_is_no(
    services: Services, mounting: Sandbox, operation: str, action: str
) -> None:
    mounting.faults.add(action, operation=operation)
    assert not asked(services)


def test_only_within_one_registry(services: Services, mounting: Sandbox) -> None:
    assert not asked(services, ELSEWHERE)
    assert not asked(services, Registry("other", worlds.REGION))
    assert not asked(services, HUB)
    public = Registry("main", worlds.REGION, kind=RegistryKind.PUBLIC)
    assert not may_mount(services, (public, "a"), (public, "b"))
    assert may_mount(services, (HUB, "a"), (HUB, "b"))
    folder = Outside(Transport.OCI, "folder")
    assert not may_mount(services, (folder, "a"), (folder, "b"))


def test_one_registry_by_two_profiles() -> None:
    one = Registry("main", worlds.REGION, worlds.ACCOUNT)
    assert same_registry(one, Registry("another", worlds.REGION, worlds.ACCOUNT))
    assert not same_registry(one, Registry("main", worlds.REGION, worlds.OTHER_ACCOUNT))
    assert same_registry(one, Registry("main", worlds.REGION))
