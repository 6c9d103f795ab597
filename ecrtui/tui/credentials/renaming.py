"""Another name for a kept credential."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrtui.model.credentials import WayIn
from ecrtui.render.text import safe
from ecrtui.tui import background

if TYPE_CHECKING:
    from ecrtui.errors import EcrtuiError
    from ecrtui.tui.commands.credentials import Credentialed


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
