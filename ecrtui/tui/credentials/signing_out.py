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
    _ask(screen, way, f"Sign out of {safe(way.name)}?", "Sign out", forget=False)


def forget(screen: Credentialed, way: WayIn) -> None:
    """Ask, then end it and forget the portal, unless AWS's files declare it."""
    _ask(screen, way, f"Forget the portal {safe(way.name)}?", "Forget", forget=True)


def _ask(screen: Credentialed, way: WayIn, title: str, deed: str, *, forget: bool) -> None:
    from ecrtui.tui.screens.confirm import Confirm

    def answered(yes: bool | None) -> None:
        if yes:
            _end(screen, way, forget=forget)

    lines = [
        f"The session of {safe(way.source)} ends for every program of yours that uses ecrtui.",
        "What takes a role from it asks for a sign-in then.",
    ]
    if forget:
        lines.append("A portal that AWS's files declare stays in the list.")
    screen.app.push_screen(Confirm(title, lines, deed), answered)


def _end(screen: Credentialed, way: WayIn, *, forget: bool) -> None:
    from ecrtui.workflows.credentials import signing_in

    services = screen.session.services

    def ended(name: str) -> None:
        screen.say(name, title="Forgotten" if forget else "Signed out")
        screen.reload()

    def failed(problem: EcrtuiError) -> None:
        screen.say_problem(problem)
        screen.reload()

    background.ask(
        screen,
        "sign-out",
        lambda: signing_in.sign_out(services, way.name, forget=forget),
        answer=ended,
        failed=failed,
    )
