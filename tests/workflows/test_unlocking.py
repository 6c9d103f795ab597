"""The encrypted file opened once for some hours: by real processes, which come and go."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from ecrtui.config.locations import Locations
from ecrtui.config.settings import Settings
from ecrtui.errors import VaultLocked
from ecrtui.vault import agent as agents
from ecrtui.workflows.credentials import unlocking, vaults
from ecrtui.workflows.services import Options, Services

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


def until(there: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not there():
        assert time.monotonic() < end
        time.sleep(0.02)


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
