"""What each command that keeps credentials does, by its key: for `test_credentials`."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual import events

from ecrtui.config import commands as kinds
from ecrtui.model.credentials import WayIn
from ecrtui.render.credentials import key_of as key_of_row
from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.forms.credential import CredentialForm
from ecrtui.tui.forms.vault_place import VaultPlaceForm
from ecrtui.tui.screens.confirm import Confirm
from ecrtui.tui.screens.plan import PlanScreen
from ecrtui.workflows.credentials import vaults
from tests import worlds
from tests.tui.explorer import Person

Scenario = Callable[[Person, Sandbox, str], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {}


def scenario(run: Scenario) -> Scenario:
    """Note the scenario of the command that its name names."""
    SCENARIOS[run.__name__.replace("_", "-")] = run
    return run


def key_of(sandbox: Sandbox, account: str = worlds.ACCOUNT) -> AccessKey:
    """An access key of an account."""
    return next(key for key in sandbox.world.keys.values() if key.account == account)


def exported(key: AccessKey) -> str:
    """As a portal lets one copy it."""
    return f'export AWS_ACCESS_KEY_ID="{key.id}"\nexport AWS_SECRET_ACCESS_KEY="{key.secret}"\n'


def row_of(name: str, where: str = "keyring") -> str:
    """The key of a credential's row."""
    return key_of_row(WayIn(name, "", where))


async def paste(person: Person, text: str) -> None:
    """As a terminal with bracketed paste delivers it."""
    person.app.post_message(events.Paste(text))
    await person.rest()


async def at_credentials(person: Person) -> None:
    """To the list of credentials."""
    await person.press("C")
    await person.at(kinds.CREDENTIALS)


async def stand_on(person: Person, row: str) -> None:
    """Move to a row by its key."""
    await person.press("g", *["j"] * person.rows.index(row))


async def in_form(person: Person, key: str) -> CredentialForm:
    """Open a form and wait for it."""
    await person.press(key)
    await person.until(lambda: isinstance(person.app.screen, CredentialForm), "the form")
    await person.rest()
    form = person.app.screen
    assert isinstance(form, CredentialForm)
    return form


async def add(person: Person, sandbox: Sandbox, name: str, key: str = "a") -> None:
    """Add keys by pasting them, and see what STS says."""
    await in_form(person, key)
    await paste(person, exported(key_of(sandbox)))
    await person.type(name)
    await person.press("enter")
    await person.sees("STS says")


@scenario
async def add_credential(person: Person, sandbox: Sandbox, key: str) -> None:
    await at_credentials(person)
    await add(person, sandbox, "mine", key)
    assert key_of(sandbox).secret not in person.text
    await person.press("enter")
    await person.at(kinds.CREDENTIALS)
    await person.until(lambda: row_of("mine") in person.rows, "its row")
    assert person.rows[person.listing.table.cursor] == row_of("mine")


@scenario
async def edit_credential(person: Person, sandbox: Sandbox, key: str) -> None:
    await at_credentials(person)
    await stand_on(person, row_of("main", "aws files"))
    await person.press(key)
    await person.hears("AWS's files declare it")
    await add(person, sandbox, "mine")
    await person.press("enter")
    await person.until(lambda: row_of("mine") in person.rows, "its row")
    await in_form(person, key)
    assert key_of(sandbox).id in person.text
    await person.press("tab", "tab", "tab")
    await person.type("eu-west-3")
    await person.press("enter")
    await person.sees("eu-west-3")
    await person.until(lambda: "mine is kept" in person.text, "that it is kept")
    kept = {one.name: one.about for one in person.session.services.vault.kept()}
    assert kept["mine"]["region"] == "eu-west-3"
    await person.press("escape", "enter")
    await person.at(kinds.CREDENTIAL)
    await in_form(person, key)
    assert "eu-west-3" in person.text


@scenario
async def keep_where(person: Person, sandbox: Sandbox, key: str) -> None:
    await at_credentials(person)
    await person.press(key)
    await person.until(lambda: isinstance(person.app.screen, VaultPlaceForm), "the form")
    await person.sees("used now")
    await person.press("left")
    await person.sees("gone when ecrtui ends")
    await person.press("tab", "space")
    await person.sees("2 stay in the OS keyring")
    await person.press("enter")
    await person.hears("Secrets are kept in this run's memory")
    services = person.session.services
    assert services.vault.where == "memory"
    assert vaults.place(services.settings, services.state) == ("memory", "chosen")
    await person.press(key)
    await person.sees("used now")
    await person.press("left", "left", "enter")
    await person.hears("Secrets are kept in the keyring")
    assert {one.name for one in services.vault.kept()} == {"work", "visitor"}


@scenario
async def import_keys(person: Person, sandbox: Sandbox, key: str) -> None:
    file = Path(os.environ["AWS_SHARED_CREDENTIALS_FILE"])
    before = file.read_text()
    await at_credentials(person)
    await person.press(key)
    await person.choose("other")
    await person.until(lambda: isinstance(person.app.screen, PlanScreen), "the plan")
    await person.sees("the keys of other")
    assert str(person.app.screen.focused.label) == "Cancel"  # type: ignore[union-attr]
    await person.press("right", "enter")
    await person.hears("other is in the keyring")
    assert "credentials process other" in file.read_text()
    await person.sees("1 backup with keys: X")
    file.write_text(before)


@scenario
async def destroy_backups(person: Person, sandbox: Sandbox, key: str) -> None:
    file = Path(os.environ["AWS_SHARED_CREDENTIALS_FILE"])
    await at_credentials(person)
    await person.press(key)
    await person.hears("No import has left a backup")
    backup = file.with_name(f"{file.name}.before-ecrtui-20260101-000000")
    backup.write_text("secret")
    for answer, left in (("enter", True), ("right", True)):
        await person.press(key)
        await person.until(lambda: isinstance(person.app.screen, Confirm), "a question")
        assert "SSD" in person.text
        await person.press(answer)
        assert backup.exists() is left
    await person.press("enter")
    await person.hears("1 backup is destroyed")
    assert not backup.exists()
    assert file.exists()
