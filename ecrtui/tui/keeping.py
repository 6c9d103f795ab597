"""A kept credential's other name, and its keys on the clipboard for those who really want that."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ecrtui.model.credentials import WayIn
from ecrtui.render.ages import age, utc
from ecrtui.render.text import safe
from ecrtui.tui import background

if TYPE_CHECKING:
    from ecrtui.errors import EcrtuiError
    from ecrtui.tui.commands.credentials import Credentialed
    from ecrtui.workflows.credentials.lending import Lent


def ask_name(screen: Credentialed, way: WayIn) -> None:
    """Let the person type another name; what is wrong with it is said beside it."""
    from ecrtui.tui.widgets.prompt import Question
    from ecrtui.workflows.credentials import at_hand

    services = screen.session.services

    def finished(text: str | None) -> None:
        new = (text or "").strip()
        if not new or new == way.name:
            screen.close_line()
            return
        screen.complain("renaming ...")
        background.ask(
            screen,
            "rename",
            lambda: at_hand.rename(services, way.name, new),
            answer=lambda _: renamed(new),
            failed=failed,
        )

    def renamed(new: str) -> None:
        screen.close_line()
        screen.say(f"{way.name} is called {new} now", title="Renamed")
        screen.follow_name(way, new)

    def failed(problem: EcrtuiError) -> None:
        screen.complain(problem.title)
        screen.say_problem(problem)

    screen.ask_line(Question(f"rename {safe(way.name)} to", finished, text=way.name))


def offer_environment(screen: Credentialed, lent: Lent) -> None:
    """Ask whether the keys are to be copied, and say what that means."""
    from ecrtui.tui.screens.confirm import Confirm

    def answered(yes: bool | None) -> None:
        if yes:
            screen.app.copy_to_clipboard(lent.text)
            screen.say(f"{', '.join(lent.variables)} of {lent.name}", title="Copied")

    lines = [
        f"Copied are {', '.join(lent.variables)}.",
        how_long(lent, time.time()),
        "Who reads the clipboard has them: every program of the desktop, clipboard",
        "managers that keep a history, and the terminals and multiplexers in between.",
        "Tools that run here need no copy: credential_process gives them the same.",
    ]
    screen.app.push_screen(Confirm(f"Copy the keys of {safe(lent.name)}?", lines, "Copy"), answered)


def how_long(lent: Lent, now: float) -> str:
    """For how long whoever has the keys can use them."""
    if lent.expires is not None:
        return f"They work until {utc(lent.expires)} UTC, {age(now, lent.expires)} from now."
    if lent.session:
        return "They end some day; AWS does not say when."
    return "They work until somebody deactivates or deletes them: they do not end."
