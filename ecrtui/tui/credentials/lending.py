"""A credential's keys on the clipboard, for those who really want that."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ecrtui.model.credentials import WayIn
from ecrtui.render.ages import age, utc
from ecrtui.render.text import safe
from ecrtui.tui import background

if TYPE_CHECKING:
    from ecrtui.tui.commands.credentials import Credentialed
    from ecrtui.workflows.credentials.lending import Lent


def copy_environment(screen: Credentialed, way: WayIn) -> None:
    """Get the keys, which may take an MFA code, and ask whether they are to be copied."""
    from ecrtui.workflows.credentials.lending import lend

    services = screen.session.services
    background.ask(
        screen,
        "lend",
        lambda: lend(services, way.name),
        answer=lambda lent: _offer(screen, lent),
        failed=screen.say_problem,
    )


def _offer(screen: Credentialed, lent: Lent) -> None:
    """Ask whether the keys are to be copied, and say what that means."""
    from ecrtui.tui.screens.confirm import Confirm

    def answered(yes: bool | None) -> None:
        if yes:
            screen.app.copy_to_clipboard(lent.text)
            screen.say(f"{', '.join(lent.variables)} of {lent.name}", title="Copied")

    lines = [
        f"What is copied: {', '.join(lent.variables)}.",
        _how_long(lent, time.time()),
        "Who reads the clipboard has them: every program of the desktop, clipboard managers "
        "that keep a history, and what lies between here and there.",
        "Tools on this machine need no copy: credential_process gives them the same.",
    ]
    screen.app.push_screen(Confirm(f"Copy the keys of {safe(lent.name)}?", lines, "Copy"), answered)


def _how_long(lent: Lent, now: float) -> str:
    """For how long whoever has the keys can use them."""
    if lent.expires is not None:
        return f"They work until {utc(lent.expires)} UTC, {age(now, lent.expires)} from now."
    if lent.session:
        return "They end some day; AWS does not say when."
    return "They work until somebody deactivates or deletes them: they do not end."
