"""The credentials in a real terminal: as they look, and walked by keys with a real keyring."""

from __future__ import annotations

from ecrtui.render.sizes import account
from tests import worlds
from tests.headless.program import ecrtui
from tests.keyrings import SecretService, secret_service
from tests.terminal.conftest import Serve
from tests.terminal.explorer import ENTER, ESCAPE, QUIT, READ, Explorer, both, lacks, shows
from tests.terminal.test_snapshots import SIZES, Size, Walk

__all__ = ["secret_service"]

RIGHT = "\x1b[C"
LIST = shows("LAST TEST")


@SIZES
def test_how_they_look(serve: Serve, size: Size) -> None:
    world = worlds.signing_in_world()
    worlds.add_repository(world, "team/app")
    explorer = serve(world)
    explorer.configure("[profiles.other]\nproduction = true\n")
    with explorer.start(size=size, ECRTUI_VAULT="memory") as terminal:
        walk = Walk(terminal, "credentials", size)
        walk.past("", READ, shows("regions in use"))
        walk.to("C", "list", READ, LIST, shows("kept in memory", "signed out"))
        walk.to("gt", "tested", shows("reads ECR"))
        walk.to("m", "map", shows("use main for"))
        walk.past(ESCAPE, lacks("use main for"))
        walk.to("E", "copy", shows("Cancel", "clipboard"))
        walk.past(ESCAPE, lacks("Cancel"))
        walk.to(ENTER, "details", READ, shows("What it is", "Key"))
        walk.past(ESCAPE, READ, LIST)
        walk.glance("?", "help", shows("Help: credentials"))
        walk.past("/people" + ENTER, shows("people", "2 of 7"))
        walk.to("", "session", shows("signed out"))
        terminal.type(QUIT)
        terminal.ended()


def test_walked_with_a_keyring(serve: Serve, secret_service: SecretService) -> None:
    secret_service.start()
    world = worlds.empty_world()
    worlds.add_repository(world, "team/app")
    explorer = serve(world)
    bus = secret_service.variables["DBUS_SESSION_BUS_ADDRESS"]
    _keep(explorer, bus)
    with explorer.start(DBUS_SESSION_BUS_ADDRESS=bus) as terminal:
        terminal.wait(both(READ, shows("Accounts and regions")), "the registries")
        terminal.type("C")
        terminal.wait(both(READ, LIST, shows("kept in Secret Service", "work")), "the list")
        terminal.type("/name:work" + ENTER)
        terminal.wait(shows("1 of 5"), "the one")
        terminal.type("t")
        terminal.wait(shows("reads ECR", account(worlds.ACCOUNT)), "a test")
        terminal.type("n" + "/2" + ENTER)
        terminal.wait(both(shows("work/2 now"), lacks("rename work to")), "another name")
        terminal.type(ENTER)
        terminal.wait(both(READ, shows("Credential work/2", "What it is")), "all of it")
        terminal.type("G")
        terminal.wait(shows("Assumes       visitor"), "what uses it")
        terminal.type("m")
        terminal.wait(shows("use work/2 for"), "the line")
        terminal.type(ENTER)
        terminal.wait(shows("goes with work/2", "Mapped to"), "a line of the map")
        terminal.type("u")
        terminal.wait(both(READ, shows("Repositories", "team/app")), "what it opens")
        terminal.type("C")
        terminal.wait(both(READ, LIST, shows("work/2")), "the list again")
        terminal.type("/work" + ENTER + "G")
        terminal.wait(shows("work", "2 of 5"), "the one and its role")
        terminal.type("D")
        terminal.wait(shows("cannot be brought back", "Cancel"), "the plan")
        terminal.type(RIGHT + ENTER)
        terminal.wait(lacks("work/2", "Cancel"), "that it has gone")
        secret_service.lock()
        terminal.type(ESCAPE)
        terminal.wait(lacks(" of "), "no filter")
        terminal.type("r")
        terminal.wait(shows("locked", "U unlocks it"), "a locked keyring")
        terminal.type("U")
        terminal.wait(shows("The keyring is locked"), "that nobody answered its dialog")
        terminal.type(QUIT)
        terminal.ended()
        assert terminal.exit_code == 0


def _keep(explorer: Explorer, bus: str) -> None:
    """Keys, and a role that they assume."""
    (role,) = explorer.sandbox.world.roles
    key = next(key for key in explorer.sandbox.world.keys.values() if key.account == worlds.ACCOUNT)
    added = ("--access-key-id", key.id, "--region", worlds.REGION)
    assumed = ("--role-arn", role, "--source", "work")
    for name, options, given in (
        ("work", added, f"{key.secret}\n"),
        ("visitor", assumed, ""),
    ):
        done = ecrtui(
            *("credentials", "add", name, *options),
            given=given,
            env={**explorer.environment, "DBUS_SESSION_BUS_ADDRESS": bus},
        )
        assert done.returncode == 0, done.stderr
