"""What is kept moves from one place to another, and is in one of both whatever fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecrtui.config.locations import Locations
from ecrtui.config.settings import Settings
from ecrtui.errors import EcrtuiError, GivenUp, UsageError, VaultError, WrongPassphrase
from ecrtui.model.credentials import Credential
from ecrtui.workflows.credentials import at_hand, relocating, unlocking, vaults
from ecrtui.workflows.credentials.registry_logins import RegistryLogin, keep_login, users
from ecrtui.workflows.services import Options, Services
from ecrtui.workflows.watch import Watch
from tests.keyrings import SecretService, secret_service

__all__ = ["secret_service"]

PASSPHRASE = "four random words, say"
KEYS = Credential("work", "AKIA123456789012", "a secret of forty letters", region="eu-west-1")


def services(home: Path) -> Services:
    return Services(Options(), Settings(), Locations.under(home))


@pytest.fixture
def home(tmp_path: Path, secret_service: SecretService, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a credential and a login in an unlocked keyring."""
    secret_service.start()
    monkeypatch.delenv(vaults.PASSPHRASE_FILE, raising=False)
    one = services(tmp_path)
    at_hand.kept(one).keep(KEYS)
    keep_login(one, "registry.example.com:5000", RegistryLogin("me", "my password"))
    return tmp_path


def move(one: Services, where: vaults.Where, passphrase: str = "") -> str:
    plan = relocating.plan(one, where, move=True)
    return relocating.run(one, plan, Watch(), passphrase).sentence


def holds(one: Services, where: str) -> None:
    assert one.vault.where == where
    assert at_hand.kept(one).credential("work") == KEYS
    assert one.vault.kept()[0].about["region"] == "eu-west-1"
    assert users(one) == {"registry.example.com:5000": "me"}


def test_to_the_file_and_back(home: Path, secret_service: SecretService) -> None:
    one = services(home)
    plan = relocating.plan(one, "file", move=True)
    assert dict(plan.facts)["credentials"] == "work"
    assert secret_service.entries() != []
    assert move(one, "file", PASSPHRASE) == "Secrets are kept in the encrypted file: 2 moved"
    assert secret_service.entries() == []
    holds(one, "file")  # the passphrase is not asked for again
    sealed = vaults.sealed_file(Locations.under(home)).read_bytes()
    assert not any(part in sealed for part in (KEYS.secret_access_key.encode(), b"my password"))

    other = services(home)  # the next start
    other.questions = vaults.Questions(passphrase=lambda _: PASSPHRASE)
    holds(other, "file")
    assert move(other, "keyring").endswith("2 moved")
    holds(other, "keyring")
    holds(services(home), "keyring")


def test_without_moving_nothing_is_lost(home: Path) -> None:
    one = services(home)
    plan = relocating.plan(one, "memory", move=False)
    assert any("2 stay in the keyring" in warning for warning in plan.warnings)
    relocating.run(one, plan, Watch())
    assert one.vault.kept() == []
    relocating.run(one, relocating.plan(one, "keyring", move=False), Watch())
    holds(one, "keyring")


def test_what_cannot_be_kept_there_leaves_all_as_it_was(
    home: Path, secret_service: SecretService
) -> None:
    one = services(home)
    move(one, "file", PASSPHRASE)
    move(one, "keyring")
    for passphrase, wrong in (("another one, say", WrongPassphrase), ("", VaultError)):
        with pytest.raises(wrong):
            move(services(home), "file", passphrase)
    holds(services(home), "keyring")
    file = vaults.sealed_file(Locations.under(home))
    file.unlink()
    with pytest.raises(UsageError, match="shorter"):
        move(services(home), "file", "short")
    file.mkdir()  # where a file must be
    with pytest.raises(EcrtuiError):
        move(services(home), "file", PASSPHRASE)
    holds(services(home), "keyring")


def test_a_keyring_that_ends_half_way_loses_nothing(
    home: Path, secret_service: SecretService
) -> None:
    one = services(home)
    move(one, "file", PASSPHRASE)
    secret_service.kill()
    with pytest.raises(VaultError):
        move(one, "keyring")
    holds(one, "file")
    secret_service.start()
    secret_service.lock()
    with pytest.raises(VaultError):
        move(one, "keyring")
    holds(one, "file")
    assert vaults.place(Settings(), one.state) == ("file", "chosen")


def test_stopped_half_way_nothing_is_left_behind(home: Path) -> None:
    one = services(home)
    plan, watch = relocating.plan(one, "file", move=True), Watch()
    watch.stop()
    with pytest.raises(GivenUp):
        relocating.run(one, plan, watch, PASSPHRASE)
    holds(one, "keyring")
    assert Services(Options(), Settings(vault="file"), Locations.under(home)).vault.kept() == []


def test_two_of_one_name_are_both_kept(home: Path) -> None:
    other = Services(Options(), Settings(vault="file"), Locations.under(home))
    other.questions = vaults.Questions(passphrase=lambda _: PASSPHRASE)
    mine = Credential("work", "AKIA999999999999", "another secret")
    at_hand.kept(other).keep(mine)
    one = services(home)
    with pytest.raises(UsageError, match="is another"):
        move(one, "file", PASSPHRASE)
    holds(services(home), "keyring")
    assert at_hand.kept(other).credential("work") == mine


def test_what_the_settings_say_goes_first(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(vaults.VARIABLE, "keyring")
    with pytest.raises(UsageError, match="ECRTUI_VAULT says keyring"):
        relocating.plan(services(home), "file", move=True)


def test_nothing_is_moved_where_the_choice_cannot_be_kept(home: Path) -> None:
    one = services(home)
    plan = relocating.plan(one, "memory", move=True)
    (home / "state" / "vault.json").mkdir()  # where a file must be
    with pytest.raises(VaultError, match="cannot be kept"):
        relocating.run(one, plan, Watch())
    holds(services(home), "keyring")


def test_the_file_is_left_unlocked_where_that_is_wanted(home: Path) -> None:
    one = services(home)
    plan = relocating.plan(one, "file", move=True)
    told = relocating.run(one, plan, Watch(), PASSPHRASE, 60).sentence
    try:
        assert told.endswith("unlocked now")
        holds(services(home), "file")  # nobody is asked
    finally:
        assert unlocking.lock(one)
