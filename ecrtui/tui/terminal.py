"""The terminal lent to a container: the explorer steps aside, and comes back as it was."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from textual.app import SuspendNotSupported

from ecrtui.errors import EcrtuiError, LocalPartMissing
from ecrtui.model.running import Container
from ecrtui.render.text import safe
from ecrtui.tui import background

if TYPE_CHECKING:
    from ecrtui.tui.screens.place import PlaceScreen

_CLIENT_FAILED = (125, 126, 127)
"""How docker and podman end when it is they who could not do it (docker run, "Exit status")."""
_AT_ONCE = 2.0
"""Seconds within which nobody has read what a program said, so that it must not vanish."""


class Handed(NamedTuple):
    """What gets the terminal."""

    title: str
    words: tuple[str, ...]
    environment: Mapping[str, str]
    is_shell: bool = True
    """Whether a person ends it, who has seen what it said by then."""
    failed: Callable[[], None] | None = None
    """What is done, in the background, when it ends with anything but 0."""
    lost: Callable[[], None] | None = None
    """What is done when the terminal is lost meanwhile."""


def shell_in(screen: PlaceScreen, container: Container) -> None:
    """A shell in a container that runs."""
    name = container.name or container.id[:12]

    def make() -> Handed:
        from ecrtui.workflows.running import containers

        shell = containers.shell_in(container.id)
        if not shell:
            raise LocalPartMissing(
                name,
                title="There is no shell in it",
                hint="Its image holds no /bin/sh: look at its files in its image instead.",
            )
        client = containers.client()
        words = (client.program, *client.options, "exec", "-it", container.id, shell)
        return Handed(f"{shell} in {name}", words, client.environment)

    hand(screen, make)


def hand(screen: PlaceScreen, make: Callable[[], Handed]) -> None:
    """Work out what gets the terminal, in the background, and hand it over."""
    background.ask(
        screen,
        "terminal",
        make,
        answer=lambda handed: _hand(screen, handed),
        failed=screen.say_problem,
    )


def _hand(screen: PlaceScreen, handed: Handed) -> None:
    """The explorer stands still until that has ended; its jobs go on."""
    app = screen.app
    loop = asyncio.get_running_loop()
    try:
        with app.suspend():
            # Ctrl+C before the program has made the terminal its own would end the explorer.
            loop.remove_signal_handler(signal.SIGINT)
            try:
                code = _handed(handed)
            finally:
                loop.add_signal_handler(signal.SIGINT, app.exit, 128 + signal.SIGINT)
    except SuspendNotSupported:
        screen.say("This terminal cannot be handed over.", warn=True)
        return
    except EcrtuiError as problem:
        screen.say_problem(problem)
        return
    if code and handed.failed is not None:
        background.ask(
            screen, "left", handed.failed, answer=lambda _: None, failed=screen.say_problem
        )
    screen.say(f"It ended with exit code {code}" if code else "It ended", title=handed.title)


def _handed(handed: Handed) -> int:
    from ecrtui.workflows.running.hand_over import hand_over

    _say(f"ecrtui: {safe(handed.title)}; when it ends, you are back where you were.\n")
    began = time.monotonic()
    code = hand_over(handed.words, handed.environment, handed.lost)
    at_once = not handed.is_shell and time.monotonic() - began < _AT_ONCE
    if code in _CLIENT_FAILED or at_once:
        _say(f"ecrtui: it ended with exit code {code}; Enter goes back. ")
        sys.stdin.readline()
    return code


def _say(text: str) -> None:
    sys.__stderr__.write(text)  # type: ignore[union-attr]
    sys.__stderr__.flush()  # type: ignore[union-attr]
