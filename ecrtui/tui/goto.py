"""The line after `:`: where what was typed leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ecrtui.config import commands as kinds
from ecrtui.errors import UsageError
from ecrtui.model.goto import Destination, GoTo, completions, parse_goto
from ecrtui.model.places import Registry
from ecrtui.tui import navigation, screens
from ecrtui.tui.commands.places import elsewhere
from ecrtui.tui.spot import Spot
from ecrtui.tui.widgets.prompt import Question

if TYPE_CHECKING:
    from ecrtui.tui.screens.place import PlaceScreen

_AS_COMMANDS = {
    Destination.REGISTRIES: "registries",
    Destination.CREDENTIALS: "credentials",
    Destination.BOOKMARKS: "bookmarks",
    Destination.HELP: "help",
    Destination.QUIT: "quit",
    Destination.BACK: "history-back",
}


_WANTED = {Destination.SETTINGS: kinds.SETTINGS, Destination.PRUNE: kinds.PRUNING}


def ask(screen: PlaceScreen) -> None:
    """Let the person type, completing words, repositories, regions and profiles seen before."""

    def finished(line: str | None) -> None:
        if line is None or not line.strip():
            screen.close_line()
            return
        try:
            destination = parse_goto(line)
        except UsageError as problem:
            screen.complain(problem.hint or problem.sentence)
            return
        screen.close_line()
        follow(screen, destination)

    screen.ask_line(
        Question(":", finished, complete=lambda line: completions(line, known_names(screen)))
    )


def known_names(screen: PlaceScreen) -> list[str]:
    """Repositories here first, then elsewhere, then regions and profiles."""
    session = screen.session
    names = [name for names in session.names.values() for name in names]
    names += [place.registry.region for place in session.summaries.values()]
    names += [place.registry.profile for place in session.summaries.values()]
    return list(dict.fromkeys(name for name in names if name))


def follow(screen: PlaceScreen, line: GoTo) -> None:
    """Go where a parsed line leads."""
    command = _AS_COMMANDS.get(line.destination)
    if command is not None:
        screen.action_do(command)
    elif line.destination in (Destination.SEARCH, Destination.DIGEST):
        navigation.enter(screen, Spot(kinds.SEARCH, text=line.argument))
    elif line.destination is Destination.AFFECTED:
        navigation.enter(screen, Spot(kinds.AFFECTED, text=line.argument))
    elif line.destination is Destination.REGION:
        here = screen.spot.registry or Registry(screen.session.services.profile, "")
        there = Registry(here.profile, line.argument)
        navigation.go(screen, elsewhere(screen.spot, there))
    elif line.destination is Destination.SETTINGS and not line.argument:
        _to_settings(screen)
    else:
        navigation.go(screen, opening(screen, line))


def _to_settings(screen: PlaceScreen) -> None:
    """The settings of the registry one is in, or stands on."""
    if screen.spot.registry is not None:
        navigation.go(screen, Spot(kinds.SETTINGS, screen.spot.registry))
    elif screen.spot.kind == kinds.REGISTRIES:
        screen.action_do("settings")
    else:
        screen.say("There is no registry here: settings REPO names one.", warn=True)


def opening(screen: PlaceScreen, line: GoTo) -> Spot:
    """A place that is found in the background: a profile's region, or what a reference names."""
    if line.destination is Destination.PROFILE:
        return Spot(screens.OPENING, Registry(line.argument, ""))
    text = str(line.reference) if line.reference else line.argument
    here = screen.spot.registry
    wanted = _WANTED.get(line.destination, "")
    return Spot(screens.OPENING, here and msgspec.structs.replace(here), text=text, wanted=wanted)
