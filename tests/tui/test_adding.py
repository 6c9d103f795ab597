"""Credentials are added and edited where one stands, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ecrtui.config import commands as kinds
from ecrtui.errors import VaultLocked
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.forms.credential import CredentialForm
from ecrtui.tui.forms.vault_place import VaultPlaceForm
from ecrtui.tui.screens.confirm import AskScreen
from ecrtui.tui.screens.picker import Picker
from ecrtui.workflows.credentials import at_hand, registry_logins, vaults
from tests import worlds
from tests.keyrings import SecretService, secret_service
from tests.tui.credential_forms import (
    add,
    at_credentials,
    exported,
    in_form,
    key_of,
    paste,
    row_of,
    stand_on,
)
from tests.tui.explorer import Person, opened

__all__ = ["secret_service"]

PASSPHRASE = "four random words, say"


@asynccontextmanager
async def somebody(sandbox: Sandbox, *, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Person]:
    worlds.add_repository(sandbox.world, "team/app")
    async with opened("--region", worlds.REGION, size=size) as person:
        await person.at(kinds.REGISTRIES)
        await at_credentials(person)
        yield person


async def in_trouble(person: Person, title: str) -> None:
    await person.until(lambda: isinstance(person.app.screen, AskScreen), "a dialog")
    await person.sees(title)


def kept_names(person: Person) -> set[str]:
    return {one.name for one in person.session.services.vault.kept()}


async def test_a_wrong_key_is_told_and_put_right_where_one_stands(
    sandbox: Sandbox, secret_service: SecretService
) -> None:
    secret_service.start()
    key = key_of(sandbox)
    async with somebody(sandbox) as person:
        form = await in_form(person, "a")
        await person.press("tab")
        await person.type("AKIA1234567890123456")
        await person.press("tab", *"wrong", "tab", "tab")
        await person.type("mine")
        await person.press("enter")
        await person.sees("mine is kept in the keyring")
        await person.sees("But STS")
        assert "wrong" not in person.text
        await person.press("up", "up", "ctrl+u")
        await person.sees("keep it")
        await paste(person, f"  {key.secret}\n")
        await person.press("up", *["backspace"] * 20, *key.id, "enter")
        await person.sees("STS says")
        await person.sees("It may read ECR")
        assert key.secret not in person.text
        await person.sees("close")
        await person.press("enter")
        await person.at(kinds.CREDENTIALS)
        assert not any(field.value for field in form.fields if field.called in ("secret", "token"))
        found = at_hand.kept(person.session.services).credential("mine")
        assert found.secret_access_key == key.secret


async def test_the_length_of_a_secret_is_not_told(
    sandbox: Sandbox, secret_service: SecretService
) -> None:
    secret_service.start()
    async with somebody(sandbox) as person:
        await in_form(person, "a")
        await person.press("tab", "tab", "x")
        one = person.text
        await person.press(*"y" * 30)
        assert person.text == one
        await person.press("ctrl+u")
        assert person.text != one


async def test_a_name_that_is_taken_loses_nothing(
    sandbox: Sandbox, secret_service: SecretService
) -> None:
    secret_service.start()
    async with somebody(sandbox) as person:
        await add(person, sandbox, "mine")
        await person.press("enter")
        await person.at(kinds.CREDENTIALS)
        await in_form(person, "a")
        await paste(person, exported(key_of(sandbox, worlds.OTHER_ACCOUNT)))
        await person.type("mine")
        await person.press("enter")
        await person.sees("That name is taken")
        await person.press("2", "enter")
        await person.sees("STS says")
        await person.press("escape")
        assert kept_names(person) == {"mine", "mine2"}


async def test_what_another_profile_of_its_name_hides_is_not_tested(
    sandbox: Sandbox, secret_service: SecretService
) -> None:
    secret_service.start()
    async with somebody(sandbox) as person:
        await in_form(person, "a")
        await paste(person, exported(key_of(sandbox)))
        await person.type("other")  # a profile of another account in AWS's files
        await person.press("enter")
        await person.sees("goes first: to use this")
        await person.sees("close")
        assert "STS says" not in person.text
        await person.press("2", "enter")  # not a second one: it is the same key
        await person.sees("STS says")
        assert kept_names(person) == {"other2"}


async def test_a_role_and_its_source(sandbox: Sandbox, secret_service: SecretService) -> None:
    secret_service.start()
    (arn,) = sandbox.world.roles
    async with somebody(sandbox) as person:
        await in_form(person, "a")
        await person.press("right", "tab")
        await person.type(arn)
        await person.press("tab", "space")
        await person.choose("other")
        await person.press("tab", "tab", "tab")
        await person.type("visit")
        await person.press("enter")
        await person.sees("STS says")
        await person.press("enter")
        await person.at(kinds.CREDENTIALS)
        found = at_hand.kept(person.session.services).credential("visit")
        assert (found.role_arn, found.source) == (arn, "other")


async def test_a_role_is_pasted_as_a_file_has_it(
    sandbox: Sandbox, secret_service: SecretService
) -> None:
    secret_service.start()
    (arn,) = sandbox.world.roles
    text = f"[profile visit]\nrole_arn = {arn}\nsource_profile = visit\nexternal_id = e-1\n"
    async with somebody(sandbox) as person:
        await in_form(person, "a")
        await paste(person, text)
        for told in (arn, "visit", "e-1"):
            assert told in person.text
        await person.press("enter")
        await person.sees("in a circle")
        assert kept_names(person) == set()


async def test_a_login_of_another_registry(sandbox: Sandbox, secret_service: SecretService) -> None:
    secret_service.start()
    async with somebody(sandbox) as person:
        await in_form(person, "a")
        await person.press("left", "tab")
        await person.type("registry.example.com:5000")
        await person.press("tab", *"me", "tab")
        await paste(person, "my pass word")
        await person.press("enter")
        await person.sees("registry.example.com:5000 is kept")
        assert "pass word" not in person.text
        await person.press("enter")
        login = registry_logins.get(person.session.services, "registry.example.com:5000")
        assert (login.user, login.password) == ("me", "my pass word")


async def test_ecr_needs_no_login(sandbox: Sandbox, secret_service: SecretService) -> None:
    secret_service.start()
    async with somebody(sandbox) as person:
        await in_form(person, "a")
        await person.press("left", "tab")
        await person.type("111122223333.dkr.ecr.eu-west-1.amazonaws.com")
        await person.press("tab", "m", "tab", "x", "enter")
        await person.sees("ECR needs no login")


async def test_a_locked_keyring_has_its_words_and_a_way_on(
    sandbox: Sandbox, secret_service: SecretService
) -> None:
    secret_service.start()
    async with somebody(sandbox) as person:
        await add(person, sandbox, "first")
        await person.press("enter")
        await person.at(kinds.CREDENTIALS)
        secret_service.lock()
        form = await in_form(person, "a")
        await paste(person, exported(key_of(sandbox)))
        await person.type("mine")
        await person.press("enter")
        await in_trouble(person, VaultLocked.title)
        await person.press("escape")
        assert person.app.screen is form
        secret_service.kill()
        secret_service.start()
        await person.press("enter")
        await person.sees("STS says")
        await person.press("enter")
        assert kept_names(person) == {"first", "mine"}


async def test_editing_waits_for_a_locked_keyring(
    sandbox: Sandbox, secret_service: SecretService
) -> None:
    secret_service.start()
    async with somebody(sandbox) as person:
        await add(person, sandbox, "mine")
        await person.press("enter")
        await person.until(lambda: row_of("mine") in person.rows, "its row")
        await stand_on(person, row_of("mine"))
        secret_service.lock()
        await person.press("e")
        await in_trouble(person, VaultLocked.title)
        secret_service.kill()
        secret_service.start()
        await person.press("right", "enter")
        await person.sees("Edit mine")
        await person.sees(key_of(sandbox).id)
        await person.press("tab", "x", "enter")  # another secret, of the same key
        await person.sees("STS says")
        kept = at_hand.kept(person.session.services).credential("mine")
        assert (kept.access_key_id, kept.secret_access_key) == (key_of(sandbox).id, "x")


async def test_a_keyring_killed_half_way_loses_nothing(
    sandbox: Sandbox, secret_service: SecretService
) -> None:
    secret_service.start()
    async with somebody(sandbox) as person:
        form = await in_form(person, "a")
        await paste(person, exported(key_of(sandbox)))
        await person.type("mine")
        secret_service.pause()  # it hangs while the form is keeping
        await person.press("enter")
        await person.sees("a dialog may be open")
        secret_service.kill()
        await in_trouble(person, "The keyring")
        await person.press("escape")
        assert person.app.screen is form
        assert (form.values["name"], form.values["secret"]) == ("mine", key_of(sandbox).secret)
        secret_service.start()
        await person.press("enter")
        await person.sees("STS says")
        assert kept_names(person) == {"mine"}


async def test_without_a_keyring_a_file_is_chosen_on_the_way(
    sandbox: Sandbox, secret_service: SecretService, home: Path
) -> None:
    secret_service.start_bus()
    async with somebody(sandbox) as person:
        form = await in_form(person, "a")
        await paste(person, exported(key_of(sandbox)))
        await person.type("mine")
        await person.press("enter")
        await in_trouble(person, "No keyring is here")
        assert "an encrypted file" in person.text
        assert "ecrtui credentials" not in person.text
        await person.press("right", "right", "enter")
        await person.until(lambda: isinstance(person.app.screen, VaultPlaceForm), "the form")
        await person.sees("Once more")
        for passphrase, again, told in (
            ("short", "short", "shorter than"),
            (PASSPHRASE, PASSPHRASE + "?", "must be the same"),
        ):
            await person.press("tab", "ctrl+u", *passphrase, "tab", "ctrl+u", *again, "enter")
            await person.sees(told)
            await person.press("up", "up")
        await person.press("tab", "tab", "backspace", "enter")
        await person.until(lambda: person.app.screen is form, "the form again")
        await person.sees("mine is kept in the encrypted file")
        await person.sees("STS says")
        await person.press("enter")
        await person.at(kinds.CREDENTIALS)
        assert PASSPHRASE not in person.text
    sealed = vaults.sealed_file(person.session.services.locations)
    assert key_of(sandbox).secret.encode() not in sealed.read_bytes()


async def test_what_is_kept_moves_to_the_file_and_back(
    sandbox: Sandbox, secret_service: SecretService
) -> None:
    secret_service.start()
    async with somebody(sandbox, size=(120, 40)) as person:
        await add(person, sandbox, "mine")
        await person.press("enter", "K")
        await person.sees("used now")
        await person.press("right", "tab", *PASSPHRASE, "tab", *PASSPHRASE, "tab")
        await person.sees("1 in the OS keyring")
        await person.press("enter")
        await person.sees("only then removed")
        assert PASSPHRASE not in person.text
        await person.press("enter")
        await person.hears("Secrets are kept in the encrypted file: 1 moved")
        assert secret_service.entries() == []
        await person.until(lambda: row_of("mine", "file") in person.rows, "its row")
        await person.press("K")
        await person.sees("used now")
        await person.press("left", "enter")
        await person.sees("only then removed")
        await person.press("enter")
        await person.hears("Secrets are kept in the keyring: 1 moved")
        assert secret_service.entries() != []


async def test_a_passphrase_that_is_given_is_not_asked_for(
    sandbox: Sandbox, secret_service: SecretService, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret_service.start()
    (home / "passphrase").write_text(PASSPHRASE)
    monkeypatch.setenv(vaults.PASSPHRASE_FILE, str(home / "passphrase"))
    async with somebody(sandbox) as person:
        await person.press("K")
        await person.sees("used now")
        await person.press("right")
        await person.sees(vaults.PASSPHRASE_FILE)
        assert "Once more" not in person.text
        await person.press("enter")
        await person.hears("Secrets are kept in the encrypted file")


async def test_what_one_types_goes_nowhere(
    sandbox: Sandbox, secret_service: SecretService, home: Path
) -> None:
    secret_service.start_bus()  # nobody keeps it
    secret = "EcrtuiTypedSecretNobodyMaySee0000000000"
    async with opened("--debug", "--region", worlds.REGION) as person:
        await at_credentials(person)
        await in_form(person, "a")
        text = (
            f"export AWS_ACCESS_KEY_ID=AKIA1234567890123456\nexport AWS_SECRET_ACCESS_KEY={secret}"
        )
        await paste(person, text)
        await person.type("mine")
        await person.press("enter")
        await in_trouble(person, "No keyring is here")
        assert secret not in person.text
        await person.press("escape", "escape")
        await person.at(kinds.CREDENTIALS)
    for path in home.rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 16)])
async def test_it_fits(
    sandbox: Sandbox, secret_service: SecretService, size: tuple[int, int]
) -> None:
    secret_service.start()
    async with somebody(sandbox, size=size) as person:
        await in_form(person, "a")
        for _ in range(4):
            await person.press("right")
            assert "esc" in person.text
        await person.press("escape")
        assert not isinstance(person.app.screen, (CredentialForm, Picker))
