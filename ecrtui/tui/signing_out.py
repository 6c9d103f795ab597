"""The end of a portal's session, asked about first: others use it too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrtui.errors import EcrtuiError
from ecrtui.model.credentials import WayIn
from ecrtui.render.text import safe
from ecrtui.tui import background

if TYPE_CHECKING:
    from ecrtui.tui.commands.credentials import Credentialed


def sign_out(screen: Credentialed, way: WayIn) -> None:
    """Ask, then end it at the portal and forget its tokens."""
    from ecrtui.tui.screens.confirm import Confirm

    def answered(yes: bool | None) -> None:
        if yes:
            _end(screen, way)

    lines = [
        f"The session of {safe(way.source)} ends for every program of yours that uses ecrtui.",
        "What takes a role from it asks for a sign-in then.",
    ]
    screen.app.push_screen(Confirm(f"Sign out of {safe(way.name)}?", lines, "Sign out"), answered)


def _end(screen: Credentialed, way: WayIn) -> None:
    from ecrtui.workflows.credentials import signing_in

    services = screen.session.services

    def ended(name: str) -> None:
        screen.say(f"{name}", title="Signed out")
        screen.reload()

    def failed(problem: EcrtuiError) -> None:
        screen.say_problem(problem)
        screen.reload()

    background.ask(
        screen,
        "sign-out",
        lambda: signing_in.sign_out(services, way.name),
        answer=ended,
        failed=failed,
    )
