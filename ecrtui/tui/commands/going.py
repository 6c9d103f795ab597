"""Commands that go somewhere: in, out, back, forward, anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecrtui.config import commands as kinds
from ecrtui.tui import leaving, navigation
from ecrtui.tui.commands.deed import Deed
from ecrtui.tui.spot import Spot

if TYPE_CHECKING:
    from ecrtui.tui.screens.place import PlaceScreen


def _out(screen: PlaceScreen) -> None:
    if not screen.give_up():
        navigation.leave(screen)


def _goto(screen: PlaceScreen) -> None:
    from ecrtui.tui.goto import ask

    ask(screen)


def _search(screen: PlaceScreen) -> None:
    from ecrtui.tui.widgets.prompt import Question

    def finished(text: str | None) -> None:
        screen.close_line()
        if text and text.strip():
            navigation.enter(screen, Spot(kinds.SEARCH, text=text.strip()))

    screen.ask_line(Question("search", finished))


def _no_step(by: int, word: str) -> Any:
    def refusal(screen: PlaceScreen) -> str:
        return "" if screen.session.trail.can(by) else f"There is no place to go {word} to."

    return refusal


def _refresh(screen: PlaceScreen) -> None:
    """Who asks for it again is also asked again for what was given up."""
    screen.session.renewing.forgive(screen.profile)
    screen.reload()


def _quit(screen: PlaceScreen) -> None:
    leaving.ask(screen.app, screen.session.jobs)


DEEDS = {
    "open": Deed(lambda screen: screen.open_current(), lambda screen: screen.why_no_open()),
    "back-out": Deed(_out),
    "goto": Deed(_goto),
    "search": Deed(_search),
    "history-back": Deed(lambda screen: navigation.step(screen, -1), _no_step(-1, "back")),
    "history-forward": Deed(lambda screen: navigation.step(screen, 1), _no_step(1, "forward")),
    "registries": Deed(lambda screen: navigation.go(screen, Spot())),
    "refresh": Deed(_refresh),
    "quit": Deed(_quit),
}
