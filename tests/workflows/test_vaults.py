"""Where secrets are kept is chosen on purpose, and two processes do not harm each other."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ecrtui.config.locations import Locations
from ecrtui.config.settings import Settings, parse
from ecrtui.errors import EcrtuiError, UsageError, VaultLocked, VaultMissing
from ecrtui.store.state import State
from ecrtui.vault.vault import Vault
from ecrtui.workflows.credentials import vaults
from ecrtui.workflows.services import Options, Services
from tests.keyrings import SecretService, secret_service

__all__ = ["secret_service"]

PASSPHRASE = "four random words, say"


def services(home: Path, settings: Settings | None = None) -> Services:
    return Services(Options(), settings or Settings(), Locations.under(home))


@pytest.fixture
def passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that holds the passphrase."""
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE + "\n")
    monkeypatch.setenv(vaults.PASSPHRASE_FILE, str(file))
    monkeypatch.setenv(vaults.VARIABLE, "file")
    return file


def test_the_keyring_unless_somebody_chose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(vaults.VARIABLE, raising=False)
    state = State(tmp_path)
    assert vaults.place(Settings(), state) == ("keyring", "")
    vaults.choose(state, "file")
    assert vaults.place(Settings(), State(tmp_path)) == ("file", "chosen")
    assert vaults.place(parse('vault = "memory"', "s"), state) == ("memory", "settings")
    monkeypatch.setenv(vaults.VARIABLE, "keyring")
    assert vaults.place(parse('vault = "memory"', "s"), state) == ("keyring", vaults.VARIABLE)
    monkeypatch.setenv(vaults.VARIABLE, "a box")
    with pytest.raises(UsageError):
        vaults.place(Settings(), state)


def test_without_a_keyring_nothing_is_chosen_silently(
    secret_service: SecretService, tmp_path: Path
) -> None:
    secret_service.start_bus()
    with pytest.raises(VaultMissing) as told:
        services(tmp_path).vault.write("a", "the secret", {})
    assert "credentials keep file" in told.value.hint
    assert "credentials keep memory" in told.value.hint
    assert not any(b"the secret" in file.read_bytes() for file in tmp_path.rglob("*.*"))


def test_in_memory_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(vaults.VARIABLE, "memory")
    one = services(tmp_path)
    one.vault.write("a", "x", {})
    assert one.vault.read("a") == "x"
    assert services(tmp_path).vault.kept() == []
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.read_bytes()] == []


def test_the_file_is_ours_alone(tmp_path: Path, passphrase: Path) -> None:
    services(tmp_path).vault.write("a", "the secret", {"kind": "x"})
    assert services(tmp_path).vault.read("a") == "the secret"
    file = vaults.sealed_file(Locations.under(tmp_path))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for path in file.parent.rglob("*"):
        assert b"the secret" not in path.read_bytes()
        assert PASSPHRASE.encode() not in path.read_bytes()


def answering(answers: list[str]) -> Callable[[str], str]:
    left = list(answers)
    return lambda _question: left.pop(0)


def test_a_passphrase_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(vaults.VARIABLE, "file")
    monkeypatch.delenv(vaults.PASSPHRASE_FILE, raising=False)
    one = services(tmp_path)
    with pytest.raises(VaultLocked) as told:
        one.vault.write("a", "x", {})
    assert vaults.PASSPHRASE_FILE in told.value.hint
    for answers, told_of in ((["short"], "shorter"), ([PASSPHRASE, PASSPHRASE + "?"], "differ")):
        one = services(tmp_path)
        one.questions = vaults.Questions(passphrase=answering(answers))
        with pytest.raises(UsageError, match=told_of):
            one.vault.write("a", "x", {})
    one = services(tmp_path)
    one.questions = vaults.Questions(passphrase=answering([PASSPHRASE, PASSPHRASE]))
    one.vault.write("a", "x", {})
    again = services(tmp_path)
    again.questions = vaults.Questions(passphrase=lambda _: PASSPHRASE)
    assert again.vault.read("a") == "x"


def test_a_file_that_cannot_be_written_loses_nothing(tmp_path: Path, passphrase: Path) -> None:
    (tmp_path / "state").write_bytes(b"")  # where a folder must be
    with pytest.raises(EcrtuiError) as told:
        services(tmp_path).vault.write("a", "x", {})
    assert "cannot be written" in told.value.detail


SCRIPT = """
import sys
from collections.abc import Callable
from pathlib import Path
from ecrtui.config.locations import Locations
from ecrtui.config.settings import Settings
from ecrtui.workflows.services import Options, Services
box = Services(Options(), Settings(), Locations.under(Path(sys.argv[1]))).vault
for number in range(4):
    box.write(f"{sys.argv[2]}-{number}", sys.argv[2] * 3000, {})
    box.write("shared", f"{sys.argv[2]} {number} " + "x" * 3000, {})
    assert box.read("shared").endswith("x" * 3000)
"""


def all_at_once(home: Path) -> Vault:
    copies = [
        subprocess.Popen([sys.executable, "-c", SCRIPT, str(home), name], env=dict(os.environ))
        for name in "abc"
    ]
    assert [copy.wait(100) for copy in copies] == [0, 0, 0]
    box = services(home).vault
    names = {f"{name}-{number}" for name in "abc" for number in range(4)} | {"shared"}
    assert {one.name for one in box.kept()} == names
    for name in names - {"shared"}:
        assert box.read(name) == name[0] * 3000
    assert box.read("shared").endswith("x" * 3000)
    for name in names:
        box.remove(name)
    assert box.kept() == []
    return box


def test_several_processes_at_once_in_a_keyring(
    secret_service: SecretService, tmp_path: Path
) -> None:
    secret_service.start()
    all_at_once(tmp_path)
    assert secret_service.entries() == []


def test_several_processes_at_once_in_the_file(tmp_path: Path, passphrase: Path) -> None:
    all_at_once(tmp_path)
    document = json.loads((tmp_path / "state" / "kept-in-file.json").read_bytes())
    assert document == {}
