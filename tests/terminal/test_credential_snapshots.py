"""The forms that keep credentials, at the sizes they were last looked at and found right."""

from __future__ import annotations

import pytest

from ecrtui.store.state import State
from ecrtui.workflows.credentials import vaults
from tests import worlds
from tests.terminal.conftest import Serve
from tests.terminal.explorer import DOWN, ENTER, ESCAPE, READ, SMALL, both, lacks, shows
from tests.terminal.snapshots import Album

WIDE = (120, 40)
RIGHT = "\x1b[C"
MEMORY = shows("kept in memory")
FORM = shows("esc cancel")
PASTED = "\x1b[200~{}\x1b[201~"
"""As a terminal with bracketed paste sends it."""


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_forms(serve: Serve, size: tuple[int, int]) -> None:
    world = worlds.empty_world()
    worlds.add_repository(world, "team/app")
    key = next(key for key in world.keys.values() if key.account == worlds.ACCOUNT)
    keys = f"AWS_ACCESS_KEY_ID={key.id}\nAWS_SECRET_ACCESS_KEY={key.secret}\n"
    explorer = serve(world)
    vaults.choose(State(explorer.state), "memory")
    with explorer.start(size=size) as terminal:
        album = Album(terminal, f"{size[0]}x{size[1]}/credentials")
        terminal.wait(READ, "the registries")
        terminal.type("C")
        terminal.wait(both(READ, MEMORY), "the credentials")
        terminal.type("a")
        album.page("add", both(FORM, shows("access keys")))
        terminal.type(RIGHT)
        album.page("role", both(FORM, shows("MFA device", "main")))
        terminal.type(RIGHT)
        album.page("sso", both(FORM, shows("Start URL")))
        terminal.type(RIGHT)
        album.page("login", both(FORM, shows("Password")))
        terminal.type(RIGHT + PASTED.format(keys) + "mine" + ENTER)
        album.page("kept", shows("STS says", "close"))
        terminal.type(ENTER)
        terminal.wait(lacks("STS says"), "the list")
        terminal.type("e")
        album.page("edit", both(FORM, shows("Edit mine")))
        terminal.type(ESCAPE)
        terminal.wait(lacks("esc cancel"), "the list")
        terminal.type("K")
        terminal.wait(shows("It is used now"), "how it is")
        terminal.type(RIGHT)
        album.page("keyring", both(FORM, shows("Unlocked with your login")))
        terminal.type(RIGHT + DOWN)
        album.page("file", both(FORM, shows("AES-256", "Once more")))
        terminal.type(ESCAPE)
        terminal.wait(lacks("esc cancel"), "the list")
        terminal.type("I")
        album.page("import", shows("esc close", "main"))
