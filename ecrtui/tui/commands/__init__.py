"""What each declared command does; the declarations are in `config.commands`."""

from __future__ import annotations

from typing import Protocol

from ecrtui.tui.commands import (
    care,
    comparing,
    copying,
    cost,
    credentials,
    going,
    image,
    images,
    jobs,
    journal,
    lifecycle,
    lists,
    looks,
    moving,
    places,
    pruning,
    renewing,
    running,
    settings,
    time,
    uses,
)
from ecrtui.tui.commands.deed import Deed

DEEDS: dict[str, Deed] = {
    **going.DEEDS,
    **places.DEEDS,
    **pruning.DEEDS,
    **cost.DEEDS,
    **lists.DEEDS,
    **images.DEEDS,
    **image.DEEDS,
    **comparing.DEEDS,
    **moving.DEEDS,
    **care.DEEDS,
    **copying.DEEDS,
    **credentials.DEEDS,
    **jobs.DEEDS,
    **journal.DEEDS,
    **lifecycle.DEEDS,
    **looks.DEEDS,
    **renewing.DEEDS,
    **running.DEEDS,
    **uses.DEEDS,
    **settings.DEEDS,
    **time.DEEDS,
}


class Says(Protocol):
    """A screen that has commands: a place, or what lies over one."""

    def say(self, sentence: str, *, title: str = "", warn: bool = False) -> None:
        """A toast."""


def refusal(screen: Says, command: str) -> str:
    """Why a command is impossible on a screen now; '' when it is possible."""
    return DEEDS[command].refusal(screen)


def perform(screen: Says, command: str) -> None:
    """Do it, or say why not."""
    reason = refusal(screen, command)
    if reason:
        screen.say(reason, warn=True)
    else:
        DEEDS[command].run(screen)
