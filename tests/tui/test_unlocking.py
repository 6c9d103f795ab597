"""The encrypted file's passphrase in the explorer: for this run, or for hours and all programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrtui.config import commands as kinds
from ecrtui.config.locations import Locations
from ecrtui.config.settings import Settings
from ecrtui.model.credentials import Credential
from ecrtui.render.sizes import account
from ecrtui.sandbox.server import Sandbox
from ecrtui.tui.forms.answers import Passphrase
from ecrtui.workflows.credentials import at_hand, unlocking, vaults
from ecrtui.workflows.services import Options, Services
from tests import worlds
from tests.tui.explorer import Person, opened

PASSPHRASE = "four random words, say"
KEPT = ("--profile", "kept", "--region", worlds.REGION)


@pytest.fixture
def services(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Services]:
    """Another program of the person's, which cannot ask; a credential is in the encrypted file."""
    worlds.add_repository(sandbox.world, "team/app")
    (tmp_path / "run").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv(vaults.VARIABLE, "file")
    monkeypatch.delenv(vaults.PASSPHRASE_FILE, raising=False)
    monkeypatch.delenv("AWS_PROFILE")
    key = next(iter(sandbox.world.keys.values()))
    first = Services(Options(), Settings(), Locations.standard())
    first.questions = vaults.Questions(passphrase=lambda _: PASSPHRASE)
    at_hand.add(first, Credential("kept", access_key_id=key.id, secret_access_key=key.secret))
    found = Services(Options(), Settings(), Locations.standard())
    yield found
    unlocking.lock(found)


async def asked(person: Person) -> None:
    await person.at(kinds.REGISTRIES)
    await person.sees("locked: Enter unlocks")
    await person.press("enter")
    await person.sees("Passphrase of the encrypted file")
    await person.until(lambda: person.session.asker.listening, "a question that listens")


async def goes_on(person: Person) -> None:
    await person.sees(account(worlds.ACCOUNT))
    await person.until(lambda: person.settled and not person.reading, "an end of reading")
    await person.press("enter")
    await person.at(kinds.REPOSITORIES)
    assert person.rows == ["team/app"]


async def test_for_this_run(services: Services) -> None:
    async with opened(*KEPT) as person:
        await asked(person)
        await person.press(*PASSPHRASE, "enter")
        await goes_on(person)
        assert PASSPHRASE not in person.text
    assert unlocking.left(services) is None


async def test_for_hours(services: Services) -> None:
    """A wrong one opens nothing; the right one opens it for every other program too."""
    async with opened(*KEPT) as person:
        await asked(person)
        await person.sees("for 8 hours, for docker and all of your programs")
        await person.press(*"wrong", "down", "space", "enter")
        await person.sees("Wrong passphrase")
        assert unlocking.left(services) is None
        await person.until(lambda: person.session.asker.listening, "a question that listens")
        await person.press(*PASSPHRASE, "down", "space", "enter")
        await goes_on(person)
    assert (unlocking.left(services) or 0) > 7 * 3600
    assert services.vault.read("kept")
    async with opened(*KEPT) as person:
        await person.at(kinds.REPOSITORIES)  # where one left it
        assert person.rows == ["team/app"]


def test_what_was_typed_shows_nowhere() -> None:
    assert PASSPHRASE not in repr(Passphrase(PASSPHRASE, True))
