"""`ecrtui credentials`, with a real keyring, a real aws CLI and the sandbox's STS."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from ecrtui.sandbox.accounts import AccessKey
from ecrtui.sandbox.server import Sandbox
from tests import worlds
from tests.headless.program import answer, ecrtui
from tests.keyrings import SecretService, secret_service
from tests.sandbox.programs import need, run

__all__ = ["secret_service"]


@pytest.fixture
def place(
    sandbox: Sandbox, secret_service: SecretService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A home with an unlocked keyring, and AWS's files of the test's own, empty at first."""
    secret_service.start()
    monkeypatch.delenv("AWS_PROFILE")
    monkeypatch.setenv("ECRTUI_HOME", str(tmp_path / "ecrtui"))
    for name, file in (("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "creds")):
        (tmp_path / file).write_text("")
        monkeypatch.setenv(name, str(tmp_path / file))
    worlds.add_repository(sandbox.world, "team/app")
    return tmp_path


def key_of(sandbox: Sandbox, account: str = worlds.ACCOUNT) -> AccessKey:
    return next(key for key in sandbox.world.keys.values() if key.account == account)


def added(name: str, key: AccessKey, *more: str) -> str:
    done = ecrtui(
        "credentials", "add", name, "--access-key-id", key.id, *more, given=f"{key.secret}\n"
    )
    assert done.returncode == 0, done.stderr
    assert key.secret not in done.stdout + done.stderr
    return done.stdout


def listed() -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in answer("credentials", "list")}


def test_a_kept_credential_is_a_profile(sandbox: Sandbox, place: Path) -> None:
    key = key_of(sandbox)
    assert added("work", key, "--region", worlds.REGION) == "work is kept\n"
    row = listed()["work"]
    assert (row["kind"], row["where"], row["region"]) == ("static keys", "keyring", worlds.REGION)
    assert row["key"] == f"{key.id[:4]}…{key.id[-4:]}"
    repos = answer("repos", "--profile", "work")
    assert [repo["repositoryName"] for repo in repos] == ["team/app"]
    for command in (["repos", "--json"], ["regions", "--json"]):
        done = ecrtui(*command, env={"AWS_PROFILE": "work"})
        assert done.returncode == 0, done.stderr
        assert "work" in done.stdout
    (tested,) = answer("credentials", "test")
    assert (tested["account"], tested["readsEcr"], tested["problem"]) == (
        worlds.ACCOUNT,
        True,
        None,
    )
    assert listed()["work"]["account"] == worlds.ACCOUNT
    places = {(row["profile"], row["account"]) for row in answer("regions", "--profile", "work")}
    assert places == {("work", worlds.ACCOUNT)}


def test_no_secret_leaves_the_keyring(sandbox: Sandbox, place: Path) -> None:
    key = key_of(sandbox)
    added("work", key)
    ecrtui("repos", "--profile", "work", "--debug")
    files = [path for path in place.rglob("*") if path.is_file()]
    assert any(path.suffix == ".log" for path in files)
    for path in files:
        data = path.read_bytes()
        assert key.secret.encode() not in data
        assert key.id.encode() not in data


def test_a_role_is_assumed_by_kept_keys(sandbox: Sandbox, place: Path) -> None:
    (role,) = sandbox.world.roles
    key = key_of(sandbox)
    added("source", key)
    for name, options in (
        ("by-source", ["--source", "source"]),
        ("by-itself", []),
    ):
        given = "" if options else f'{{"AccessKeyId": "{key.id}", "SecretAccessKey": "s"}}'
        more = ["--role-arn", role, "--region", worlds.REGION, "--external-id", "xx", *options]
        done = ecrtui("credentials", "add", name, *more, given=given)
        assert done.returncode == 0, done.stderr
        (tested,) = answer("credentials", "test", name)
        assert tested["account"] == worlds.OTHER_ACCOUNT
        assert ":assumed-role/visitor/" in tested["principal"]
        document = json.loads(ecrtui("credentials", "process", name).stdout)
        assert document["Version"] == 1
        assert document["SessionToken"]
        assert document["Expiration"].endswith("Z")


def test_a_profile_may_assume_a_kept_role(sandbox: Sandbox, place: Path) -> None:
    (role,) = sandbox.world.roles
    key = key_of(sandbox)
    (place / "creds").write_text(
        f"[plain]\naws_access_key_id={key.id}\naws_secret_access_key={key.secret}\n"
    )
    done = ecrtui("credentials", "add", "visitor", "--role-arn", role, "--source", "plain")
    assert done.returncode == 0, done.stderr
    assert answer("credentials", "test", "visitor")[0]["account"] == worlds.OTHER_ACCOUNT


def test_roles_in_a_circle(sandbox: Sandbox, place: Path) -> None:
    (role,) = sandbox.world.roles
    for name, source in (("a", "b"), ("b", "a")):
        ecrtui("credentials", "add", name, "--role-arn", role, "--source", source)
    done = ecrtui("credentials", "test", "a")
    assert done.returncode == 2
    assert "a -> b -> a" in done.stderr


def test_mfa_is_not_asked_for_where_nobody_is(sandbox: Sandbox, place: Path) -> None:
    (role,) = sandbox.world.roles
    added("work", key_of(sandbox), "--role-arn", role, "--mfa-serial", "arn:aws:iam::1:mfa/me")
    done = ecrtui("credentials", "test", "work")
    assert done.returncode in (2, 3)
    assert "MFA code" in done.stderr


def test_session_keys_from_what_sts_prints(sandbox: Sandbox, place: Path) -> None:
    (role,) = sandbox.world.roles.values()
    key = role.session("me", 3600)
    sandbox.world.keys[key.id] = key
    answer_of_sts = {
        "Credentials": {
            "AccessKeyId": key.id,
            "SecretAccessKey": key.secret,
            "SessionToken": key.token,
        }
    }
    done = ecrtui("credentials", "add", "short", given=json.dumps(answer_of_sts))
    assert done.returncode == 0, done.stderr
    assert listed()["short"]["kind"] == "session keys"
    assert answer("credentials", "test", "short")[0]["account"] == worlds.OTHER_ACCOUNT
    key.expires = 1.0
    ended = ecrtui("repos", "--profile", "short")
    assert (ended.returncode, "credentials add short --replace" in ended.stderr) == (3, True)


def test_names(sandbox: Sandbox, place: Path) -> None:
    key, other = key_of(sandbox), key_of(sandbox, worlds.OTHER_ACCOUNT)
    added("a", key)
    taken = ecrtui(
        "credentials", "add", "a", "--access-key-id", other.id, given=f"{other.secret}\n"
    )
    assert taken.returncode == 2
    assert "--replace" in taken.stderr
    added("a", other, "--replace")
    assert answer("credentials", "test", "a")[0]["account"] == worlds.OTHER_ACCOUNT
    assert ecrtui("credentials", "rename", "a", "b").stdout == "a is called b now\n"
    assert set(listed()) == {"b"}
    refused = ecrtui("credentials", "remove", "b")
    assert (refused.returncode, "--yes" in refused.stderr) == (2, True)
    planned = ecrtui("credentials", "remove", "b", "--dry-run").stdout
    assert "cannot be brought back" in planned
    assert ecrtui("credentials", "remove", "b", "--yes").stdout == "b is removed\n"
    assert listed() == {}
    for command in (
        ["remove", "b", "--yes"],
        ["rename", "b", "c"],
        ["process", "b"],
        ["test", "b"],
    ):
        assert ecrtui("credentials", *command).returncode == 4


@pytest.mark.parametrize(
    ("options", "given"),
    [
        ([], "just-a-secret\n"),
        (["--access-key-id", "AKIA123456789012"], ""),
        (["--access-key-id", "short"], "secret\n"),
        (["--access-key-id", "AKIA123456789012"], "a\nb\nc\n"),
        (["--access-key-id", "AKIA123456789012"], "sec ret\n"),
        ([], '{"AccessKeyId": 5}'),
        ([], "{" * 5000),
        (["--role-arn", "no-arn", "--source", "x"], ""),
        (["--source", "x"], ""),
    ],
)
def test_input_that_is_none_keeps_nothing(place: Path, options: list[str], given: str) -> None:
    done = ecrtui("credentials", "add", "x", *options, given=given)
    assert done.returncode == 2, done.stderr
    assert listed() == {}
    assert "secret\n" not in done.stderr


def test_a_declared_profile_goes_first(sandbox: Sandbox, place: Path) -> None:
    key, other = key_of(sandbox), key_of(sandbox, worlds.OTHER_ACCOUNT)
    text = f"[same]\naws_access_key_id={key.id}\naws_secret_access_key={key.secret}\n"
    (place / "creds").write_text(text)
    done = ecrtui(
        "credentials", "add", "same", "--access-key-id", other.id, given=f"{other.secret}\n"
    )
    assert "goes first" in done.stderr
    assert answer("credentials", "test", "same")[0]["account"] == worlds.ACCOUNT
    (place / "creds").write_text("[same]\nregion=eu-west-1\n")  # has no way in of its own
    assert answer("credentials", "test", "same")[0]["account"] == worlds.OTHER_ACCOUNT


CREDENTIALS = """\
# kept since 2019
[other]
aws_access_key_id = {other.id}
aws_secret_access_key = {other.secret}

[work]
# the build user's
aws_access_key_id = {key.id}
aws_secret_access_key = {key.secret}
region = eu-west-1
"""


def test_importing_a_profile(sandbox: Sandbox, place: Path) -> None:
    key, other = key_of(sandbox), key_of(sandbox, worlds.OTHER_ACCOUNT)
    text = CREDENTIALS.format(key=key, other=other)
    file = place / "creds"
    file.write_text(text)
    file.chmod(0o640)
    plan = ecrtui("credentials", "import", "work", "--dry-run").stdout
    assert (str(file) in plan, "the keyring" in plan) == (True, True)
    assert ecrtui("credentials", "import", "work").returncode == 2  # nobody agreed
    assert file.read_text() == text
    done = ecrtui("credentials", "import", "work", "--yes")
    assert done.returncode == 0, done.stderr
    (backup,) = place.glob("creds.before-ecrtui-*")
    assert str(backup) in done.stdout
    assert backup.read_text() == text
    after = file.read_text()
    assert key.secret not in after + done.stdout + done.stderr + plan
    assert (other.secret in after, "# kept since 2019" in after) == (True, True)
    for path, mode in ((file, 0o640), (backup, 0o600)):
        assert stat.S_IMODE(path.stat().st_mode) == mode
    assert listed()["work"]["kind"] == "static keys"
    assert answer("credentials", "test", "work")[0]["account"] == worlds.ACCOUNT
    again = ecrtui("credentials", "import", "work", "--yes")
    assert again.returncode == 4


def test_importing_through_a_link_and_under_another_name(sandbox: Sandbox, place: Path) -> None:
    real = place / "dotfiles"
    real.write_text(CREDENTIALS.format(key=key_of(sandbox), other=key_of(sandbox)))
    (place / "creds").unlink()
    (place / "creds").symlink_to(real)
    done = ecrtui("credentials", "import", "work", "--as", "build", "--yes", "--no-process")
    assert done.returncode == 0, done.stderr
    assert (place / "creds").is_symlink()
    assert "credential_process" not in real.read_text()
    assert answer("credentials", "test", "build")[0]["readsEcr"] is True


def test_what_cannot_be_imported(sandbox: Sandbox, place: Path) -> None:
    key = key_of(sandbox)
    (place / "creds").write_text(
        f"[odd]\n aws_access_key_id={key.id}\n aws_secret_access_key=x\n[role]\nrole_arn=x\n"
    )
    before = (place / "creds").read_bytes()
    assert ecrtui("credentials", "import", "odd", "--yes").returncode == 2
    assert ecrtui("credentials", "import", "role", "--yes").returncode == 4
    assert ecrtui("credentials", "import", "none", "--yes").returncode == 4
    assert (place / "creds").read_bytes() == before
    assert listed().keys() == {"odd", "role"}


def test_the_aws_cli_uses_the_keyring(
    sandbox: Sandbox, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an import, by the credential_process that stands in place of the keys."""
    need("aws")
    program = place / "bin" / "ecrtui"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m ecrtui "$@"\n')
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    key = key_of(sandbox)
    (place / "creds").write_text(CREDENTIALS.format(key=key, other=key))
    assert ecrtui("credentials", "import", "work", "--yes").returncode == 0
    who = json.loads(run("aws", "sts", "get-caller-identity", "--profile", "work").stdout)
    assert who["Account"] == worlds.ACCOUNT
    assert listed()["work"]["where"] == "keyring"


def test_a_name_that_cannot_be_kept_is_told(
    sandbox: Sandbox, place: Path, secret_service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "file").write_text("")
    monkeypatch.setenv("ECRTUI_HOME", str(place / "file"))
    key = key_of(sandbox)
    done = ecrtui("credentials", "add", "x", "--access-key-id", key.id, given=f"{key.secret}\n")
    assert done.returncode == 0
    assert "state folder cannot be written" in done.stderr
    keys = json.loads(ecrtui("credentials", "process", "x").stdout)  # it is there all the same
    assert keys["SecretAccessKey"] == key.secret


def test_the_demo_leaves_the_keyring_alone(place: Path, secret_service: SecretService) -> None:
    given = '{"AccessKeyId": "AKIAAAAAAAAAAAAAAAAA", "SecretAccessKey": "x"}'
    done = ecrtui("--demo", "credentials", "add", "mine", given=given)
    assert done.returncode == 0, done.stderr
    assert "in memory" in done.stderr
    assert secret_service.entries() == []


def test_a_locked_keyring_is_told(
    sandbox: Sandbox, place: Path, secret_service: SecretService
) -> None:
    added("work", key_of(sandbox))
    secret_service.lock()
    done = ecrtui("repos", "--profile", "work")
    assert done.returncode == 6
    assert "The keyring is locked" in done.stderr
    assert set(listed()) == {"work"}  # which opens nothing


def test_without_a_keyring_a_file_by_choice(
    sandbox: Sandbox, place: Path, secret_service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = key_of(sandbox)
    secret_service.kill()
    done = ecrtui("credentials", "add", "x", "--access-key-id", key.id, given=f"{key.secret}\n")
    assert (done.returncode, "credentials keep file" in done.stderr) == (6, True)
    assert ecrtui("credentials", "keep", "box").returncode == 2
    assert ecrtui("credentials", "keep", "file").returncode == 0
    done = ecrtui("credentials", "add", "x", "--access-key-id", key.id, given=f"{key.secret}\n")
    assert (done.returncode, "ECRTUI_VAULT_PASSPHRASE_FILE" in done.stderr) == (6, True)
    (place / "passphrase").write_text("four random words")
    monkeypatch.setenv("ECRTUI_VAULT_PASSPHRASE_FILE", str(place / "passphrase"))
    added("x", key)
    assert answer("credentials", "test", "x")[0]["readsEcr"] is True
    (place / "passphrase").write_text("four other words")
    wrong = ecrtui("repos", "--profile", "x")
    assert (wrong.returncode, "Wrong passphrase" in wrong.stderr) == (3, True)
    states = {row["name"]: row["detail"] for row in json.loads(ecrtui("doctor", "--json").stdout)}
    assert "vault.sealed" in states["keyring"]


def test_the_documented_keys(sandbox: Sandbox, place: Path) -> None:
    from tests.headless.test_docs import documented_keys

    added("work", key_of(sandbox))
    assert listed()["work"]["tested"] is None
    assert set(listed()["work"]) == documented_keys("credentials list")
    assert set(answer("credentials", "test")[0]) == documented_keys("credentials test")


def test_what_the_list_tells_of_use(sandbox: Sandbox, place: Path) -> None:
    (role,) = sandbox.world.roles
    added("work", key_of(sandbox), "--region", worlds.REGION)
    done = ecrtui("credentials", "add", "visitor", "--role-arn", role, "--source", "work")
    assert done.returncode == 0, done.stderr
    done = ecrtui(
        *("credentials", "add", "coded", "--role-arn", role, "--source", "visitor"),
        *("--mfa-serial", "arn:aws:iam::111122223333:mfa/me"),
    )
    assert done.returncode == 0, done.stderr
    pattern = "111122223333.dkr.ecr.*.amazonaws.com"
    assert ecrtui("credentials", "map", pattern, "work").returncode == 0
    before = listed()
    assert [before[name]["used"] for name in ("work", "visitor")] == [None, None]
    assert before["work"]["registries"] == [pattern]
    assert {name: row["lives"] for name, row in before.items()} == {
        "work": "does not end",
        "visitor": "renewed by itself",
        "coded": "asks for an MFA code",
    }
    assert before["visitor"]["account"] == worlds.OTHER_ACCOUNT
    answer("repos", "--profile", "visitor", "--region", worlds.REGION)
    after = listed()
    assert after["visitor"]["used"] is not None
    assert after["work"]["used"] is not None  # it assumed the role
    assert after["coded"]["used"] is None
    ecrtui("credentials", "test", "visitor", "coded", "--region", worlds.REGION)
    rows = listed()
    assert rows["visitor"]["tested"]["readsEcr"] is True
    assert rows["visitor"]["tested"]["problem"] is None
    assert rows["coded"]["tested"]["readsEcr"] is False
    assert rows["coded"]["tested"]["problem"]
    assert ecrtui("credentials", "rename", "visitor", "guest").returncode == 0
    assert listed()["guest"]["tested"]["readsEcr"] is True
    assert ecrtui("credentials", "remove", "guest", "--yes").returncode == 0
    done = ecrtui("credentials", "add", "guest", "--role-arn", role, "--source", "work")
    assert done.returncode == 0, done.stderr
    assert listed()["guest"]["tested"] is None


def test_what_would_be_missed(sandbox: Sandbox, place: Path) -> None:
    (role,) = sandbox.world.roles
    added("work", key_of(sandbox), "--region", worlds.REGION)
    done = ecrtui("credentials", "add", "visitor", "--role-arn", role, "--source", "work")
    assert done.returncode == 0, done.stderr
    (place / "config").write_text(
        '[profile other]\ncredential_process = "/a b/ecrtui" credentials process work\n'
    )
    pattern = "111122223333.dkr.ecr.*.amazonaws.com"
    assert ecrtui("credentials", "map", pattern, "work").returncode == 0
    planned = ecrtui("credentials", "remove", "work", "--dry-run").stdout
    for told in ("visitor", "profile other", pattern):
        assert told in planned
    both = ecrtui("credentials", "remove", "work", "visitor", "--dry-run").stdout
    assert "assumed any more" in planned
    assert "assumed any more" not in both  # it goes too
    assert ecrtui("credentials", "rename", "work", "job").returncode == 0
    rows = listed()
    assert rows["job"]["registries"] == [pattern]
    assert rows["visitor"]["source"] == "job"
    assert answer("credentials", "test", "visitor")[0]["readsEcr"] is True


def test_what_is_kept_moves_to_the_file_and_back(
    sandbox: Sandbox, place: Path, secret_service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = key_of(sandbox)
    added("work", key)
    (place / "passphrase").write_text("four random words")
    monkeypatch.setenv("ECRTUI_VAULT_PASSPHRASE_FILE", str(place / "passphrase"))
    done = ecrtui("credentials", "keep", "file", "--move", "--dry-run")
    assert (done.returncode, "work" in done.stdout) == (0, True)
    assert listed()["work"]["where"] == "keyring"
    done = ecrtui("credentials", "keep", "file", "--move")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Secrets are kept in the encrypted file: 1 moved\n"
    assert listed()["work"]["where"] == "file"
    assert secret_service.entries() == []
    done = ecrtui("credentials", "keep", "keyring")
    assert "--move takes them along" in done.stderr
    assert "work" not in listed()
    assert ecrtui("credentials", "keep", "file").returncode == 0
    done = ecrtui("credentials", "keep", "keyring", "--move")
    assert "1 moved" in done.stdout
    assert json.loads(ecrtui("credentials", "process", "work").stdout)["AccessKeyId"] == key.id


def test_backups_are_destroyed(sandbox: Sandbox, place: Path) -> None:
    key = key_of(sandbox)
    (place / "creds").write_text(CREDENTIALS.format(key=key, other=key))
    assert ecrtui("credentials", "import", "work", "other", "--yes").returncode == 0
    (backup,) = place.glob("creds.before-ecrtui-*")
    assert str(backup) in ecrtui("credentials", "destroy-backups", "--dry-run").stdout
    assert ecrtui("credentials", "destroy-backups").returncode == 2  # nobody agreed
    assert backup.exists()
    assert ecrtui("credentials", "destroy-backups", "--yes").stdout == "1 backup is destroyed\n"
    assert not backup.exists()
    entries = answer("journal")
    assert [entry["kind"] for entry in entries] == ["keys imported"] * 2
    assert {entry["registry"]["profile"] for entry in entries} == {"work", "other"}


def test_keys_as_a_portal_lets_one_copy_them(sandbox: Sandbox, place: Path) -> None:
    key = key_of(sandbox)
    text = f'export AWS_ACCESS_KEY_ID="{key.id}"\nexport AWS_SECRET_ACCESS_KEY="{key.secret}"\n'
    done = ecrtui("credentials", "add", "pasted", given=text)
    assert done.returncode == 0, done.stderr
    assert answer("credentials", "test", "pasted")[0]["account"] == worlds.ACCOUNT


def test_what_keeps_a_secret_from_being_kept_is_said_before_it_is_typed(
    sandbox: Sandbox, place: Path, secret_service: SecretService
) -> None:
    key = key_of(sandbox)
    added("work", key)
    taken = ecrtui("credentials", "add", "work", "--access-key-id", key.id)
    assert "That name is taken" in taken.stderr
    secret_service.kill()
    missing = ecrtui("credentials", "add", "other", "--access-key-id", key.id)
    assert "No keyring is here" in missing.stderr
    for done in (taken, missing):
        assert "Secret access key" not in done.stderr
        assert done.returncode
