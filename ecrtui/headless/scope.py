"""Listing one thing in several places: one that fails spoils no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from ecrtui.errors import EcrtuiError, RegionNotEnabled
from ecrtui.headless import narration
from ecrtui.headless.output import Listing, Output
from ecrtui.model.page import Page
from ecrtui.model.places import Registry

T = TypeVar("T")
Rows = tuple[Registry, T]


def list_everywhere(
    output: Output,
    listing: Listing[Rows[T]],
    places: Sequence[Registry],
    pages: Callable[[Registry], Iterator[Page[T]]],
) -> int:
    """Print what `pages` yields in every place; the exit code.

    A single place raises what it raises. Of several, those that fail are told on stderr, and the
    first failure gives the exit code; a region that is not enabled is no failure there.
    """
    failures: list[EcrtuiError] = []
    count = output.pages(listing, _rows(places, pages, failures))
    if not count and not failures:
        narration.say("nothing there")
    return failures[0].exit_code if failures else 0


def _rows(
    places: Sequence[Registry],
    pages: Callable[[Registry], Iterator[Page[T]]],
    failures: list[EcrtuiError],
) -> Iterator[list[Rows[T]]]:
    for place in places:
        try:
            for page in pages(place):
                yield [(place, row) for row in page.items]
        except EcrtuiError as failure:
            if len(places) == 1:
                raise
            narration.tell(failure, f"{place.profile or 'default'} {place.region}")
            if not isinstance(failure, RegionNotEnabled):
                failures.append(failure)
