"""A credential that ecrtui keeps is an account like any other in the explorer."""

from __future__ import annotations

import pytest

from ecrtui.config import commands as kinds
from ecrtui.config.locations import Locations
from ecrtui.config.settings import Settings
from ecrtui.model.credentials import Credential
from ecrtui.render.sizes import account
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.credentials import at_hand as credentials
from ecrtui.workflows.services import Options, Services
from tests import worlds
from tests.keyrings import SecretService, secret_service
from tests.tui.explorer import opened

__all__ = ["secret_service"]


def keep(sandbox: Sandbox, name: str) -> None:
    (key,) = [key for key in sandbox.world.keys.values() if key.account == worlds.ACCOUNT]
    services = Services(Options(), Settings(), Locations.standard())
    credentials.add(services, Credential(name, key.id, key.secret, region=worlds.REGION))
    services.close()


async def test_it_opens_its_registries(
    sandbox: Sandbox, secret_service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret_service.start()
    worlds.add_repository(sandbox.world, "team/app")
    monkeypatch.delenv("AWS_PROFILE")
    keep(sandbox, "kept-one")
    async with opened("--profile", "kept-one", "--region", worlds.REGION) as person:
        await person.at(kinds.REGISTRIES)
        await person.sees("kept-one")
        await person.sees(account(worlds.ACCOUNT))
        await person.press("enter")
        await person.at(kinds.REPOSITORIES)
        await person.sees("team/app")


async def test_it_stands_among_the_others(sandbox: Sandbox, secret_service: SecretService) -> None:
    secret_service.start()
    keep(sandbox, "kept-one")
    async with opened("--region", worlds.REGION) as person:
        await person.at(kinds.REGISTRIES)
        await person.sees("kept-one")
        await person.sees("not looked at")


async def test_a_keyring_that_hangs_leaves_the_explorer_usable(
    sandbox: Sandbox, secret_service: SecretService
) -> None:
    secret_service.start()
    worlds.add_repository(sandbox.world, "team/app")
    keep(sandbox, "kept-one")
    secret_service.pause()
    profiles = ("--profile", "kept-one", "--profile", "main")
    async with opened(*profiles, "--region", worlds.REGION) as person:
        await person.sees(account(worlds.ACCOUNT))  # the other profile's answer is there
        await person.press("down", "enter")
        await person.at(kinds.REPOSITORIES)
        await person.sees("team/app")


async def test_a_locked_keyring_is_told_in_its_row(
    sandbox: Sandbox, secret_service: SecretService
) -> None:
    secret_service.start()
    keep(sandbox, "kept-one")
    secret_service.lock()
    async with opened("--profile", "kept-one", "--region", worlds.REGION) as person:
        await person.at(kinds.REGISTRIES)
        await person.sees("The keyring is locked")
