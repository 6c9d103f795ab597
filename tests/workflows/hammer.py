"""`python -m tests.workflows.hammer HOME OWN SEED`: writes, renames and removes until it is killed.

Every name begins with OWN, but for one that all share. On stdout a line says what it is about to
do, one what it has done, and a `.` each thing it does to the store meanwhile.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from ecrtui.config.locations import Locations
from ecrtui.config.settings import Settings
from ecrtui.model.ports import SecretStore
from ecrtui.workflows.services import Options, Services

SHARED = "shared"
LONG = "x" * 3000
"""More than one part of an entry."""


class Told:
    """A store that says when it is used."""

    def __init__(self, store: SecretStore) -> None:
        self._store = store

    def get(self, service: str, user: str) -> str | None:
        say(".")
        return self._store.get(service, user)

    def set(self, service: str, user: str, secret: str) -> None:
        say(".")
        self._store.set(service, user, secret)

    def delete(self, service: str, user: str) -> None:
        say(".")
        self._store.delete(service, user)

    def locked(self) -> bool:
        return self._store.locked()


def say(*words: str) -> None:
    print(*words, flush=True)


def main() -> None:
    home, own, seed = sys.argv[1:]
    vault = Services(Options(), Settings(), Locations.under(Path(home))).vault
    vault._store = Told(vault._store)
    chance, number = random.Random(int(seed)), 0
    names: list[str] = []
    while True:
        number += 1
        free = f"{own}-{number}"
        deed = chance.choice(["write", "write", "shared", "rotate", "rename", "remove"])
        name = chance.choice(names) if names else ""
        value = f"{own} {number} {LONG}"
        if deed == "shared":
            say("write", SHARED, value)
            vault.write(SHARED, value, {})
        elif deed == "rotate" and name:
            say("write", name, value)
            vault.write(name, value, {})
        elif deed == "rename" and name:
            say("rename", name, free)
            vault.rename(name, free)
            names[names.index(name)] = free
        elif deed == "remove" and name:
            say("remove", name)
            vault.remove(name)
            names.remove(name)
        else:
            say("write", free, value)
            vault.write(free, value, {})
            names.append(free)
        say("done")


if __name__ == "__main__":
    main()
