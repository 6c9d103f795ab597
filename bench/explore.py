"""Driving the explorer to where it is measured."""

from __future__ import annotations

from collections.abc import Mapping

from bench.programs import ecrtui
from bench.watch import Watched
from bench.world import REPOSITORY
from tests.terminal.explorer import ENTER, QUIT, both, shows
from tests.terminal.program import Seen

SIZE = (120, 40)
READ = shows(" ago ┘")
"""The list is read to its end: the lower edge says when."""


def explorer(environment: Mapping[str, str], size: tuple[int, int] = SIZE) -> Watched:
    """The explorer, opened where it was left."""
    return Watched(ecrtui(), environment, size=size)


def headed(text: str) -> Seen:
    """Whether the frame's upper edge says this: the list's name, a count, an order."""
    return lambda lines: text in lines[1]


REPOSITORIES = both(headed("Repositories"), shows(f"  {REPOSITORY}  "), READ)


def leave_at_repositories(environment: Mapping[str, str]) -> None:
    """Walk into the first registry and quit there, where the next start opens again."""
    with explorer(environment) as opened:
        opened.wait(READ, "the registries")
        opened.type(ENTER)
        opened.wait(REPOSITORIES, "the repositories")
        opened.type(QUIT)
        opened.ended()
