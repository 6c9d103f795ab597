"""`ecrtui credentials unlock`: the passphrase typed once, and then nobody is asked."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from ecrtui.render.sizes import account
from ecrtui.sandbox.server import Sandbox
from ecrtui.workflows.credentials import vaults
from tests import worlds
from tests.headless.program import COMMAND, answer, ecrtui
from tests.headless.test_docker_helper import helper, helper_on_path
from tests.terminal.explorer import shows
from tests.terminal.program import Terminal

PASSPHRASE = "four random words, say"


@pytest.fixture
def host(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A registry whose credential is in the encrypted file, on a machine without a keyring."""
    (tmp_path / "run").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("ECRTUI_HOME", str(tmp_path / "ecrtui"))
    monkeypatch.setenv(vaults.VARIABLE, "file")
    monkeypatch.delenv(vaults.PASSPHRASE_FILE, raising=False)
    monkeypatch.delenv("AWS_PROFILE")
    for name, own in (("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "creds")):
        (tmp_path / own).write_text("")
        monkeypatch.setenv(name, str(tmp_path / own))
    helper_on_path(tmp_path, monkeypatch)
    key = next(key for key in sandbox.world.keys.values() if key.account == worlds.ACCOUNT)
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE)
    command = ["credentials", "add", "kept", "--access-key-id", key.id]
    given = {vaults.PASSPHRASE_FILE: str(file)}
    done = ecrtui(*command, given=f"{key.secret}\n", env=given)
    assert done.returncode == 0, done.stderr
    found = sandbox.world.registry(worlds.ACCOUNT, worlds.REGION).host
    ecrtui("credentials", "map", found, "kept", "--region", worlds.REGION)
    yield found
    ecrtui("credentials", "lock")


def typed(*command: str, lines: list[str]) -> tuple[str, int]:
    """What a person sees who types some lines when asked, and the exit code."""
    child = pexpect.spawn(COMMAND[0], [*COMMAND[1:], *command], encoding="utf-8", timeout=60)
    for line in lines:
        child.expect("assphrase of the encrypted file: ")
        child.waitnoecho()
        child.sendline(line)
    child.expect(pexpect.EOF)
    child.close()
    return child.before or "", child.exitstatus or 0


def test_typed_once_and_then_nobody_is_asked(host: str) -> None:
    said, code = typed("credentials", "unlock", "--for", "30m", lines=["wrong", PASSPHRASE])
    assert (code, "unlocked for 30:00" in said) == (0, True)
    assert PASSPHRASE not in said
    process = ecrtui("credentials", "process", "kept")
    assert json.loads(process.stdout)["Version"] == 1
    (tested,) = answer("credentials", "test")
    assert tested["readsEcr"] is True
    done = ecrtui("credentials", "rename", "kept", "new")
    assert done.returncode == 0, done.stderr
    listed = ecrtui("credentials", "list")
    assert "unlocked for 29:" in listed.stderr
    assert "unlocked for 29 minutes" in ecrtui("doctor").stdout
    assert ecrtui("credentials", "lock").stdout == "the encrypted file is locked\n"
    assert "locked already" in ecrtui("credentials", "lock").stdout
    refused = ecrtui("credentials", "process", "new")
    assert (refused.returncode, refused.stdout) == (6, "")
    assert "ecrtui credentials unlock" in refused.stderr
    assert "is locked: ecrtui credentials unlock" in ecrtui("credentials", "list").stderr
    assert "unlocked" not in ecrtui("doctor").stdout


def test_three_wrong_ones_are_enough(host: str) -> None:
    said, code = typed("credentials", "unlock", lines=["one", "two", "three"])
    assert (code, "Wrong passphrase" in said) == (3, True)
    assert ecrtui("credentials", "process", "kept").returncode == 6


def test_dockers_helper_asks_nobody(host: str) -> None:
    """docker gives it a terminal of its own, where a question would be lost."""
    typed("credentials", "unlock", lines=[PASSPHRASE])
    assert json.loads(helper("get", host))["Username"] == "AWS"
    ecrtui("credentials", "lock")
    assert "locked" in helper("get", host, ok=False)


def test_the_explorer_asks_nobody(host: str) -> None:
    typed("credentials", "unlock", lines=[PASSPHRASE])
    command = [*COMMAND, "--profile", "kept", "--region", worlds.REGION]
    with Terminal(command, os.environ, size=(80, 24)) as terminal:
        terminal.wait(shows(account(worlds.ACCOUNT)), "its registry")
        assert "assphrase" not in terminal.raw.decode("utf-8", "replace")


@pytest.mark.parametrize("time", ["0s", "8 days", "soon", "-1h", "8d", ""])
def test_a_time_that_is_none(host: str, time: str) -> None:
    done = ecrtui("credentials", "unlock", f"--for={time}")
    assert (done.returncode, done.stdout) == (2, "")


def test_a_passphrase_from_a_file(host: str, tmp_path: Path) -> None:
    """As systemd passes it: a service unlocks it once, at its start."""
    given = {vaults.PASSPHRASE_FILE: str(tmp_path / "passphrase")}
    assert "would unlock" in ecrtui("credentials", "unlock", "--dry-run", env=given).stdout
    assert ecrtui("credentials", "process", "kept").returncode == 6
    document = json.loads(ecrtui("credentials", "unlock", "--json", env=given).stdout)
    assert document == {"name": "file", "sentence": "the encrypted file is unlocked for 8:00:00"}
    assert ecrtui("credentials", "process", "kept").returncode == 0
    (tmp_path / "passphrase").write_text("another")
    wrong = ecrtui("credentials", "unlock", env=given)
    assert (wrong.returncode, "Wrong passphrase" in wrong.stderr) == (3, True)
