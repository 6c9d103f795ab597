"""Commands about what is on the screen: help, every command, times, colours, what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrtui.config.commands import EVERYWHERE, LISTS, Command
from ecrtui.config.offered import key_label
from ecrtui.tui.commands.deed import Deed
from ecrtui.workflows import remember

if TYPE_CHECKING:
    from ecrtui.tui.screens.picker import Choice
    from ecrtui.tui.screens.place import PlaceScreen

MOVING = (
    ("↑ ↓ k j", "up and down"),
    ("g G", "first and last"),
    ("ctrl+u ctrl+d", "half a page up and down"),
    ("pgup pgdn", "a page up and down"),
)
"""Keys of the lists themselves; they are the terminal's custom and no commands."""


def _help(screen: PlaceScreen) -> None:
    """What works here, the nearest first."""
    from ecrtui.tui.screens.picker import Choice, pick

    nearest = sorted(screen.commands, key=_nearness)
    choices = [_choice(screen, command, command.help) for command in nearest]
    choices += [Choice(keys, what, None) for keys, what in MOVING]
    pick(screen, f"Help: {screen.spot.kind}", choices, lambda choice: _do(screen, choice))


def _nearness(command: Command) -> int:
    if EVERYWHERE in command.where:
        return 2
    return 1 if LISTS in command.where else 0


def _palette(screen: PlaceScreen) -> None:
    from ecrtui.tui.screens.picker import pick

    choices = [
        _choice(screen, command, f"{command.name}: {command.help}")
        for command in sorted(screen.commands, key=lambda command: command.name)
        if command.id != "palette"
    ]
    pick(screen, "Commands", choices, lambda choice: _do(screen, choice))


def _choice(screen: PlaceScreen, command: Command, text: str) -> Choice:
    from ecrtui.tui.screens.picker import Choice

    keys = " ".join(key_label(key, ascii_only=screen.session.ascii) for key in command.keys)
    return Choice(keys, text, command.id)


def _do(screen: PlaceScreen, choice: Choice) -> None:
    if choice.value is not None:
        screen.action_do(choice.value)


def _times(screen: PlaceScreen) -> None:
    screen.session.utc = not screen.session.utc
    screen.show_times()


def _theme(screen: PlaceScreen) -> None:
    from ecrtui.tui.screens.picker import Choice, pick

    app = screen.app
    choices = [
        Choice(name, "in use" if name == app.theme else "", name)
        for name in sorted(app.available_themes)
    ]

    def chosen(choice: Choice) -> None:
        app.theme = choice.value
        remember.save_theme(screen.session.services, choice.value)

    pick(screen, "Theme", choices, chosen)


def _details(screen: PlaceScreen) -> None:
    problem = screen.current_problem()
    if problem is not None:
        from ecrtui.tui.screens.details import Details

        screen.app.push_screen(Details(problem))


def _no_problem(screen: PlaceScreen) -> str:
    return "" if screen.current_problem() is not None else "Nothing went wrong here."


def _redraw(screen: PlaceScreen) -> None:
    screen.app.call_later(screen.app.run_action, "draw_anew")  # after what the key itself changes


DEEDS = {
    "help": Deed(_help),
    "palette": Deed(_palette),
    "times": Deed(_times),
    "theme": Deed(_theme),
    "redraw": Deed(_redraw),
    "details": Deed(_details, _no_problem),
}
