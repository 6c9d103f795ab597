"""A sign-in that ends while one works: renewed in a dialog, in a real terminal."""

from __future__ import annotations

import pytest

from ecrtui.sandbox.portal import Portal
from ecrtui.sandbox.world import World
from tests import worlds
from tests.terminal.conftest import Serve
from tests.terminal.explorer import (
    ENTER,
    ESCAPE,
    MIDDLE,
    QUIT,
    READ,
    SMALL,
    Explorer,
    both,
    lacks,
    shows,
)
from tests.terminal.program import Terminal
from tests.terminal.test_snapshots import Size, Walk

SIZES = pytest.mark.parametrize("size", [SMALL, MIDDLE], ids=lambda size: f"{size[0]}x{size[1]}")
CODE = shows("Waiting for you", "esc give up")
"""A code is shown, and the dialog takes keys."""
MANY = 1100


def people() -> World:
    """Ways in that ask for something, and more repositories than one page holds."""
    world = worlds.signing_in_world()
    for number in range(MANY):
        worlds.add_repository(world, f"team/{number:04}")
    return world


def by_portal(explorer: Explorer, size: Size) -> Terminal:
    return explorer.start(
        "--debug", size=size, AWS_PROFILE=worlds.SSO_PROFILE, ECRTUI_VAULT="memory"
    )


def logged(explorer: Explorer) -> str:
    """All that was logged."""
    logs = list((explorer.state / "logs").iterdir())
    assert logs
    return "".join(log.read_text() for log in logs)


def shown_code(terminal: Terminal, portal: Portal) -> str:
    """The one that waits, once it is on the screen."""
    terminal.wait(lambda lines: CODE(lines) and bool(portal.waiting()), "a code")
    code = portal.waiting()[-1]
    terminal.wait(shows(code), "that code")
    return code


@SIZES
def test_the_sign_in_ends_in_the_middle(serve: Serve, size: Size) -> None:
    """Walk 6: renew in the dialog; the listing goes on where it was."""
    explorer = serve(people())
    portal, faults = explorer.sandbox.world.portal, explorer.sandbox.faults
    with by_portal(explorer, size) as terminal:
        walk = Walk(terminal, "renewal", size)
        terminal.wait(shows("Enter signs in"), "a row that is signed out")
        walk.to(ENTER, "sign-in", CODE, still=False)
        portal.deny(shown_code(terminal, portal))
        walk.to("", "denied", shows("n asks for a new code"))
        terminal.type("n")
        portal.confirm(shown_code(terminal, portal))
        terminal.wait(both(shows("Signed in", "1,100"), READ), "the registries")
        terminal.wait(lacks("Signed in"), "no toast")
        faults.add("expire", operation="DescribeRepositories", skip=1)
        terminal.type(ENTER)
        code = shown_code(terminal, portal)
        if size != SMALL:  # where the dialog leaves something of the list to be seen
            terminal.wait(shows("1,000 of >1,000"), "the first page behind it")
        faults.clear()
        portal.confirm(code)
        terminal.wait(both(shows("1,100 ", "team/0000"), READ, lacks("Sign in to")), "all of it")
        terminal.type(QUIT)
        terminal.ended()
        assert terminal.exit_code == 0
    assert portal.codes
    for one in portal.codes.values():
        assert one.device not in logged(explorer)
        assert one.user_code not in logged(explorer)


@SIZES
def test_an_mfa_code(serve: Serve, size: Size) -> None:
    explorer = serve(worlds.signing_in_world())
    (device,) = explorer.sandbox.world.mfa.values()
    device.once = False
    listens = shows("esc cancel")
    with explorer.start("--debug", size=size, AWS_PROFILE=worlds.MFA_PROFILE) as terminal:
        walk = Walk(terminal, "renewal", size)
        terminal.wait(shows("Enter signs in"), "a row that is signed out")
        terminal.type(ENTER)
        terminal.wait(both(shows("MFA code"), listens), "the question")
        walk.to("", "mfa-code", listens, still=False)
        wrong = "000000" if device.code() != "000000" else "111111"
        terminal.type(wrong + ENTER)
        terminal.wait(both(shows("was not taken"), listens), "the question again")
        walk.to("", "mfa-wrong", listens, still=False)
        right = device.code()
        terminal.type(right + ENTER)
        terminal.wait(both(shows("on-call", "Signed in"), READ), "the registries")
        terminal.type(QUIT)
        terminal.ended()
    assert "GetSessionToken" in logged(explorer)
    for code in (wrong, right):
        assert f"'{code}'" not in logged(explorer)


@SIZES
def test_a_place_stays_usable_when_it_is_given_up(serve: Serve, size: Size) -> None:
    explorer = serve(worlds.signing_in_world())
    worlds.add_repository(explorer.sandbox.world, "team/app")
    portal, faults = explorer.sandbox.world.portal, explorer.sandbox.faults
    with by_portal(explorer, size) as terminal:
        walk = Walk(terminal, "renewal", size)
        terminal.wait(shows("Enter signs in"), "a row that is signed out")
        terminal.type(ENTER)
        portal.confirm(shown_code(terminal, portal))
        terminal.wait(both(shows("Signed in"), READ), "the registries")
        terminal.wait(lacks("Signed in"), "no toast")
        terminal.type(ENTER)
        terminal.wait(both(shows("team/app"), READ), "the repositories")
        faults.add("expire", service="ecr")
        portal.end_sessions()
        terminal.type("r")
        shown_code(terminal, portal)
        walk.to(ESCAPE, "stale", shows("stale, read", "ctrl+r signs in again"))
        terminal.type("\x12")  # ctrl+r
        code = shown_code(terminal, portal)
        faults.clear()
        portal.confirm(code)
        terminal.wait(both(READ, lacks("stale", "ctrl+r")), "the list, fresh")
