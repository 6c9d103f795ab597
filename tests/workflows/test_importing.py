"""Keys go out of AWS's files into the keyring, and are in one of both whatever fails."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ecrtui.config.locations import Locations
from ecrtui.config.settings import Settings
from ecrtui.errors import EcrtuiError, NameTaken, NotFound, UsageError, VaultError
from ecrtui.model.credentials import Credential
from ecrtui.model.journal import ChangeKind
from ecrtui.store import files
from ecrtui.workflows import journal
from ecrtui.workflows.credentials import at_hand, backups, editing, importing, removing
from ecrtui.workflows.services import Options, Services
from ecrtui.workflows.watch import Watch
from tests.keyrings import SecretService, secret_service

__all__ = ["secret_service"]

SECRETS = [f"secret{number}/of+forty letters".replace(" ", "") for number in range(3)]
TEXT = f"""# since 2019\r
[one]\r
aws_access_key_id = AKIA000000000001\r
aws_secret_access_key = {SECRETS[0]}\r
\r
[two]\r
# of the build user
aws_access_key_id = AKIA000000000002
aws_secret_access_key = {SECRETS[1]}
region = eu-west-1

[three]
aws_access_key_id = AKIA000000000003
aws_secret_access_key = {SECRETS[2]}"""


@pytest.fixture
def file(tmp_path: Path, secret_service: SecretService, monkeypatch: pytest.MonkeyPatch) -> Path:
    """AWS's credentials file of the test's own, and an unlocked keyring."""
    secret_service.start()
    file = tmp_path / "aws" / "credentials"
    file.parent.mkdir()
    file.write_bytes(TEXT.encode())
    file.chmod(0o640)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file.with_name("config")))
    return file


@pytest.fixture
def services(tmp_path: Path) -> Services:
    """A home of its own."""
    return Services(Options(), Settings(), Locations.under(tmp_path / "home"))


def carry(services: Services, edit: importing.Edit, watch: Watch | None = None) -> str:
    watch = watch or Watch()
    run = journal.carry(services, edit, lambda one: importing.run(services, edit, one), watch)
    return run.sentence


def test_several_at_once(services: Services, file: Path, tmp_path: Path) -> None:
    assert importing.candidates(services) == {
        "one": "AKIA…0001",
        "three": "AKIA…0003",
        "two": "AKIA…0002",
    }
    edit = importing.plan(services, ["one", "two"], process="ecrtui")
    assert not any(secret in repr(edit) for secret in SECRETS)
    facts = dict(edit.facts)
    assert "the keys of one, two go" in facts["rewrites"]
    assert facts["backup"].startswith(str(file))
    assert edit.careful
    told = carry(services, edit)
    (backup,) = backups.left()
    assert str(backup) in told
    assert backup.read_bytes() == TEXT.encode()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    lines = file.read_bytes().decode().splitlines(keepends=True)
    before = TEXT.splitlines(keepends=True)
    kept = [line for line in before if "AKIA" not in line and "secret" not in line]
    assert [line for line in lines if line in kept] == kept
    assert "credential_process = ecrtui credentials process one\r\n" in lines
    assert "credential_process = ecrtui credentials process two\n" in lines
    assert SECRETS[2] in lines[-1]
    assert not any(secret in "".join(lines) for secret in SECRETS[:2])
    for name, secret in zip(("one", "two"), SECRETS, strict=False):
        assert at_hand.kept(services).credential(name).secret_access_key == secret
    changes = [entry.change for entry in journal.read(services).entries]
    assert {change.kind for change in changes} == {ChangeKind.KEYS_IMPORTED}
    for path in (tmp_path / "home").rglob("*"):
        if path.is_file():
            assert not any(secret.encode() in path.read_bytes() for secret in SECRETS)


def test_removing_what_was_imported_tells_who_asks_for_it(services: Services, file: Path) -> None:
    carry(services, importing.plan(services, ["one"], process="ecrtui"))
    told = " ".join(removing.plan(services, ["one"]).warnings)
    assert told.count("AWS's files ask for one, in profile one.") == 1
    at_hand.add(services, Credential("alone", "AKIA000000000009", SECRETS[0]))
    assert "ask for" not in " ".join(removing.plan(services, ["alone"]).warnings)


def test_the_backup_is_destroyed_on_purpose(services: Services, file: Path) -> None:
    carry(services, importing.plan(services, ["one"]))
    (backup,) = backups.left()
    handle = os.open(backup, os.O_RDONLY)  # what is read of it afterwards is what the disk has
    with pytest.raises(NotFound):
        backups.destroy([file])
    assert backups.destroy([backup]) == "1 backup is destroyed"
    assert SECRETS[0].encode() not in os.read(handle, 10_000)
    os.close(handle)
    assert (backups.left(), file.exists()) == ([], True)
    real = file.with_name("elsewhere")
    real.write_text("mine")
    backup.symlink_to(real)
    with pytest.raises(EcrtuiError):
        backups.destroy([backup])
    assert real.read_text() == "mine"


def test_what_was_kept_since_the_plan_was_made_stays(services: Services, file: Path) -> None:
    edit = importing.plan(services, ["one", "two"])
    at_hand.add(services, Credential("two", "AKIA000000000009", "another"))
    with pytest.raises(NameTaken):
        carry(services, edit)
    assert at_hand.kept(services).credential("two").secret_access_key == "another"
    assert [one.name for one in services.vault.kept()] == ["two"]
    assert file.read_bytes() == TEXT.encode()


def test_who_comes_second_takes_nothing_back(
    services: Services, file: Path, tmp_path: Path
) -> None:
    second = Services(Options(), Settings(), Locations.under(tmp_path / "home"))
    edits = [(one, importing.plan(one, ["one"])) for one in (services, second)]
    carry(*edits[0])
    with pytest.raises(EcrtuiError):
        carry(*edits[1])
    assert SECRETS[0] not in file.read_text()
    assert at_hand.kept(second).credential("one").secret_access_key == SECRETS[0]


def test_a_backup_that_was_for_nothing_goes(
    services: Services, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit = importing.plan(services, ["one"])

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "rewrite", full)
    with pytest.raises(EcrtuiError, match="No space"):
        carry(services, edit)
    assert (backups.left(), services.vault.kept()) == ([], [])


def test_a_file_that_was_changed_meanwhile_is_left(services: Services, file: Path) -> None:
    edit = importing.plan(services, ["one", "two"])
    changed = TEXT + "\n# a line more\n"
    file.write_bytes(changed.encode())
    with pytest.raises(EcrtuiError, match="changed meanwhile"):
        carry(services, edit)
    assert file.read_bytes() == changed.encode()
    assert (backups.left(), services.vault.kept()) == ([], [])
    assert "one is in the keyring" in carry(services, importing.plan(services, ["one"]))


def test_a_keyring_that_is_locked_half_way(
    services: Services, file: Path, secret_service: SecretService
) -> None:
    edit = importing.plan(services, ["one", "two"])
    secret_service.lock()
    with pytest.raises(VaultError):
        carry(services, edit)
    assert file.read_bytes() == TEXT.encode()
    assert backups.left() == []


def test_what_cannot_be_planned(services: Services, file: Path) -> None:
    at_hand.add(services, Credential("two", "AKIA123456789012", "x"))
    with pytest.raises(NameTaken):
        importing.plan(services, ["one", "two"])
    with pytest.raises(NotFound):
        importing.plan(services, ["one", "nobody"])
    with pytest.raises(UsageError):
        importing.plan(services, ["one", "three"], "new")
    assert file.read_bytes() == TEXT.encode()


def test_an_edit_keeps_the_secret_that_is_not_typed(services: Services, file: Path) -> None:
    keys = Credential("work", "AKIA123456789012", "the-secret", "the-token", "eu-west-1")
    editing.add(services, keys)
    shown = editing.shown(services, "work")
    assert (shown.access_key_id, shown.secret_access_key) == (keys.access_key_id, "")
    editing.edit(services, Credential("work", keys.access_key_id, region="eu-west-2"))
    found = at_hand.kept(services).credential("work")
    assert (found.secret_access_key, found.session_token) == ("the-secret", "the-token")
    assert found.region == "eu-west-2"
    with pytest.raises(UsageError, match="its own secret"):
        editing.edit(services, Credential("work", "AKIA999999999999"))
    editing.edit(services, Credential("work", "AKIA999999999999", "another"))
    found = at_hand.kept(services).credential("work")
    assert (found.secret_access_key, found.session_token) == ("another", "")
    with pytest.raises(NameTaken):
        editing.add(services, keys)


def test_circles_are_refused_before_anything_is_kept(services: Services, file: Path) -> None:
    arn = "arn:aws:iam::111122223333:role/x"
    file.with_name("config").write_text(
        f"[profile declared]\nrole_arn={arn}\nsource_profile=b\n[profile b]\nregion=x\n"
    )
    editing.add(services, Credential("a", role_arn=arn, source="declared"))
    with pytest.raises(UsageError, match="b -> a -> declared -> b"):
        editing.add(services, Credential("b", role_arn=arn, source="a"))
    with pytest.raises(UsageError, match="c -> c"):
        editing.add(services, Credential("c", role_arn=arn, source="c"))
    assert [one.name for one in services.vault.kept()] == ["a"]
    editing.add(services, Credential("b", "AKIA123456789012", "x"))
    with pytest.raises(UsageError, match="in a circle"):
        editing.edit(services, Credential("b", role_arn=arn, source="a"))
    assert editing.sources(services, "a")[0] in ("b", "one", "three", "two")
