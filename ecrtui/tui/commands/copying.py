"""Commands that copy: the most useful text at once, or one chosen from all there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ecrtui.config import commands as kinds
from ecrtui.render.copying import CopyChoice
from ecrtui.render.text import safe
from ecrtui.tui.commands.deed import Deed

if TYPE_CHECKING:
    from ecrtui.tui.screens.place import PlaceScreen

_SHOWN = 200
"""Characters of the text that the toast repeats."""


def copy_text(screen: PlaceScreen, choice: CopyChoice) -> None:
    """Put a text on the clipboard (OSC 52) and say which."""
    screen.app.copy_to_clipboard(choice.text)
    text = safe(choice.in_one_line)
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    screen.say(shown, title=f"Copied: {choice.title}")


def _copy(screen: PlaceScreen) -> None:
    screen.copy_choices(lambda choices: copy_text(screen, choices[0]))


def _menu(screen: PlaceScreen) -> None:
    from ecrtui.tui.screens.picker import Choice, pick

    def show(choices: Sequence[CopyChoice]) -> None:
        full = [choice for choice in choices if choice.text]
        rows = [Choice(choice.title, choice.in_one_line, choice) for choice in full]
        pick(screen, "Copy", rows, lambda picked: copy_text(screen, picked.value))

    screen.copy_choices(show)


def _console(screen: PlaceScreen) -> None:
    def copy(choices: Sequence[CopyChoice]) -> None:
        for one in choices:
            if one.title == "console address":
                copy_text(screen, one)
                return
        screen.say("The console has no page for this.", warn=True)

    screen.copy_choices(copy)


def _nothing(screen: PlaceScreen) -> str:
    return screen.why_no_copy()


def _no_console(screen: PlaceScreen) -> str:
    if screen.spot.kind == kinds.COMPARE:
        return "The console compares no images."
    return "That is not in AWS." if screen.spot.outside else screen.why_no_copy()


Use = Callable[[Sequence[CopyChoice]], None]
"""What is done with the choices once they are known."""

DEEDS = {
    "copy": Deed(_copy, _nothing),
    "copy-menu": Deed(_menu, _nothing),
    "console": Deed(_console, _no_console),
}
