"""`ecrtui credentials sign-in` on a terminal: a QR code where there is room, and Ctrl+C."""

from __future__ import annotations

import pytest

from ecrtui.sandbox.made import MARK
from tests import worlds
from tests.headless.program import COMMAND
from tests.terminal.conftest import Serve
from tests.terminal.explorer import Explorer, shows
from tests.terminal.program import Terminal

SIGN_IN = [*COMMAND, "credentials", "sign-in", worlds.SSO_SESSION]
ROOM, NO_ROOM = (80, 30), (80, 15)


@pytest.fixture
def explorer(serve: Serve) -> Explorer:
    """Over a world with a portal."""
    return serve(worlds.signing_in_world())


def begun(explorer: Explorer, size: tuple[int, int], **more: str) -> Terminal:
    passphrase = explorer.temporary / "passphrase"
    passphrase.write_text("four random words, " + MARK)
    variables = {
        **explorer.environment,
        "ECRTUI_VAULT": "file",
        "ECRTUI_VAULT_PASSPHRASE_FILE": str(passphrase),
        **more,
    }
    return Terminal(SIGN_IN, variables, size=size)


def drawn(lines: list[str]) -> bool:
    return any("██ ▄▄▄▄▄ █" in line for line in lines)


def test_a_code_to_scan(explorer: Explorer) -> None:
    portal = explorer.sandbox.world.portal
    with begun(explorer, ROOM) as terminal:
        terminal.wait(shows("waiting;"), "the code")
        (code,) = portal.waiting()
        assert drawn(terminal.lines)
        assert any(code in line for line in terminal.lines)
        portal.confirm(code)
        terminal.wait(shows(f"signed in to {worlds.SSO_SESSION}"), "the end")


def test_no_room_for_it(explorer: Explorer) -> None:
    with begun(explorer, NO_ROOM) as terminal:
        terminal.wait(shows("waiting;"), "the code")
        assert not drawn(terminal.lines)
        terminal.type("\x03")
        terminal.ended()
        assert terminal.exit_code == 130


def test_a_terminal_without_its_characters(explorer: Explorer) -> None:
    with begun(explorer, ROOM, LC_ALL="C", PYTHONIOENCODING="ascii") as terminal:
        terminal.wait(shows("waiting;"), "the code")
        assert not drawn(terminal.lines)
