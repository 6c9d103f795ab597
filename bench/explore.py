"""Driving the explorer to where it is measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


def leave_at_repositories(environment: Mapping[str, str]) -> None:
    """Walk into the first registry and quit there, where the next start opens again."""
    _leave_at(environment, [_REPOSITORIES])


def leave_at_images(environment: Mapping[str, str]) -> None:
    """Walk into the first repository and quit there, where the next start opens again."""
    _leave_at(environment, [_REPOSITORIES, _IMAGES])


_REPOSITORIES = both(headed("Repositories"), shows(f"  {REPOSITORY}  "), READ)
_IMAGES = both(headed(f"Images of {REPOSITORY}"), shows("build-"), READ)


def _leave_at(environment: Mapping[str, str], places: Sequence[Seen]) -> None:
    with explorer(environment) as opened:
        opened.wait(READ, "the registries")
        for place in places:
            opened.type(ENTER)
            opened.wait(place, "the next place")
        opened.type(QUIT)
        opened.ended()
