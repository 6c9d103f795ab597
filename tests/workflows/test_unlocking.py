"""The encrypted file opened once for some hours: by real processes, which come and go."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from ecrtui.config.locations import Locations
from ecrtui.config.settings import Settings
from ecrtui.errors import NotFound, UsageError, VaultError, VaultLocked, WrongPassphrase
from ecrtui.vault import agent as agents
from ecrtui.workflows.credentials import unlocking, vaults
from ecrtui.workflows.services import Options, Services
from tests.vault.agents import until

PASSPHRASE = "four random words, say"
SECRET = "the secret"


class Place:
    """An encrypted file, and everybody who opens it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.write(SECRET)

    def services(self, passphrase: str = "") -> Services:
        """A program that just started; without a passphrase it can ask nobody."""
        services = Services(Options(), Settings(), Locations.under(self.home))
        if passphrase:
            services.questions = vaults.Questions(passphrase=lambda _: passphrase)
        return services

    def write(self, secret: str) -> None:
        self.services(PASSPHRASE).vault.write("name", secret, {})

    def unlock(self, seconds: int = 600) -> psutil.Process:
        """The agent."""
        unlocking.unlock(self.services(), PASSPHRASE, seconds)
        return next(one for one in self.agents() if one.is_running())

    def agents(self) -> list[psutil.Process]:
        """Those of this place that run."""
        own = str(vaults.sealed_file(Locations.under(self.home)))
        return [
            one
            for one in psutil.process_iter(["cmdline"])
            if agents.__file__ in (one.info["cmdline"] or ()) and own in one.info["cmdline"]
        ]

    def read(self) -> str:
        """As a program that cannot ask for the passphrase."""
        return self.services().vault.read("name")

    @property
    def socket(self) -> Path:
        found = vaults.agent(Locations.under(self.home))
        return found.folder / found.name


@pytest.fixture(params=["runtime folder", "state folder"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    monkeypatch.setenv(vaults.VARIABLE, "file")
    monkeypatch.delenv(vaults.PASSPHRASE_FILE, raising=False)
    runtime = tmp_path / "run"
    if request.param == "runtime folder":
        runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    found = Place(tmp_path / "home")
    yield found
    for one in found.agents():
        one.kill()


def locked(place: Place) -> bool:
    try:
        place.read()
    except VaultLocked:
        return True
    return False


def test_opened_once_for_every_program(place: Place) -> None:
    assert locked(place)
    place.unlock()
    assert place.read() == SECRET
    place.services().vault.write("name", "changed", {})
    assert place.read() == "changed"
    assert 590 <= (unlocking.left(place.services()) or 0) <= 600
    running = place.services()
    assert running.vault.read("name") == "changed"
    assert unlocking.lock(place.services())
    assert locked(place)
    with pytest.raises(VaultLocked):
        running.vault.read("name")
    assert not unlocking.lock(place.services())
    assert unlocking.left(place.services()) is None
    until(lambda: not place.agents())
    assert not place.socket.exists()


def test_a_wrong_passphrase_opens_nothing(place: Place) -> None:
    with pytest.raises(WrongPassphrase):
        unlocking.unlock(place.services(), PASSPHRASE + "?")
    assert not place.agents()
    place.unlock()
    with pytest.raises(WrongPassphrase):
        unlocking.unlock(place.services(), PASSPHRASE + "?")
    assert place.read() == SECRET  # what was unlocked stays so


def test_where_there_is_nothing_to_unlock(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for seconds in (0, -1, unlocking.LONGEST + 1):
        with pytest.raises(UsageError, match="Not a time"):
            unlocking.unlock(place.services(), PASSPHRASE, seconds)
    monkeypatch.setenv(vaults.VARIABLE, "keyring")
    with pytest.raises(UsageError) as told:
        unlocking.unlock(place.services(), PASSPHRASE)
    assert "credentials keep file" in told.value.hint
    monkeypatch.setenv(vaults.VARIABLE, "file")
    vaults.sealed_file(Locations.under(place.home)).unlink()
    with pytest.raises(NotFound) as none:
        unlocking.unlock(place.services(), PASSPHRASE)
    assert "credentials add" in none.value.hint


def test_another_file_in_its_place_is_not_opened(place: Place) -> None:
    """Its key is another, also under the same passphrase: the salt is."""
    agent = place.unlock()
    vaults.sealed_file(Locations.under(place.home)).unlink()
    place.write("another")
    assert locked(place)
    until(lambda: not agent.is_running())
    place.unlock()
    assert place.read() == "another"


def test_one_that_was_killed_is_started_anew(place: Place) -> None:
    place.unlock().kill()
    until(lambda: not place.agents())
    assert locked(place)
    place.unlock()
    assert place.read() == SECRET


def test_several_at_once_leave_one(place: Place) -> None:
    """Whichever was last, it holds the key, and the others end."""

    def unlock(_: int) -> None:
        unlocking.unlock(place.services(), PASSPHRASE, 600)

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(unlock, range(4)))
    until(lambda: len(place.agents()) == 1)
    assert place.read() == SECRET


def test_it_ends_with_the_runtime_folder(tmp_path: Path, place: Place) -> None:
    agent = place.unlock()
    shutil.rmtree(place.socket.parent)
    until(lambda: not agent.is_running())
    assert locked(place)


def test_what_is_written_while_it_ends_is_not_lost(place: Place) -> None:
    """A change that began with the agent's key ends with it."""
    place.unlock()
    services = place.services()
    services.vault.write("other", "x", {})
    unlocking.lock(services)
    with pytest.raises(VaultLocked):
        services.vault.write("other", "y", {})
    assert place.services(PASSPHRASE).vault.read("other") == "x"


def test_a_folder_that_others_may_enter_is_told(place: Place) -> None:
    place.socket.parent.mkdir(parents=True, exist_ok=True)
    place.socket.parent.chmod(0o755)
    with pytest.raises(VaultError) as told:
        unlocking.unlock(place.services(), PASSPHRASE)
    assert "chmod 700" in told.value.hint
    assert not place.agents()


def test_another_persons_runtime_folder_is_not_used(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after su, which hands on the variable."""
    theirs = Path("/")
    if os.geteuid() == 0:
        theirs = tmp_path / "theirs"
        theirs.mkdir()
        os.chown(theirs, 65534, 65534)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(theirs))
    place.unlock()
    assert place.socket.is_relative_to(place.home)
    assert place.read() == SECRET
