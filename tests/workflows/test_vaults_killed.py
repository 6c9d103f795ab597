"""Processes that are killed while others write: what they had kept is there, and nobody waits."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from pathlib import Path

from ecrtui.config.locations import Locations
from ecrtui.errors import NotFound
from ecrtui.vault import sealing
from ecrtui.vault.vault import Vault
from ecrtui.workflows.credentials import vaults
from tests.keyrings import SecretService, secret_service
from tests.workflows.hammer import SHARED
from tests.workflows.test_vaults import PASSPHRASE, passphrase, services

__all__ = ["passphrase", "secret_service"]

_TIMES = 4


class Killed:
    """One that writes until it has done so many things to the store; then it is killed."""

    def __init__(self, home: Path, own: str, seed: int, things: int) -> None:
        command = [sys.executable, "-m", "tests.workflows.hammer", str(home), own, str(seed)]
        self._things = things
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.kept: dict[str, str] = {}
        """What it was told is kept."""
        self.shared: set[str] = set()
        self.doing: list[str] = []
        """What it was about to do when it was killed."""
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    def wait(self) -> None:
        self._reading.join(120)
        assert not self._reading.is_alive()

    def may_be(self) -> list[dict[str, str]]:
        """What may be kept now: as before it was killed, as after, and for a moment both."""
        after = dict(self.kept)
        if self.doing:
            self._apply(after, self.doing)
        both = {**self.kept, **after} if self.doing[:1] == ["rename"] else after
        return [self.kept, after, both]

    def _read(self) -> None:
        assert self._process.stdout is not None
        done = 0
        for line in self._process.stdout:
            words = line.rstrip("\n").split(" ", 2)
            if words == ["."]:
                done += 1
            elif words == ["done"]:
                self._apply(self.kept, self.doing)
                self.doing = []
            else:
                self.doing = words
                if words[1] == SHARED:
                    self.shared.add(words[2])
            if done == self._things:
                self._process.kill()
        self._process.stdout.close()
        assert self._process.wait() < 0, "it ended by itself"

    @staticmethod
    def _apply(kept: dict[str, str], doing: list[str]) -> None:
        deed, name, *rest = doing
        if name == SHARED:
            return
        if deed == "write":
            kept[name] = rest[0]
        elif deed == "rename":
            kept[rest[0]] = kept.pop(name)
        else:
            kept.pop(name)


def survived(home: Path) -> Vault:
    """Several at once, killed at different moments, several times; then what is left."""
    chance = random.Random(1)
    shared: set[str] = set()
    box = services(home).vault
    for time in range(_TIMES):
        crowd = [
            Killed(home, f"{own}{time}", chance.randrange(99), chance.randint(5, 90))
            for own in "abc"
        ]
        for one in crowd:
            one.wait()
            shared |= one.shared
        for one in crowd:
            found: dict[str, str] = {}
            for name in {name for state in one.may_be() for name in state}:
                with_none(found, box, name)
            assert found in one.may_be(), (one.doing[:2], sorted(found), sorted(one.kept))
        if shared:
            assert box.read(SHARED) in shared
    return box


def with_none(found: dict[str, str], box: Vault, name: str) -> None:
    try:
        found[name] = box.read(name)
    except NotFound:
        return


def emptied(box: Vault) -> None:
    """Whatever was left half way is finished by whoever writes next."""
    box.write("one-more", "x", {})
    for one in box.kept():
        box.remove(one.name)
    assert box.kept() == []


def test_killed_while_they_write_into_a_keyring(
    secret_service: SecretService, tmp_path: Path
) -> None:
    secret_service.start()
    emptied(survived(tmp_path))
    assert secret_service.entries() == []


def test_killed_while_they_write_into_the_file(tmp_path: Path, passphrase: Path) -> None:
    emptied(survived(tmp_path))
    data = vaults.sealed_file(Locations.under(tmp_path)).read_bytes()
    assert sealing.unseal(data, sealing.derivation(data).key(PASSPHRASE)) == b"{}"
